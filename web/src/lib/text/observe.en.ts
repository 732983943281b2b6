// The words of what to observe next, in English.
import { formatCount } from '../format';

export const observeEnglish = {
  title: 'What to observe next',
  entropy: (target: string, bits: string) =>
    `What is not known yet of ${target}: ${bits} bits of entropy.`,
  meaning: (best: string, target: string, bits: string, percent: string) =>
    `Observing ${best} is expected to tell most of ${target}: ${bits} bits, ${percent} of its entropy. This is the mean: the state that it turns out to be in may tell more or less.`,
  nothing: (target: string) => `Nothing that is left to observe tells anything of ${target}.`,
  certain: (target: string) => `${target} is certain already: there is nothing left to learn of it.`,
  targetKnown: (target: string) => `${target} is known. Choose another variable to ask about.`,
  noNumbers: 'This network has no numbers, so it cannot be told what an observation would say.',
  caption: (target: string) => `What each variable would tell of ${target}`,
  bits: 'Bits',
  share: 'Share of entropy',
  show: (variable: string) => `Show ${variable} in the graph`,
  more: (count: number) => `… ${formatCount(count)} more`,
  fewer: 'Show fewer',
  impossible: 'Nothing can be said while the evidence is impossible.',
  progress: (done: number, all: number) => `Computing: ${formatCount(done)} of ${formatCount(all)} passes`,
  stop: 'Stop',
  stopped: 'Stopped.',
  again: 'Compute',
};
