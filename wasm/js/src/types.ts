// What goes in and what comes out: the shapes shared by the api and worker tiers. The answers are
// the JSON documents that the `likelore` command prints under --json, so their keys are its keys.

// ---- Errors -----------------------------------------------------------------------------------

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

// Where and why. Line and column count from 1, byte from 0; absent where they do not apply.
export interface ErrorDetails {
  code: ErrorCode;
  message: string;
  file?: string;
  line?: number;
  column?: number;
  byte?: number;
}

// ---- Bayesian networks ------------------------------------------------------------------------

export interface Variable {
  name: string;
  states: string[];
  parents: string[];
  // P(variable | parents) over (parents in their order, variable), the last fastest: each run of
  // states.length values is a row. null in a network that has structure only.
  table: number[] | null;
}

export interface OpenOptions {
  // Divide rows that are far from the sum 1 by their sum instead of refusing them.
  normalize?: boolean;
}

// The formats that networks are written in; "uai-names" has the names that "uai" cannot hold.
export type NetworkFormat = 'bif' | 'xmlbif' | 'xdsl' | 'hugin' | 'uai' | 'uai-names' | 'json';

// What explanations are written as.
export type DocumentFormat = 'text' | 'markdown' | 'latex' | 'html';

// Variable name → observed state.
export type Evidence = Record<string, string>;

// All that can be known. Several kinds go together.
export interface Knowledge {
  evidence?: Evidence;
  // Variable → a state or states that it is not in.
  excluded?: Record<string, string | string[]>;
  // Virtual evidence: variable → state → likelihood, a number for every state.
  likelihoods?: Record<string, Record<string, number>>;
  // Variable → state that it is set to from outside (Pearl's do).
  do?: Evidence;
}

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

export type Heuristic = 'min-fill' | 'min-weight' | 'min-degree' | 'weighted-min-fill' | 'optimal';

// A heuristic's name, or the variables to eliminate, first to last.
export type Order = Heuristic | string[];

// Variable → state, or what is known of it otherwise.
export type EvidenceAnswer = Record<
  string,
  string | { not: string[] } | { likelihood: Record<string, number> } | { do: string }
>;

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

export interface MapRequest extends Knowledge {
  targets: string[];
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

export interface CheckFinding {
  severity: 'error' | 'warning' | 'note';
  code: string;
  variable: string | null;
  message: string;
  file: string | null;
  line: number | null;
  column: number | null;
  byte: number | null;
}

export interface Check {
  version: number;
  readable: boolean;
  name: string | null;
  errors: number;
  warnings: number;
  notes: number;
  findings: CheckFinding[];
  plan: { largest_clique: number; operations: number; bytes: number } | null;
}

export interface OrdersRequest extends Knowledge {
  targets: string[];
  // Orders to compare; unless a heuristic is among them, all heuristics as well.
  orders?: Order[];
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
}

export interface Trail {
  path: string[];
  active: boolean;
  blocked_at: string | null;
  why: 'chain' | 'fork' | 'collider' | null;
  between: {
    variable: string;
    kind: 'chain' | 'fork' | 'collider';
    observed: boolean;
    opened_by?: string | null;
    open: boolean;
  }[];
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
  numeric: { largest_difference: number; equal: boolean; tolerance: number } | null;
  agree: boolean | null;
  change: { add: string[]; remove: string[] } | null;
}

export interface DrawRequest extends Knowledge {
  // Default: the arrows, or the moral graph of a Markov network.
  graph?: 'dag' | 'moral' | 'triangulated' | 'tree';
  format?: 'svg' | 'dot';
  // Show the posteriors of the targets, or of all variables.
  bars?: boolean;
  targets?: string[];
  // For "triangulated" and "tree".
  order?: Order;
}

export interface TraceRequest extends Knowledge {
  // Several: the trace of their joint.
  targets: string[];
  // A variable named in an order is never pruned; with a heuristic the irrelevant ones are.
  order?: Order;
  // Keep variables that do not matter.
  keepIrrelevant?: boolean;
}

// A factor of a trace. `scope` holds the unobserved variables, `cells` the product of their
// cardinalities; `values` (last variable fastest) is null when the network has no tables.
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
  result: { expression: string; scope: string[]; states: string[][]; values: number[] | null };
  summary: {
    largest_generated: TraceSize | null;
    largest_join: TraceSize | null;
    largest_initial: TraceSize | null;
    cells: number;
    multiplications: number;
    additions: number;
  };
}

export interface TraceSize {
  name?: string; // of a factor
  scope?: string[]; // of a join
  size: number;
  cells: number;
}

// ---- Language models --------------------------------------------------------------------------

// One file of a checkpoint: model.safetensors, config.json, tokenizer.json.
export interface NamedBytes {
  name: string;
  bytes: Uint8Array;
}

export interface ModelInfo {
  version: number;
  config: Record<string, unknown>;
  parameters: number;
  parameters_without_positions: number;
  vocabulary_size: number;
  // SHA-256 over the tensors, hexadecimal: the same as `likelore lm info` prints.
  digest: string;
  kernels: string;
  // Where training stood, when trainer.json is among the files.
  training: Record<string, number | null> | null;
}

export interface GenerateRequest {
  prompt: string;
  maxTokens?: number; // default 500
  temperature?: number; // 0: always the most probable token; default 0.8
  topK?: number; // 0: no limit; default 200
  topP?: number; // 1: no limit; default 1
  minP?: number; // 0: no limit; default 0
  seed?: number; // default 42
  sample?: number; // index of the sample, each of which has a random stream of its own; default 0
  stop?: string; // ends when the text ends with it
}

export interface Candidate {
  id: number;
  text: string;
  // After temperature and filters.
  p: number;
}

export interface GeneratedToken {
  id: number;
  // What the token adds to the text; may be empty while a character is incomplete.
  text: string;
  // Natural logarithm of the token's probability under the model (temperature 1, no filters).
  logProb: number;
  // The most probable tokens at this position, best first.
  candidates: Candidate[];
}

export interface GenerateResult {
  text: string;
  ids: number[];
  // Why it ended: the length asked for, the text to stop at, or the caller's AbortSignal.
  finish: 'length' | 'stop' | 'cancelled';
}

// ---- The library ------------------------------------------------------------------------------

export interface Version {
  version: string;
  kernels: string;
}
