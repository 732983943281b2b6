// What to observe next: how much each variable that is not known would tell of the one asked about.
import type { ObserveAnswer, ObserveProgress } from '../../lib/engine';
import { problemOf } from '../../lib/problem';
import type { Problem } from '../../lib/problem';
import { text } from '../../lib/text';
import type { Marks } from '../graph/marks';
import type { Change, Part } from '../part';
import type { BayesSession } from '../session.svelte';

// So few are pointed out on the graph.
const mostRanked = 3;
// Less than this is a rounding error.
const nothing = 1e-12;

export class Observe implements Part {
  answer = $state.raw<ObserveAnswer | null>(null);
  problem = $state.raw<Problem | null>(null);
  // Of the question that is being answered.
  progress = $state.raw<ObserveProgress | null>(null);
  stopped = $state(false);

  readonly address: [string, string][] = [];
  private controller: AbortController | null = null;

  constructor(readonly session: BayesSession) {}

  readonly ranking = $derived(
    (this.answer?.variables ?? []).map(({ name, mutual_information: bits }) => ({
      name,
      bits: bits < nothing ? 0 : bits,
      share: this.answer!.entropy < nothing ? 0 : Math.min(1, bits / this.answer!.entropy),
    })),
  );

  get isCertain(): boolean {
    return this.answer !== null && this.answer.entropy < nothing;
  }

  readonly marks: Marks = $derived({
    nodes: new Map(),
    ranks: new Map(
      this.ranking
        .filter(({ bits }) => bits > 0)
        .slice(0, mostRanked)
        .map(({ name }, index) => [name, index + 1]),
    ),
  });

  follow() {
    this.answer = null;
  }

  async update(change: Change) {
    if (change !== 'exact') await this.ask();
  }

  // Leaves the worker to others; what is there of an answer to another question goes.
  stop() {
    this.controller?.abort();
    this.stopped = this.controller !== null;
    this.controller = null;
    this.progress = null;
  }

  async ask() {
    this.stop();
    this.stopped = false;
    const { network, target, knowledge, hasNumbers } = this.session;
    if (target !== this.answer?.target) this.answer = null;
    this.problem = null;
    if (!network || target === null || !hasNumbers || !this.session.isOpen(target)) {
      this.answer = null;
      return;
    }
    const controller = (this.controller = new AbortController());
    const { signal } = controller;
    try {
      const answer = await network.observe({ ...knowledge, target }, (progress) => this.follows(signal, progress), signal);
      if (!signal.aborted) this.answer = answer;
    } catch (error) {
      if (signal.aborted) return;
      this.answer = null;
      this.problem = problemOf(error, () => text.cannotCompute);
    } finally {
      if (this.controller === controller) this.controller = this.progress = null;
    }
  }

  private follows(signal: AbortSignal, progress: ObserveProgress) {
    if (!signal.aborted) this.progress = progress;
  }
}
