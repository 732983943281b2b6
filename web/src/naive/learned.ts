// What a classifier has learned: the counts of its file (docs/formats/naive-bayes.md).
import type { NaiveModel } from '../lib/engine';

export interface LearnedFeature {
  name: string;
  values: string[];
  counts: number[][]; // [value][class]
}

export interface Learned {
  model: NaiveModel;
  classColumn: string;
  classes: string[];
  classCounts: number[];
  features: LearnedFeature[]; // none in models of texts
  wordCount: number;
}

interface Written {
  model: NaiveModel;
  class: string;
  classes: string[];
  class_counts: number[];
  features?: LearnedFeature[];
  words?: string[];
}

export function learnedOf(json: string): Learned {
  const written = JSON.parse(json) as Written;
  return {
    model: written.model,
    classColumn: written.class,
    classes: written.classes,
    classCounts: written.class_counts,
    features: written.features ?? [],
    wordCount: written.words?.length ?? 0,
  };
}

export const mostShownClasses = 30;

// The classes to be shown: all in their order, or of very many the most probable ones.
export function classesShown({ classes }: Learned, posterior: Record<string, number>): string[] {
  if (classes.length <= mostShownClasses) return classes;
  return classes.toSorted((a, b) => (posterior[b] ?? 0) - (posterior[a] ?? 0)).slice(0, mostShownClasses);
}

// How many values share the probability of a feature: what α is added to so many times below the line.
export function outcomesOf(learned: Learned, feature: string): number {
  if (learned.model === 'multinomial') return learned.wordCount;
  if (learned.model === 'bernoulli') return 2;
  return learned.features.find(({ name }) => name === feature)?.values.length ?? 0;
}
