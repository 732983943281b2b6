// The state of the elimination: the order, its trace and the step on show.
import type { Heuristic, Order, Trace } from '../../lib/engine';
import { problemOf } from '../../lib/problem';
import type { Problem } from '../../lib/problem';
import { text } from '../../lib/text';
import type { Marks, NodeMark } from '../graph/marks';
import type { Change, Part } from '../part';
import { traceQuestion } from '../report/questions';
import type { BayesSession } from '../session.svelte';

export const heuristics: Heuristic[] = [
  'min-fill',
  'min-weight',
  'min-degree',
  'weighted-min-fill',
  'optimal',
];

// Tables larger than this are told of, but not shown.
const mostValues = 1024;

export class Elimination implements Part {
  order = $state.raw<Order>('min-fill');
  trace = $state.raw<Trace | null>(null);
  problem = $state.raw<Problem | null>(null);
  // 0 is the start, 1 to steps.length the eliminations, steps.length + 1 the result.
  step = $state(0);

  private asked = 0;
  // The step to show when the trace comes.
  private wished = $state(0);

  constructor(readonly session: BayesSession) {}

  get lastStep(): number {
    return this.trace ? this.trace.steps.length + 1 : 0;
  }

  // The step on show, or null at the start and at the result.
  get currentStep() {
    return this.trace?.steps[this.step - 1] ?? null;
  }

  readonly marks: Marks = $derived.by(() => {
    const nodes = new Map<string, NodeMark>();
    for (const name of this.currentStep?.join.scope ?? []) nodes.set(name, 'joined');
    for (const { eliminate } of this.trace?.steps.slice(0, Math.max(0, this.step - 1)) ?? [])
      nodes.set(eliminate, 'eliminated');
    if (this.currentStep) nodes.set(this.currentStep.eliminate, 'active');
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

  goTo(step: number) {
    this.step = Math.max(0, Math.min(step, this.lastStep));
  }

  // ---- The trace -----------------------------------------------------------------------------

  async update(change: Change) {
    if (change === 'network' || change === 'target') this.trace = null;
    await this.explain(change === 'target' ? 0 : this.trace ? this.step : this.wished);
  }

  private async explain(step: number) {
    const turn = ++this.asked;
    this.wished = step;
    const { network, target, knowledge } = this.session;
    if (!network || target === null || this.session.fixed(target) !== undefined) {
      this.trace = null;
      this.problem = null;
      return;
    }
    try {
      const order = typeof this.order === 'string' ? this.order : await this.completed(this.order);
      const trace = await network.trace({ ...knowledge, targets: [target], order, mostValues });
      if (turn !== this.asked) return;
      this.trace = trace;
      this.problem = null;
      this.goTo(step);
    } catch (error) {
      if (turn !== this.asked) return;
      this.trace = null;
      this.problem = problemOf(error, () => text.cannotCompute);
    }
  }

  // An order of one's own with the relevant variables that it lacks (what is known or asked may have
  // changed since it was made) put at its end.
  private async completed(own: string[]): Promise<string[]> {
    const { network, target, knowledge } = this.session;
    const { order } = await network!.trace({ ...knowledge, targets: [target!], order: 'min-fill' });
    const kept = own.filter((name) => name !== target && this.session.isOpen(name));
    return [...kept, ...order.filter((name) => !kept.includes(name))];
  }

  // ---- In the address: order (a heuristic) or o (one for each variable of an own order), step ----

  get address(): [string, string][] {
    const { order } = this;
    const step = this.trace ? this.step : this.wished;
    const shares: [string, string][] = typeof order === 'string' ? [['order', order]] : order.map((name) => ['o', name]);
    return step > 0 ? [...shares, ['step', String(step)]] : shares;
  }

  follow(wish: URLSearchParams) {
    const own = wish.getAll('o').filter((name) => this.session.find(name));
    const heuristic = heuristics.find((name) => name === wish.get('order'));
    const step = Number(wish.get('step') ?? 0);
    this.order = own.length > 0 ? own : (heuristic ?? 'min-fill');
    this.wished = Number.isInteger(step) ? step : 0;
  }
}
