// What is asked of a network: posteriors, most probable states, estimates, cases.
import type { TableOptions } from './data.js';
import type { EvidenceAnswer, Knowledge, Order } from './networks.js';

export interface QueryRequest extends Knowledge {
  // Default: every variable that is not observed.
  targets?: string[];
  order?: Order;
  engine?: 'auto' | 've' | 'jt' | 'enumerate';
  // One joint table of all targets instead of a posterior for each.
  joint?: boolean;
  // Keep variables that do not matter.
  keepIrrelevant?: boolean;
  // Answer in fractions as well.
  exact?: boolean;
}

// A table over several variables, the last fastest.
export interface Joint<Value> {
  variables: string[];
  states: string[][];
  values: Value[];
}

export interface QueryAnswer {
  version: number;
  evidence: EvidenceAnswer;
  // null when too small for a double; its logarithm is always right. Both are null of a Markov
  // network, which has log10_z.
  p_evidence: number | null;
  log10_p_evidence: number | null;
  log10_z?: number;
  // variable → state → probability; absent when the query is joint.
  posteriors: Record<string, Record<string, number>>;
  joint?: Joint<number>;
  // With `exact`: the same as fractions such as "75/107".
  exact?: {
    p_evidence: string;
    posteriors?: Record<string, Record<string, string>>;
    joint?: { values: string[] };
  };
  engine: 've' | 'jt' | 'enumerate';
  plan: { order: string[]; largest_table: number; operations: number; bytes: number };
  seconds: number;
}

export interface MapRequest extends Knowledge {
  targets: string[];
}

// A question asked for each row of a table, whose columns are variables; empty fields are not
// observed.
export interface TableQueryRequest extends QueryRequest, TableOptions {
  // Pass over columns that are no variables.
  ignoreColumns?: boolean;
}

// Of a row whose evidence has probability zero.
export interface ImpossibleRow {
  version: number;
  evidence: EvidenceAnswer;
  error: {
    code: 'impossible-evidence';
    message: string;
    file: string | null;
    line: number;
    column: null;
    byte: number;
  };
}

// In the order of the rows.
export type TableQueryAnswer = (QueryAnswer | ImpossibleRow)[];

// How many rows have been answered.
export interface TableQueryProgress {
  rows: number;
}

// The states that are most probable together.
export interface MapAnswer {
  version: number;
  evidence: EvidenceAnswer;
  assignment: Record<string, string>;
  p_joint: number | null;
  log10_p_joint: number | null;
  p_given_evidence: number;
  // Whether other states are as probable.
  ties: boolean;
}

export interface ObserveRequest extends Knowledge {
  target: string;
}

// What observing each variable would tell of the target, in bits, the most informative first.
export interface ObserveAnswer {
  version: number;
  evidence: EvidenceAnswer;
  target: string;
  entropy: number;
  variables: { name: string; entropy: number; mutual_information: number }[];
}

// How many propagations have been made of how many at most.
export interface ObserveProgress {
  done: number;
  all: number;
}

// What estimates have: the engine, the joint table and the order are of exact answers only.
export interface EstimateRequest extends Knowledge {
  targets?: string[];
  // It is done when every standard error is at most this; default 0.001.
  precision?: number;
  // Or after so many cases; default 10 million.
  maxSamples?: number;
  seed?: number; // default 42
}

// How far estimates are.
export interface EstimateProgress {
  samples: number;
  // As good as so many independent cases.
  effectiveSamples: number;
  // The largest standard error of all posteriors.
  largestError: number;
}

// Estimates by likelihood weighting.
export interface EstimateAnswer {
  version: number;
  evidence: EvidenceAnswer;
  p_evidence: number;
  log10_p_evidence: number | null;
  p_evidence_relative_error: number | null;
  // variable → state → probability, and likewise its standard error.
  posteriors: Record<string, Record<string, number>>;
  standard_errors: Record<string, Record<string, number>>;
  engine: 'lw';
  samples: number;
  effective_samples: number;
  // Whether the precision asked for was reached.
  precise: boolean;
  seed: number;
  seconds: number;
}

export interface SampleRequest extends Knowledge {
  count: number;
  seed?: number; // default 42
  // Keep the evidence in place and add a column with the weight of each case; needed when there is
  // evidence.
  weights?: boolean;
}

// How many cases have been drawn.
export interface SampleProgress {
  cases: number;
}

// The tasks of the UAI competitions whose result files there are.
export type UaiTask = 'pr' | 'mar' | 'mpe' | 'mmap';

// What a result file says.
export type UaiResult =
  | { version: number; task: 'PR'; log10: number }
  | { version: number; task: 'MAR'; posteriors: Record<string, Record<string, number>> }
  | { version: number; task: 'MPE' | 'MMAP'; assignment: Record<string, string> };

export interface UaiCompareRequest extends Knowledge {
  // Differences that are none; default 1e-6.
  tolerance?: number;
  // For messages.
  fileName?: string;
}

// Where our answer and a result are farthest apart: the probabilities of a state of a variable in
// "MAR", logarithms to base 10 otherwise, null where minus infinity.
export interface UaiComparison {
  version: number;
  task: 'PR' | 'MAR' | 'MPE' | 'MMAP';
  largest_difference: number | null;
  here: number;
  there: number | null;
  variable?: string;
  state?: string;
  tolerance: number;
  agree: boolean;
}
