// Naive Bayes.
import type { TableOptions } from './data.js';
import type { DocumentLanguage } from './networks.js';

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
  // Of the arithmetic written out.
  language?: DocumentLanguage;
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
      // Of Bernoulli models of texts: of all words that are not there.
      absent_log_odds?: number | null;
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
