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
  // What is known as well, as the content of a UAI evidence file.
  uaiEvidence?: string;
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

// What a network consists of.
export interface NetworkInfo {
  version: number;
  name: string;
  kind: 'bayes' | 'markov';
  variable_count: number;
  arrows: number;
  potentials: number;
  most_states: number;
  most_parents: number;
  cells: number;
  parameters: number;
  has_tables: boolean;
  variables: { name: string; states: string[]; parents: string[] }[];
}

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
  // Compare fractions instead: equal means equal.
  exact?: boolean;
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
  // Show fractions.
  exact?: boolean;
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

// ---- Data -------------------------------------------------------------------------------------

// The content of a CSV file; bytes are UTF-8.
export type TableData = string | Uint8Array;

export interface TableOptions {
  // Default: the one that is most frequent in the first record.
  separator?: ',' | ';' | '|' | '\t';
  // Fields that say that a value is missing; default: empty, "?" and "NA".
  missing?: string[];
  // For messages.
  fileName?: string;
}

export interface FitRequest extends TableOptions {
  // Counts over totals (default), alpha added to each count, or ess spread over each table.
  method?: 'ml' | 'laplace' | 'bdeu';
  alpha?: number; // of laplace; default 1
  ess?: number; // of bdeu: equivalent sample size; default 1
  // Learn from missing values and hidden variables, by expectation-maximization.
  em?: boolean;
  tolerance?: number; // of em: end when an iteration gains less than this part; default 1e-6
  maxIterations?: number; // of em; default 1000
  seed?: number; // of where em begins; default 42
  // Pass over columns that are no variables.
  ignoreColumns?: boolean;
}

// What an iteration did.
export interface FitProgress {
  iteration: number;
  // Natural, of all records.
  logLikelihood: number;
  // With the logarithm of the prior, up to a constant: it never falls.
  objective: number;
  done: boolean;
  // Whether it ended by the tolerance rather than by maxIterations.
  converged: boolean;
}

// ---- Naive Bayes ------------------------------------------------------------------------------

export type NaiveModel = 'categorical' | 'bernoulli' | 'multinomial';

export interface NaiveTrainRequest extends TableOptions {
  // The column to be predicted.
  class: string;
  // Default: categorical, of texts multinomial.
  model?: NaiveModel;
  // The features are the words of this column.
  text?: string;
  // Columns that are no features.
  ignore?: string[];
  alpha?: number; // added to each count of a feature; default 0
  alphaPrior?: number; // added to each count of a class; default 0
  minTexts?: number; // leave out words that are in fewer texts
  maxWords?: number; // keep only so many words, those in most texts
}

export interface NaiveTrainProgress {
  share: number; // of the work that is done, from 0 to 1
}

export interface NaivePredictRequest {
  // Feature → value; what is not given is left out.
  row?: Record<string, string | number>;
  // The text, of models of texts.
  words?: string;
  // What to do about values that training did not see; default: they are errors.
  unseen?: 'error' | 'ignore';
  explain?: boolean;
  exact?: boolean;
}

// A probability with the counts that it comes from.
export interface NaiveTerm {
  count: number;
  total: number;
  p: number;
}

export interface NaiveAnswer {
  version: number;
  // class → probability
  class: Record<string, number>;
  prediction: string;
  alpha: number;
  alpha_prior: number;
  // With `exact`: fractions such as "5/13".
  exact?: { class: Record<string, string>; joint: Record<string, string> };
  // With `explain`. Log odds are natural logarithms, null where infinite.
  explanation?: {
    prior: Record<string, NaiveTerm>;
    features: {
      feature: string;
      value?: string; // of columns
      count?: number; // of words
      p: Record<string, NaiveTerm>;
      log_odds: number | null;
    }[];
    joint: Record<string, { log10: number | null; fraction?: string }>;
    odds: {
      for: string;
      against: string;
      prior_log_odds: number | null;
      log_odds: number | null;
    };
  };
}

export interface NaiveTableRequest extends TableOptions {
  unseen?: 'error' | 'ignore';
}

export interface NaiveEvaluation {
  version: number;
  rows: number;
  skipped: number;
  undefined: number;
  correct: number;
  accuracy: number | null;
  accuracy_interval: [number, number] | null;
  log_loss: number | null;
  impossible: number;
  brier: number | null;
  calibration_error: number | null;
  // true class → predicted class → rows
  confusion: Record<string, Record<string, number>>;
  calibration: {
    from: number;
    to: number;
    rows: number;
    confidence: number | null;
    accuracy: number | null;
  }[];
}

export interface NaiveInfo {
  version: number;
  model: NaiveModel;
  class: string;
  text?: string;
  alpha: number;
  alpha_prior: number;
  rows: number;
  features: number;
  classes: {
    name: string;
    rows: number;
    p: number;
    speakers: {
      feature: string;
      value?: string;
      log_ratio: number | null;
      count: number;
      total: number;
      other_count: number;
      other_total: number;
    }[];
  }[];
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
