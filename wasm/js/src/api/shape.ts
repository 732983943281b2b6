// Questions and answers as numbers. What is plain, the posteriors of some or all variables given
// states of others, goes to and from the module without any text; see wasm/bridge_answers.c for
// where which number is.
import type { QueryAnswer, QueryRequest, Variable } from '../types.js';

const notObserved = 2 ** 32 - 1;
const leastNormal = 2 ** -1022; // what is less has fewer digits than its logarithm

// What follows the posteriors.
const [pEvidence, log10PEvidence, seconds, engine, largestTable, operations, bytes, orderCount, figures] =
  [0, 1, 2, 3, 4, 5, 6, 7, 8];

// In the order of lk_engine.
export const engines = ['auto', 've', 'jt', 'enumerate'] as const;

// What the numbers of a network mean.
export class Shape {
  readonly #variables: readonly Variable[];
  readonly #index: ReadonlyMap<string, number>;
  // Where the posteriors of each variable begin; at last, where they end.
  readonly #first: number[] = [0];
  // Whether names can be the keys of an object that is filled one by one.
  readonly #isPlain: boolean;

  constructor(variables: readonly Variable[]) {
    this.#variables = variables;
    this.#index = new Map(variables.map(({ name }, index) => [name, index]));
    for (const { states } of variables) this.#first.push(this.#first.at(-1)! + states.length);
    const names = variables.flatMap(({ name, states }) => [name, ...states]);
    this.#isPlain = this.#index.size === variables.length && !names.includes('__proto__');
  }

  // The most numbers that an answer has.
  get size(): number {
    return this.#end + figures + this.#variables.length;
  }

  get #end(): number {
    return this.#first.at(-1)!;
  }

  // Puts a question that is plain, and whose names are known, into the words of a module: the state
  // of each variable, then the targets. Gives the number of these, undefined where it is not plain:
  // what is wrong with it is then found out where all questions are understood.
  question(words: Uint32Array, request: QueryRequest): number | undefined {
    if (!this.#isPlain || !isPlain(request)) return undefined;
    const evidence = request.evidence ?? {};
    const targets = request.targets ?? [];
    const count = this.#variables.length;
    if (new Set(targets).size < targets.length || targets.length > count) return undefined;
    words.fill(notObserved, 0, count);
    for (const name of Object.keys(evidence)) {
      const index = this.#index.get(name);
      if (index === undefined) return undefined;
      const state = this.#variables[index]!.states.indexOf(`${evidence[name]}`);
      if (state < 0) return undefined;
      words[index] = state;
    }
    for (const [i, name] of targets.entries()) {
      const index = this.#index.get(name);
      if (index === undefined) return undefined;
      words[count + i] = index;
    }
    return targets.length;
  }

  // As many of the numbers as belong to an answer.
  length(numbers: Float64Array): number {
    const at = this.#end;
    return at + figures + numbers[at + orderCount]!;
  }

  // The answer to a question, which was plain.
  answer(numbers: Float64Array, request: QueryRequest): QueryAnswer {
    const evidence = request.evidence ?? {};
    const targets = request.targets ?? [];
    const figure = (number: number): number => numbers[this.#end + number]!;
    return {
      version: 1,
      evidence: texts(evidence),
      ...probability(figure(pEvidence), figure(log10PEvidence)),
      posteriors: targets.length > 0 ? this.#some(numbers, targets) : this.#all(numbers, evidence),
      engine: engines[figure(engine)] as QueryAnswer['engine'],
      plan: {
        order: this.#order(numbers),
        largest_table: figure(largestTable),
        operations: figure(operations),
        bytes: figure(bytes),
      },
      seconds: figure(seconds),
    };
  }

  #order(numbers: Float64Array): string[] {
    const order: string[] = [];
    const end = this.length(numbers);
    for (let i = this.#end + figures; i < end; i++) order.push(this.#variables[numbers[i]!]!.name);
    return order;
  }

  #all(numbers: Float64Array, evidence: object): QueryAnswer['posteriors'] {
    const posteriors: QueryAnswer['posteriors'] = {};
    for (let i = 0; i < this.#variables.length; i++) {
      const { name } = this.#variables[i]!;
      if (!Object.hasOwn(evidence, name)) posteriors[name] = this.#posterior(numbers, i);
    }
    return posteriors;
  }

  #some(numbers: Float64Array, targets: string[]): QueryAnswer['posteriors'] {
    const posteriors: QueryAnswer['posteriors'] = {};
    for (const name of targets) posteriors[name] = this.#posterior(numbers, this.#index.get(name)!);
    return posteriors;
  }

  #posterior(numbers: Float64Array, index: number): Record<string, number> {
    const { states } = this.#variables[index]!;
    const first = this.#first[index]!;
    const posterior: Record<string, number> = {};
    for (let i = 0; i < states.length; i++) posterior[states[i]!] = numbers[first + i]!;
    return posterior;
  }
}

// Whether nothing but states of variables is known, and nothing but posteriors asked for.
function isPlain(request: QueryRequest): boolean {
  const { excluded, likelihoods, do: set, uaiEvidence, order, engine, joint } = request;
  const { keepIrrelevant, exact } = request;
  const isKnown = excluded || likelihoods || set || uaiEvidence !== undefined;
  return !(isKnown || order || (engine ?? 'auto') !== 'auto' || joint || keepIrrelevant || exact);
}

// A state may have been given as a number.
function texts(evidence: object): Record<string, string> {
  const states: Record<string, string> = {};
  for (const [name, state] of Object.entries(evidence)) states[name] = `${state}`;
  return states;
}

// NaN in a Markov network.
function probability(
  p: number,
  log10: number,
): Pick<QueryAnswer, 'p_evidence' | 'log10_p_evidence' | 'log10_z'> {
  if (Number.isNaN(p)) return { p_evidence: null, log10_p_evidence: null, log10_z: log10 };
  return { p_evidence: p >= leastNormal ? p : null, log10_p_evidence: log10 };
}
