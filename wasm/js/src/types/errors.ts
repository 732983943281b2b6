// Failures.

// The status names of the C core (LK_STATUS_LIST in likelore/core.h), and "cancelled" for work that
// was stopped through its AbortSignal.
export type ErrorCode =
  | 'usage'
  | 'unknown-name'
  | 'syntax'
  | 'data'
  | 'impossible-evidence'
  | 'unsupported'
  | 'no-input'
  | 'internal'
  | 'limit'
  | 'memory'
  | 'cannot-create'
  | 'io'
  | 'interrupted'
  | 'cancelled';

// What may help (LK_REMEDY_LIST in likelore/core.h): divide rows by their sums; learn from incomplete
// records; smooth the counts; leave out what training did not see, or a column; name the data, or the
// pattern by which texts are cut.
export type Remedy = 'normalize' | 'em' | 'smooth' | 'unseen' | 'ignore' | 'data' | 'pattern';

// Where and why. Line and column count from 1, byte from 0; absent where they do not apply.
export interface ErrorDetails {
  code: ErrorCode;
  message: string;
  file?: string;
  line?: number;
  column?: number;
  byte?: number;
  // Of impossible evidence: the variables of findings that cannot be together, none of which can be
  // left out for that to be so. Absent where the potentials themselves have the product 0.
  conflict?: readonly string[];
  remedy?: Remedy;
}
