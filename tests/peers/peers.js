// Vocabularies in the forms of this package and of the npm package tiktoken.
import { createRequire } from 'node:module';

import { Tiktoken } from 'tiktoken';

const require = createRequire(import.meta.url);

export const encodings = ['gpt2', 'cl100k_base', 'o200k_base'];

// {bpe_ranks, special_tokens, pat_str}. The ranks are lines "! FIRST TOKEN TOKEN …" in base 64.
export const openEncoding = (name) => require(`tiktoken/encoders/${name}.json`);

export const openTiktoken = ({ bpe_ranks: ranks, special_tokens: specials, pat_str: pattern }) =>
  new Tiktoken(ranks, specials, pattern);

// The same as a file of ranks, a line for each token.
export function rankFile({ bpe_ranks: ranks }) {
  const lines = ranks.trim().split('\n').flatMap((line) => {
    const [, first, ...tokens] = line.split(' ');
    return tokens.map((token, i) => `${token} ${Number(first) + i}`);
  });
  return new TextEncoder().encode(`${lines.join('\n')}\n`);
}

// A tokenizer of ours, whose special tokens are its last, as tiktoken takes it.
export function encodingOf(tokenizer, pattern) {
  const specials = Object.fromEntries(tokenizer.specials.map(({ text, id }) => [text, id]));
  const tokens = Array.from({ length: tokenizer.count - tokenizer.specials.length }, (_, id) =>
    Buffer.from(tokenizer.token(id)).toString('base64'),
  );
  return { bpe_ranks: `! 0 ${tokens.join(' ')}`, special_tokens: specials, pat_str: pattern };
}

export function sameIds(a, b) {
  return a.length === b.length && a.every((id, i) => id === b[i]);
}
