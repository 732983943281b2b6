// Explanations: traces, orders, independence.
import type { DocumentLanguage, Evidence, Knowledge, Order } from './networks.js';

export interface TraceRequest extends Knowledge {
  // Several: the trace of their joint.
  targets: string[];
  // A variable named in an order is never pruned; with a heuristic the irrelevant ones are.
  order?: Order;
  // Keep variables that do not matter.
  keepIrrelevant?: boolean;
  // Show fractions.
  exact?: boolean;
  // Of the text; data are the same in all languages.
  language?: DocumentLanguage;
  // Leave out the values of factors with more cells than this; default: of none.
  mostValues?: number;
}

// A factor of a trace. `scope` holds the unobserved variables, `cells` the product of their
// cardinalities; `values` (last variable fastest) is null when the network has no tables, or the
// factor more cells than asked for.
export interface TraceFactor {
  name: string; // with its scope: f1(A,B)
  symbol: string; // f1
  expression: string;
  scope: string[];
  observed: Evidence;
  size: number;
  cells: number;
  all_ones: boolean; // known without tables, as of Σ_X P(X|Y)
  states: string[][];
  values: number[] | null;
  // With `exact`: the same as fractions such as "75/107".
  exact?: { values: string[] };
}

export interface TraceStep {
  eliminate: string;
  inputs: string[];
  join: { scope: string[]; size: number; cells: number };
  output: TraceFactor;
  multiplications: number;
  additions: number;
  remaining: string[];
}

export interface Trace {
  version: number;
  query: string; // P(A|B=b)
  targets: string[];
  evidence: Evidence;
  order: string[];
  pruned: string[];
  factors: TraceFactor[];
  steps: TraceStep[];
  result: TraceResult;
  summary: {
    largest_generated: TraceSize | null;
    largest_join: TraceSize | null;
    largest_initial: TraceSize | null;
    cells: number;
    multiplications: number;
    additions: number;
  };
}

export interface TraceResult {
  expression: string;
  scope: string[];
  states: string[][];
  values: number[] | null;
  // What the last product was divided by: null where a double cannot hold it.
  normalization: number | null;
  log10_normalization: number | null;
  exact?: { values: string[]; normalization: string };
}

export interface TraceSize {
  name?: string; // of a factor
  scope?: string[]; // of a join
  size: number;
  cells: number;
}

export interface OrdersRequest extends Knowledge {
  targets: string[];
  // Orders to compare; unless a heuristic is among them, all heuristics as well.
  orders?: Order[];
  // Of the text, of `words` and of reasons.
  language?: DocumentLanguage;
}

export interface OrderFigures {
  name: string;
  heuristic: boolean;
  order: string[];
  pruned: string[];
  width: number;
  largest_generated: TraceSize | null;
  largest_join: TraceSize | null;
  cells: number;
  multiplications: number;
  additions: number;
}

export interface OrdersAnswer {
  version: number;
  query: string;
  // With a reason: some limit rules the order out.
  orders: (OrderFigures | { name: string; reason: string })[];
  words: string[];
}

export interface SeparateRequest {
  left: string[];
  right: string[];
  given?: string[];
  // Up to which probabilities count as equal; default 1e-9.
  tolerance?: number;
  // Leave the numbers out where comparing them takes more multiplications and additions than this;
  // `numeric_reason` says so. Without it there is no limit.
  mostOperations?: number;
  // Compare fractions instead: equal means equal.
  exact?: boolean;
  // Of the text and of `numeric_reason`.
  language?: DocumentLanguage;
}

// Of all other variables, which are independent of these by the structure.
export interface IndependentRequest {
  of: string[];
  given?: string[];
  // Of the text.
  language?: DocumentLanguage;
}

// In the order of the file; those of the question are in neither list.
export interface IndependentAnswer {
  version: number;
  left: string[];
  given: string[];
  independent: string[];
  dependent: string[];
}

export interface Trail {
  path: string[];
  active: boolean;
  // The first variable that blocks it, and what that is on the trail.
  blocked_at: string | null;
  why: Junction['kind'] | null;
  between: Junction[];
}

// A variable inside a trail.
export interface Junction {
  variable: string;
  // "undirected" in a Markov network.
  kind: 'chain' | 'fork' | 'collider' | 'undirected';
  observed: boolean;
  // Of an open collider: itself, or its nearest observed descendant.
  opened_by?: string;
  open: boolean;
}

// The largest difference of P(left | right, given) between two states of the right side. Where it is
// stands in the rest, absent when there are no two states to compare.
export interface NumericSeparation {
  largest_difference: number;
  equal: boolean;
  tolerance: number;
  left?: Evidence;
  right?: Evidence;
  other?: Evidence;
  given?: Evidence;
  // Of left given right, and of left given other.
  probabilities?: [number, number];
  // With `exact`: the same as fractions such as "75/107".
  exact?: { largest_difference: string; probabilities?: [string, string] };
}

// docs/formats/independence.md describes all members.
export interface SeparateAnswer {
  version: number;
  left: string[];
  right: string[];
  given: string[];
  separated: boolean;
  trails: Trail[];
  trail_count: number;
  active_count: number;
  counted_all: boolean;
  numeric: NumericSeparation | null;
  // Why there is none.
  numeric_reason?: string;
  agree: boolean | null;
  change: { add: string[]; remove: string[] } | null;
}
