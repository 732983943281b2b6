// Networks: their variables, what is known of them, orders of their variables, checks.

export interface Variable {
  name: string;
  states: string[];
  parents: string[];
  // P(variable | parents) over (parents in their order, variable), the last fastest: each run of
  // states.length values is a row. null in a network that has structure only.
  table: number[] | null;
}

// A factor of a Markov network.
export interface Potential {
  scope: string[];
  // Over the scope, the last variable fastest.
  values: number[];
}

export interface OpenOptions {
  // Divide rows that are far from the sum 1 by their sum instead of refusing them.
  normalize?: boolean;
}

// The formats that networks are written in; "uai-names" has the names that "uai" cannot hold.
export type NetworkFormat = 'bif' | 'xmlbif' | 'xdsl' | 'hugin' | 'uai' | 'uai-names' | 'json';

// What explanations are written as.
export type DocumentFormat = 'text' | 'markdown' | 'latex' | 'html';

// What explanations are written in: English, the default, or Simplified Chinese.
export type DocumentLanguage = 'en' | 'zh';

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

// Variable → state, or what is known of it otherwise.
export type EvidenceAnswer = Record<
  string,
  string | { not: string[] } | { likelihood: Record<string, number> } | { do: string }
>;

export type Heuristic = 'min-fill' | 'min-weight' | 'min-degree' | 'weighted-min-fill' | 'optimal';

// A heuristic's name, or the variables to eliminate, first to last.
export type Order = Heuristic | string[];

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
