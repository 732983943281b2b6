// The state of the Bayes view: which network is open, what is observed, what is asked, and the
// answers of the core. Components read it and call its methods; only it talks to the worker.
import { bayesLab } from '../lib/engine';
import type {
  Evidence,
  Heuristic,
  NetworkHandle,
  Order,
  QueryAnswer,
  Trace,
  Variable,
} from '../lib/engine';
import { problemOf } from '../lib/problem';
import type { Problem } from '../lib/problem';
import { text } from '../lib/text';
import { exampleText, firstExample, isExample } from './examples';

export const heuristics: Heuristic[] = [
  'min-fill',
  'min-weight',
  'min-degree',
  'weighted-min-fill',
  'optimal',
];

// An example of ours, or a file of the reader's.
export type Source = { kind: 'example'; id: string } | { kind: 'file'; name: string };

// What a deep link holds besides the network.
interface Wish {
  evidence: Evidence;
  target: string | null;
  order: Order;
  step: number;
}

const noWish: Wish = { evidence: {}, target: null, order: 'min-fill', step: 0 };

export class BayesSession {
  source = $state.raw<Source>({ kind: 'example', id: firstExample });
  network = $state.raw<NetworkHandle | null>(null);
  opening = $state(true);
  // Why the last file could not be opened; the network before it stays.
  openProblem = $state.raw<Problem | null>(null);

  evidence = $state.raw<Evidence>({});
  answer = $state.raw<QueryAnswer | null>(null);
  // Impossible evidence, or another reason why there is no answer.
  queryProblem = $state.raw<Problem | null>(null);

  target = $state<string | null>(null);
  order = $state.raw<Order>('min-fill');
  trace = $state.raw<Trace | null>(null);
  traceProblem = $state.raw<Problem | null>(null);
  // 0 is the start, 1 to steps.length the eliminations, steps.length + 1 the result.
  step = $state(0);

  // The address may follow the state: before, it still holds what is to be opened.
  ready = $state(false);

  private opened = 0;
  private asked = 0;
  private traced = 0;

  get variables(): readonly Variable[] {
    return this.network?.variables ?? [];
  }

  // A network may be structure alone: then it has steps of elimination, but no probabilities.
  get hasNumbers(): boolean {
    return this.variables.every(({ table }) => table !== null);
  }

  get impossible(): boolean {
    return this.queryProblem?.code === 'impossible-evidence';
  }

  get lastStep(): number {
    return this.trace ? this.trace.steps.length + 1 : 0;
  }

  // The step on show, or null at the start and at the result.
  get currentStep() {
    return this.trace?.steps[this.step - 1] ?? null;
  }

  // ---- Opening -------------------------------------------------------------------------------

  async openExample(id: string, wish: Wish = noWish) {
    await this.open({ kind: 'example', id }, () => exampleText(id), `${id}.bif`, wish);
  }

  async openFile(file: File) {
    await this.open({ kind: 'file', name: file.name }, () => file.text(), file.name, noWish);
  }

  private async open(source: Source, read: () => Promise<string>, fileName: string, wish: Wish) {
    const turn = ++this.opened;
    this.opening = true;
    this.openProblem = null;
    try {
      const [lab, content] = await Promise.all([bayesLab(), read()]);
      const network = await lab.openNetwork(content, fileName);
      if (turn === this.opened) this.adopt(network, source, wish);
      else void network.dispose();
    } catch (error) {
      if (turn === this.opened) this.openProblem = problemOf(error, () => text.cannotOpen);
    } finally {
      if (turn === this.opened) this.opening = false;
    }
  }

  private adopt(network: NetworkHandle, source: Source, wish: Wish) {
    void this.network?.dispose();
    this.network = network;
    this.source = source;
    this.evidence = this.knownEvidence(wish.evidence);
    this.target = this.knownTarget(wish.target);
    this.order = this.knownOrder(wish.order);
    this.answer = null;
    this.queryProblem = null;
    this.trace = null;
    this.step = 0;
    void this.ask();
    void this.explain(wish.step).then(() => (this.ready = true));
  }

  // A deep link may be older than the network it names: what does not exist any more is left out.
  private knownEvidence(wished: Evidence): Evidence {
    return Object.fromEntries(
      Object.entries(wished).filter(([name, state]) => this.find(name)?.states.includes(state)),
    );
  }

  // Without a wish, the last variable that is not observed and has parents: usually a finding.
  private knownTarget(wished: string | null): string | null {
    if (wished !== null && this.find(wished)) return wished;
    const open = this.variables.filter(({ name }) => !(name in this.evidence));
    return (open.findLast(({ parents }) => parents.length > 0) ?? open.at(-1))?.name ?? null;
  }

  private knownOrder(wished: Order): Order {
    if (typeof wished === 'string') return heuristics.includes(wished) ? wished : 'min-fill';
    return wished.filter((name) => this.find(name));
  }

  find(name: string): Variable | undefined {
    return this.variables.find((variable) => variable.name === name);
  }

  // ---- Evidence ------------------------------------------------------------------------------

  toggle(name: string, state: string) {
    if (this.evidence[name] === state) this.clear(name);
    else this.setEvidence({ ...this.evidence, [name]: state });
  }

  clear(name: string) {
    const { [name]: _, ...rest } = this.evidence;
    this.setEvidence(rest);
  }

  clearAll() {
    this.setEvidence({});
  }

  private setEvidence(evidence: Evidence) {
    this.evidence = evidence;
    void this.ask();
    void this.explain(this.step);
  }

  posterior(name: string, state: string): number | undefined {
    if (this.queryProblem) return undefined;
    const observed = this.evidence[name];
    if (observed !== undefined) return observed === state ? 1 : 0;
    return this.answer?.posteriors[name]?.[state];
  }

  // The newest question wins: answers to older ones are dropped.
  private async ask() {
    const turn = ++this.asked;
    if (!this.hasNumbers) return;
    try {
      const answer = await this.network!.query({ evidence: this.evidence });
      if (turn !== this.asked) return;
      this.answer = answer;
      this.queryProblem = null;
    } catch (error) {
      if (turn === this.asked) this.queryProblem = problemOfQuery(error);
    }
  }

  // ---- Elimination ---------------------------------------------------------------------------

  setTarget(name: string) {
    this.target = name;
    void this.explain(0);
  }

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

  private async explain(step: number) {
    const turn = ++this.traced;
    const { network, target, evidence, order } = this;
    if (!network || target === null || target in evidence) {
      this.trace = null;
      this.traceProblem = null;
      return;
    }
    try {
      const complete = typeof order === 'string' ? order : await this.completed(order);
      const trace = await network.trace({ targets: [target], evidence, order: complete });
      if (turn !== this.traced) return;
      this.trace = trace;
      this.traceProblem = null;
      this.goTo(step);
    } catch (error) {
      if (turn !== this.traced) return;
      this.trace = null;
      this.traceProblem = problemOf(error, () => text.cannotCompute);
    }
  }

  // An order of one's own with the relevant variables that it lacks (the evidence or the target may
  // have changed since it was made) put at its end.
  private async completed(own: string[]): Promise<string[]> {
    const { network, target, evidence } = this;
    const { order } = await network!.trace({ targets: [target!], evidence, order: 'min-fill' });
    const kept = own.filter((name) => name !== target && !(name in evidence));
    return [...kept, ...order.filter((name) => !kept.includes(name))];
  }

  // ---- Deep links ----------------------------------------------------------------------------

  // The state as address parameters: net, e.VARIABLE=state, target, order (a heuristic) or o (one
  // for each variable of an order of one's own), step.
  get address(): URLSearchParams {
    const parameters = new URLSearchParams();
    if (this.source.kind === 'example') parameters.set('net', this.source.id);
    for (const [name, state] of Object.entries(this.evidence)) parameters.set(`e.${name}`, state);
    if (this.target !== null) parameters.set('target', this.target);
    if (typeof this.order === 'string') parameters.set('order', this.order);
    else for (const name of this.order) parameters.append('o', name);
    if (this.step > 0) parameters.set('step', String(this.step));
    return parameters;
  }

  async openAddress(parameters: URLSearchParams) {
    const id = parameters.get('net') ?? firstExample;
    await this.openExample(isExample(id) ? id : firstExample, wishOf(parameters));
  }
}

function problemOfQuery(error: unknown): Problem {
  return problemOf(error, (code) => (code === 'impossible-evidence' ? text.impossible : text.cannotCompute));
}

function wishOf(parameters: URLSearchParams): Wish {
  const own = parameters.getAll('o');
  const step = Number(parameters.get('step') ?? 0);
  return {
    evidence: Object.fromEntries(
      [...parameters].filter(([key]) => key.startsWith('e.')).map(([key, value]) => [key.slice(2), value]),
    ),
    target: parameters.get('target'),
    order: own.length > 0 ? own : ((parameters.get('order') ?? 'min-fill') as Heuristic),
    step: Number.isInteger(step) ? step : 0,
  };
}
