// Why an edit cannot be made. The words for it are in the catalogue.

export type Reason =
  // The variables of the cycle that an arrow would close, the first again at the end.
  | { kind: 'cycle'; path: string[] }
  | { kind: 'unknown'; name: string }
  | { kind: 'empty' }
  | { kind: 'long'; most: number }
  | { kind: 'taken'; name: string }
  | { kind: 'state-taken'; variable: string; name: string }
  | { kind: 'arrow'; from: string; to: string }
  | { kind: 'last-variable' }
  | { kind: 'last-state'; variable: string }
  | { kind: 'too-large'; variable: string; cells: number; most: number }
  | { kind: 'not-a-number'; text: string }
  | { kind: 'locked'; sum: number }
  | { kind: 'all-locked' }
  | { kind: 'no-numbers' }
  | { kind: 'markov' };

export class Refusal {
  constructor(readonly reason: Reason) {}
}
