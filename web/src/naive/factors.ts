// The factors that are multiplied for a row, one for the prior and one for each attribute or word, with
// the counts each comes from.
import type { NaiveAnswer, NaiveTerm } from '../lib/engine';
import { outcomesOf } from './learned';
import type { Learned } from './learned';

export interface Factor {
  kind: 'prior' | 'feature' | 'absent';
  name: string;
  value: string | null; // of columns
  power: number; // how often a word occurs
  terms: Record<string, Term>; // by class
}

// (count + alpha) / (total + alpha × outcomes), or a number alone.
export interface Term {
  p: number;
  counts: { count: number; total: number; alpha: number; outcomes: number } | null;
}

export function factorsOf({ alpha, alpha_prior, explanation }: NaiveAnswer, learned: Learned): Factor[] {
  if (!explanation) return [];
  const prior: Factor = {
    kind: 'prior',
    name: '',
    value: null,
    power: 1,
    terms: termsOf(explanation.prior, alpha_prior, learned.classes.length),
  };
  const features = explanation.features.map(
    ({ feature, value, count, p }): Factor => ({
      kind: 'feature',
      name: feature,
      value: value ?? null,
      power: count ?? 1,
      terms: termsOf(p, alpha, outcomesOf(learned, feature)),
    }),
  );
  const factors = [prior, ...features];
  return explanation.odds.absent_log_odds === undefined ? factors : [...factors, absentFactor(factors, explanation)];
}

function termsOf(terms: Record<string, NaiveTerm>, alpha: number, outcomes: number): Record<string, Term> {
  return Object.fromEntries(
    Object.entries(terms).map(([name, { count, total, p }]) => {
      // With neither counts nor smoothing all outcomes are as probable as one another.
      const isKnown = total + alpha * outcomes > 0;
      return [name, { p, counts: isKnown ? { count, total, alpha, outcomes } : null }];
    }),
  );
}

// All words that are not there, together: what the other factors leave of the product.
function absentFactor(
  others: Factor[],
  { joint }: NonNullable<NaiveAnswer['explanation']>,
): Factor {
  const leftOf = (name: string, log10: number | null) => {
    const known = others.reduce((sum, { terms, power }) => sum + power * Math.log10(terms[name]?.p ?? 1), 0);
    return { p: log10 === null ? 0 : 10 ** (log10 - known), counts: null };
  };
  const terms = Object.fromEntries(Object.entries(joint).map(([name, { log10 }]) => [name, leftOf(name, log10)]));
  return { kind: 'absent', name: '', value: null, power: 1, terms };
}
