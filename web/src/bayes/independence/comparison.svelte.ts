// P(X | Z = z) beside P(X | Y = y, Z = z): which states, and the two distributions.
import type { Evidence, SeparateAnswer } from '../../lib/engine';
import { problemOf } from '../../lib/problem';
import type { Problem } from '../../lib/problem';
import { text } from '../../lib/text';
import type { BayesSession } from '../session.svelte';

// A number for each state, and a fraction when there are any.
export interface Distribution {
  values: readonly number[];
  fractions?: readonly string[];
}

export interface Distributions {
  target: string;
  states: readonly string[];
  // What is known in the one and in the other.
  conditions: readonly [Evidence, Evidence];
  without: Distribution;
  with: Distribution;
}

export class Comparison {
  result = $state.raw<Distributions | null>(null);
  problem = $state.raw<Problem | null>(null);
  // The states on show: of Y and of what is known.
  states = $state.raw<Evidence>({});

  // The states that the reader has chosen; of other variables they come from what is observed, or from
  // where the difference is largest.
  private chosen = $state.raw<Evidence>({});
  private asking: AbortController | null = null;

  constructor(private readonly session: BayesSession) {}

  choose(name: string, state: string, answer: SeparateAnswer | null) {
    this.chosen = { ...this.chosen, [name]: state };
    void this.ask(answer);
  }

  async ask(answer: SeparateAnswer | null) {
    this.asking?.abort();
    const { signal } = (this.asking = new AbortController());
    if (!answer || !this.session.hasNumbers) {
      this.result = null;
      this.problem = null;
      return;
    }
    this.states = this.statesFor(answer);
    const [target, right] = [answer.left[0]!, answer.right[0]!];
    const given = Object.fromEntries(answer.given.map((name) => [name, this.states[name]!]));
    const condition = { [right]: this.states[right]! };
    const conditions: [Evidence, Evidence] = [given, { ...given, ...condition }];
    try {
      await this.compare(target, conditions, signal, false);
      if (this.session.exact) await this.compare(target, conditions, signal, true);
    } catch (error) {
      if (signal.aborted) return;
      this.result = null;
      this.problem = problemOf(error, () => text.cannotCompute);
    }
  }

  // Fractions may take their time: the next question stops them.
  private async compare(target: string, conditions: [Evidence, Evidence], signal: AbortSignal, exact: boolean) {
    const states = this.session.find(target)!.states;
    const of = async (evidence: Evidence): Promise<Distribution> => {
      const answer = await this.session.network!.query({ targets: [target], evidence, exact }, signal);
      const fractions = answer.exact?.posteriors?.[target];
      return {
        values: states.map((state) => answer.posteriors[target]?.[state] ?? 0),
        fractions: fractions && states.map((state) => fractions[state]!),
      };
    };
    const [without, beside] = await Promise.all(conditions.map(of));
    if (signal.aborted) return;
    this.result = { target, states, conditions, without: without!, with: beside! };
    this.problem = null;
  }

  private statesFor({ right, given, numeric }: SeparateAnswer): Evidence {
    const largest = { ...numeric?.given, ...numeric?.right };
    const stateOf = (name: string) => {
      const { states } = this.session.find(name)!;
      const wishes = [this.chosen[name], this.session.fixed(name), largest[name], states[0]];
      return wishes.find((state) => state !== undefined && states.includes(state))!;
    };
    return Object.fromEntries([...right, ...given].map((name) => [name, stateOf(name)]));
  }

  // s.VARIABLE=state for each that the reader has chosen.
  get address(): [string, string][] {
    return Object.entries(this.chosen).map(([name, state]) => [`s.${name}`, state]);
  }

  follow(wish: URLSearchParams) {
    const chosen = [...wish].filter(([key]) => key.startsWith('s.')).map(([key, state]) => [key.slice(2), state]);
    this.chosen = Object.fromEntries(chosen.filter(([name]) => this.session.find(name!)));
    this.asking?.abort();
    this.result = null;
  }
}
