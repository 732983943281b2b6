// Factors and operations on them, as docs/formats/factors.md has them.
import type { Evidence, Knowledge } from './networks.js';

// A number, or the text of one such as "1/3".
export type FactorValue = number | string;

// A table over the variables of `scope`, the last fastest. Variables of the same name are the same
// and must have the same states in the same order.
export interface FactorInput {
  // How formulas write it: "f1" of f1(A,B). Without, P where there is a head and φ where not.
  symbol?: string | null;
  // The variable before the bar of P(A|B,E).
  head?: string | null;
  scope: string[];
  states: string[][];
  // What the factor was restricted to before, which stays in its name.
  observed?: Evidence;
  values: FactorValue[];
  // Used instead of `values` when fractions are asked for.
  exact?: { values: FactorValue[] };
}

export interface Factor extends FactorInput {
  name: string; // f1(A,B)
  symbol: string | null;
  head: string | null;
  expression: string; // Σ_E P(E) P(A|B,E)
  observed: Evidence;
  values: number[];
  exact?: { values: string[] };
  // Those that were summed or maximised out, or normalised over.
  variables: string[];
  // Of max-out: for each cell the states of `variables` that make it the largest.
  largest?: string[][];
}

export type FactorOperation = 'multiply' | 'sum-out' | 'max-out' | 'restrict' | 'normalize';

export interface FactorRequest {
  operation: FactorOperation;
  // Two or more to multiply; one or more, of whose product variables are summed or maximised out;
  // one to restrict or normalize.
  factors: FactorInput[];
  // To sum or maximise out; to normalize over, where all are meant without.
  variables?: string[];
  // To restrict to.
  evidence?: Evidence;
  // Of the result: "f1"
  symbol?: string;
  // Fractions as well.
  exact?: boolean;
}

// Which factors of a network: the tables of variables, or potentials by their numbers from 0, or
// those that matter for the targets, or all; with the evidence put in.
export interface NetworkFactorsRequest extends Knowledge {
  variables?: string[];
  // Of a Markov network.
  potentials?: number[];
  targets?: string[];
  exact?: boolean;
}
