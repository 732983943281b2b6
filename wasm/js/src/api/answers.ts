// The answers of a network to plain questions, for which the module keeps what it has planned.
import type { BayesExport, Bridge } from '../raw/index.js';
import type { QueryRequest, Variable } from '../types.js';
import { Shape } from './shape.js';

export class Answers {
  readonly #bridge: Bridge<BayesExport>;
  #shape: Shape | undefined;
  // In the module, from the first question on.
  #address = 0;
  #question = 0;
  #numbers = 0;

  constructor(bridge: Bridge<BayesExport>) {
    this.#bridge = bridge;
  }

  shape(variables: readonly Variable[]): Shape {
    return (this.#shape ??= new Shape(variables));
  }

  // A copy of the numbers; undefined where the question is not plain.
  ask(
    network: number,
    variables: readonly Variable[],
    request: QueryRequest,
  ): Float64Array | undefined {
    const shape = this.shape(variables);
    if (this.#address === 0) this.#open(network);
    const words = this.#bridge.words(this.#question, 2 * variables.length);
    const targets = shape.question(words, request);
    if (targets === undefined) return undefined;
    this.#bridge.run('lk_bridge_answers_ask', this.#address, targets);
    const numbers = this.#bridge.doubles(this.#numbers, shape.size);
    return numbers.slice(0, shape.length(numbers));
  }

  free(): void {
    if (this.#address !== 0) this.#bridge.call('lk_bridge_answers_free', this.#address);
    this.#address = 0;
  }

  #open(network: number): void {
    this.#address = this.#bridge.open('lk_bridge_answers_open', network);
    this.#question = this.#bridge.call('lk_bridge_answers_question', this.#address) >>> 0;
    this.#numbers = this.#bridge.call('lk_bridge_answers_numbers', this.#address) >>> 0;
  }
}
