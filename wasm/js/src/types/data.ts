// Tables of data, and networks fitted to them.

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
