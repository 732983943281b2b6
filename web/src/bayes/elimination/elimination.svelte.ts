// The state of the elimination: the order, its trace, and the place in its steps that is on show.
import type { Heuristic, Order, Trace } from '../../lib/engine';
import { problemOf } from '../../lib/problem';
import type { Problem } from '../../lib/problem';
import { text } from '../../lib/text';
import type { Marks, NodeMark } from '../graph/marks';
import type { Change, Part } from '../part';
import { traceQuestion } from '../report/questions';
import type { BayesSession } from '../session.svelte';
import { factorsAtSteps } from './interaction';
import { withLikelihoodsNamed } from './likelihoods';
import { atPlace, lastPlace, placeAt } from './places';
import type { Phase } from './places';
import { mostValues } from './work';

export const heuristics: Heuristic[] = [
  'min-fill',
  'min-weight',
  'min-degree',
  'weighted-min-fill',
  'optimal',
];

// What the panel shows: the worked steps, orders side by side, or questions about the steps.
export const views = ['steps', 'compare', 'quiz'] as const;
export type View = (typeof views)[number];

export class Elimination implements Part {
  order = $state.raw<Order>('min-fill');
  trace = $state.raw<Trace | null>(null);
  problem = $state.raw<Problem | null>(null);
  // 0 is the start, 1 to steps.length the eliminations, steps.length + 1 the result.
  step = $state(0);
  // Whether a step is shown in its three phases, and which of them is on show.
  detail = $state(false);
  private phaseNow = $state<Phase>('join');
  view = $state<View>('steps');
  // What the graph does not point out, because a question asks for it: the join, or the variable too.
  hidden = $state<'nothing' | 'join' | 'all'>('nothing');

  private asked = 0;
  // The step to show when the trace comes.
  private wished = $state(0);
  // The order that the trace was asked with; documents are asked with it again.
  private traced: Order = 'min-fill';

  constructor(readonly session: BayesSession) {}

  get lastStep(): number {
    return this.trace ? this.trace.steps.length + 1 : 0;
  }

  // The step on show, or null at the start and at the result.
  get currentStep() {
    return this.trace?.steps[this.step - 1] ?? null;
  }

  // The phase on show; null where a step is shown whole.
  get phase(): Phase | null {
    return this.detail && this.currentStep ? this.phaseNow : null;
  }

  // The factors that are left after each step.
  readonly factorsAt = $derived(this.trace ? factorsAtSteps(this.trace) : []);

  readonly marks: Marks = $derived.by(() => {
    const nodes = new Map<string, NodeMark>();
    if (this.view === 'compare') return { nodes };
    const isGone = this.phase === 'new';
    if (this.hidden === 'nothing' && !isGone) for (const name of this.currentStep?.join.scope ?? []) nodes.set(name, 'joined');
    for (const { eliminate } of this.trace?.steps.slice(0, Math.max(0, this.step - 1)) ?? [])
      nodes.set(eliminate, 'eliminated');
    if (this.currentStep && this.hidden !== 'all') nodes.set(this.currentStep.eliminate, isGone ? 'eliminated' : 'active');
    return { nodes };
  });

  // With the order on show, unless what is known or asked has changed since.
  get questions(): string[] {
    const { target, knowledge } = this.session;
    if (target === null || !this.session.isOpen(target)) return [];
    const observed = Object.entries(knowledge.evidence ?? {});
    const current = this.trace?.targets[0] === target && observed.every(([name, state]) => this.trace?.evidence[name] === state);
    const order = current ? this.trace!.order : typeof this.order === 'string' ? [] : this.order;
    return [traceQuestion(target, observed, order)];
  }

  // ---- The order -----------------------------------------------------------------------------

  setHeuristic(name: Heuristic) {
    this.order = name;
    void this.explain(0);
  }

  setOrder(order: Order) {
    if (typeof order === 'string') this.setHeuristic(order);
    else this.setOwnOrder(order);
  }

  // Begins an order of one's own with the one on show.
  setOwnOrder(order: string[] = this.trace?.order ?? []) {
    this.order = [...order];
    void this.explain(Math.min(this.step, order.length + 1));
  }

  // Moves the variable at one place of the order to another; the step on show goes with it.
  move(from: number, to: number) {
    const order = [...(this.trace?.order ?? [])];
    const [name] = order.splice(from, 1);
    if (name === undefined || to < 0 || to > order.length) return;
    order.splice(to, 0, name);
    this.order = order;
    void this.explain(to + 1);
  }

  // ---- The place in the steps ------------------------------------------------------------------

  goTo(step: number, phase: Phase = 'join') {
    this.step = Math.max(0, Math.min(step, this.lastStep));
    this.phaseNow = phase;
  }

  // Phases count as places where there are any.
  get place(): number {
    return placeAt({ step: this.step, phase: this.phaseNow }, this.lastStep, this.detail);
  }

  get lastPlace(): number {
    return lastPlace(this.lastStep, this.detail);
  }

  goToPlace(place: number) {
    const { step, phase } = atPlace(Math.max(0, Math.min(place, this.lastPlace)), this.lastStep, this.detail);
    this.goTo(step, phase);
  }

  // ---- The trace -----------------------------------------------------------------------------

  async update(change: Change) {
    if (change === 'network' || change === 'target') this.trace = null;
    await this.explain(change === 'target' ? 0 : this.trace ? this.step : this.wished, this.phaseNow);
  }

  private async explain(step: number, phase: Phase = 'join') {
    const turn = ++this.asked;
    this.wished = step;
    const { network, target } = this.session;
    if (!network || target === null || this.session.fixed(target) !== undefined) {
      this.trace = null;
      this.problem = null;
      return;
    }
    try {
      const order = typeof this.order === 'string' ? this.order : await this.completed(this.order);
      const trace = await this.traceOf(order);
      if (turn !== this.asked) return;
      this.traced = order;
      this.trace = trace;
      this.problem = null;
      this.goTo(step, phase);
    } catch (error) {
      if (turn !== this.asked) return;
      this.trace = null;
      this.problem = problemOf(error, () => text.cannotCompute);
    }
  }

  // Fractions may be too long to be computed: then the decimals stand.
  private async traceOf(order: Order): Promise<Trace> {
    const { network, target, knowledge } = this.session;
    const request = { ...knowledge, targets: [target!], order, mostValues };
    const named = (trace: Trace) => withLikelihoodsNamed(trace, Object.keys(knowledge.likelihoods ?? {}));
    if (!this.exact) return named(await network!.trace(request));
    try {
      return named(await network!.trace({ ...request, exact: true }));
    } catch {
      return named(await network!.trace(request));
    }
  }

  private get exact(): boolean {
    return this.session.exact && this.session.hasNumbers;
  }

  // The question that the trace answers, for documents.
  get request() {
    const { target, knowledge } = this.session;
    const exact = this.trace?.result.exact !== undefined;
    return { ...knowledge, targets: target === null ? [] : [target], order: this.traced, exact };
  }

  // An order of one's own with the relevant variables that it lacks (what is known or asked may have
  // changed since it was made) put at its end.
  private async completed(own: string[]): Promise<string[]> {
    const { network, target, knowledge } = this.session;
    const { order } = await network!.trace({ ...knowledge, targets: [target!], order: 'min-fill', mostValues: 1 });
    const kept = own.filter((name) => name !== target && this.session.isOpen(name));
    return [...kept, ...order.filter((name) => !kept.includes(name))];
  }

  // ---- In the address: order (a heuristic) or o (one for each variable of an own order), step, phase
  // (where steps are shown in phases), and ev (the view, unless it is that of the steps) ----

  get address(): [string, string][] {
    const { order } = this;
    const step = this.trace ? this.step : this.wished;
    const shares: [string, string][] = typeof order === 'string' ? [['order', order]] : order.map((name) => ['o', name]);
    if (step > 0) shares.push(['step', String(step)]);
    if (this.detail) shares.push(['phase', this.phaseNow]);
    if (this.view !== 'steps') shares.push(['ev', this.view]);
    return shares;
  }

  follow(wish: URLSearchParams) {
    const own = wish.getAll('o').filter((name) => this.session.find(name));
    const heuristic = heuristics.find((name) => name === wish.get('order'));
    const step = Number(wish.get('step') ?? 0);
    const phase = wish.get('phase');
    this.order = own.length > 0 ? own : (heuristic ?? 'min-fill');
    this.wished = Number.isInteger(step) ? step : 0;
    this.detail = phase !== null;
    this.phaseNow = phase === 'sum' || phase === 'new' ? phase : 'join';
    this.view = views.find((name) => name === wish.get('ev')) ?? 'steps';
  }
}
