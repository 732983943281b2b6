// Work that takes long, done by the module in pieces.
import type { Argument, BayesExport, Bridge } from '../raw/index.js';
import { Handle } from './lab.js';
import type { Owner } from './owner.js';

// Each step does a piece and yields how far it is; leaving the loop early ends the work. The return
// value is the answer.
export type Steps<Progress, Answer> = Generator<Progress, Answer, undefined>;

export type Kind = 'exact' | 'fit' | 'observation' | 'rows' | 'sampler' | 'training' | 'weighting';

// One such work. It keeps what it needs: the network may be disposed of meanwhile.
export class Work extends Handle {
  readonly #bridge: Bridge<BayesExport>;
  readonly #kind: Kind;

  constructor(bridge: Bridge<BayesExport>, owner: Owner, kind: Kind, ...parameters: Argument[]) {
    const address = bridge.open(`lk_bridge_${kind}_open`, ...parameters);
    super(owner, address, () => bridge.call(`lk_bridge_${kind}_free`, address));
    this.#bridge = bridge;
    this.#kind = kind;
  }

  // Does a piece and gives the output.
  next(...parameters: number[]): string {
    return this.#bridge.text(`lk_bridge_${this.#kind}_next`, this.address, ...parameters);
  }

  // What the work has so far, by another function of the module.
  text(name: BayesExport): string {
    return this.#bridge.text(name, this.address);
  }

  // An object that the work gives away.
  open(name: BayesExport): number {
    return this.#bridge.open(name, this.address);
  }
}

// Steps that use a work, which is begun with the first of them and freed when they end, in whatever
// way.
export function* during<Progress, Answer>(
  begin: () => Work,
  steps: (work: Work) => Steps<Progress, Answer>,
): Steps<Progress, Answer> {
  const work = begin();
  try {
    return yield* steps(work);
  } finally {
    work.dispose();
  }
}

// Does all of it at once.
export function finish<Progress, Answer>(
  steps: Steps<Progress, Answer>,
  onProgress?: (progress: Progress) => void,
): Answer {
  for (;;) {
    const next = steps.next();
    if (next.done) return next.value;
    onProgress?.(next.value);
  }
}
