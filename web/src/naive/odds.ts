// What each part of a row says for one class against another, as the core computed it.
import type { NaiveAnswer, NaiveTerm } from '../lib/engine';

export interface Contribution {
  kind: 'prior' | 'feature' | 'absent';
  name: string;
  value: string | null; // of columns
  count: number; // of words
  logOdds: number; // natural; may be infinite
}

export interface Odds {
  for: string;
  against: string;
  contributions: Contribution[];
  total: number;
}

type Terms = Record<string, NaiveTerm>;
type Feature = NonNullable<NaiveAnswer['explanation']>['features'][number];

// The core gives the odds of the most probable class against the next. Of two classes they are always
// shown for the second, so that bars keep their side while a row is changed.
export function oddsOf({ class: posterior, explanation }: NaiveAnswer, classes: string[]): Odds | null {
  if (!explanation || classes.length < 2) return null;
  const { odds, prior, features } = explanation;
  const turned = classes.length === 2 && odds.for !== classes[1];
  const [yes, no] = turned ? [odds.against, odds.for] : [odds.for, odds.against];
  // What is infinite comes as null: the probability that is 0 tells its sign.
  const signed = (value: number | null, isZero: boolean) => {
    if (value === null) return isZero ? -Infinity : Infinity;
    return turned && value !== 0 ? -value : value;
  };
  const ofTerms = (value: number | null, p: Terms) => signed(value, p[yes]?.p === 0);
  const ofPosterior = (value: number | null) => signed(value, posterior[yes] === 0);
  const parts = features.map((each) => featurePart(each, ofTerms(each.log_odds, each.p)));
  // Words come by the size of what they say, columns in their order.
  if (features.some(({ count }) => count !== undefined)) parts.sort((a, b) => Math.abs(b.logOdds) - Math.abs(a.logOdds));
  const contributions = [otherPart('prior', ofTerms(odds.prior_log_odds, prior)), ...parts];
  if (odds.absent_log_odds !== undefined) contributions.push(otherPart('absent', ofPosterior(odds.absent_log_odds)));
  return { for: yes, against: no, contributions, total: ofPosterior(odds.log_odds) };
}

function otherPart(kind: 'prior' | 'absent', logOdds: number): Contribution {
  return { kind, name: kind, value: null, count: 1, logOdds };
}

function featurePart({ feature, value, count }: Feature, logOdds: number): Contribution {
  return { kind: 'feature', name: feature, value: value ?? null, count: count ?? 1, logOdds };
}
