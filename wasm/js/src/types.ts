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

// Variable name → observed state.
export type Evidence = Record<string, string>;

export interface QueryRequest {
  evidence?: Evidence;
  // Default: every variable that is not observed.
  targets?: string[];
  order?: Order;
  engine?: 'auto' | 've' | 'enumerate';
}

export type Heuristic = 'min-fill' | 'min-weight' | 'min-degree' | 'weighted-min-fill' | 'optimal';

// A heuristic's name, or the variables to eliminate, first to last.
export type Order = Heuristic | string[];

export interface QueryAnswer {
  version: number;
  evidence: Evidence;
  // null when too small for a double; its logarithm is always right.
  p_evidence: number | null;
  log10_p_evidence: number;
  // variable → state → probability
  posteriors: Record<string, Record<string, number>>;
  engine: 've' | 'enumerate';
  plan: { order: string[]; largest_table: number; operations: number; bytes: number };
  seconds: number;
}

export interface TraceRequest {
  // Several: the trace of their joint.
  targets: string[];
  evidence?: Evidence;
  // A variable named in an order is never pruned; with a heuristic the irrelevant ones are.
  order?: Order;
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
