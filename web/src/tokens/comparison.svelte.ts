// Several tokenizers on the same text.
import type { TokenizerHandle } from '../lib/engine';
import { Latest } from '../lib/latest';
import { problemOf } from '../lib/problem';
import type { Problem } from '../lib/problem';
import { tokensText } from '../lib/text/tokens';
import type { Entry } from './library.svelte';
import { stretchesOf, tokenized } from './tokenized';
import type { Stretch, Tokenized } from './tokenized';

export const mostCompared = 4;

interface Question {
  text: string;
  entries: Entry[];
  special: 'recognise' | 'text';
}

export interface Compared {
  entries: Entry[];
  all: Tokenized[];
  stretches: Stretch[];
}

export class Comparison {
  answer = $state.raw<Compared | null>(null);
  problem = $state.raw<Problem | null>(null);
  private readonly latest = new Latest();

  // What is wanted is asked for when its turn has come: tokenizers may be closed before.
  compare(wanted: () => Question) {
    void this.latest.run(async () => {
      const { text, entries, special } = wanted();
      try {
        const all = await Promise.all(entries.map(({ tokenizer }) => tokenizedBy(tokenizer, text, special)));
        this.answer = { entries, all, stretches: stretchesOf(all) };
        this.problem = null;
      } catch (error) {
        if (!this.latest.isBehind) this.problem = problemOf(error, () => tokensText.cannotEncode);
      }
    });
  }
}

export async function tokenizedBy(tokenizer: TokenizerHandle, text: string, special: 'recognise' | 'text'): Promise<Tokenized> {
  return tokenized(text, await tokenizer.offsets(text, { special }));
}
