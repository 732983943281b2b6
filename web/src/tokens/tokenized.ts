// A text and its tokens.
import type { TokenOffsets } from '../lib/engine';

export interface Tokenized {
  text: string;
  bytes: Uint8Array; // of the text
  characters: number;
  offsets: TokenOffsets;
}

const encoder = new TextEncoder();

export function tokenized(text: string, offsets: TokenOffsets): Tokenized {
  const bytes = encoder.encode(text);
  return { text, bytes, characters: countCharacters(bytes), offsets };
}

// Code points: each begins with a byte that does not go on with another.
function countCharacters(bytes: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) if ((bytes[i]! & 0xc0) !== 0x80) count++;
  return count;
}

export function tokenBytes({ bytes, offsets }: Tokenized, index: number): Uint8Array {
  return bytes.subarray(offsets.byteStarts[index], offsets.byteEnds[index]);
}

// Tokens that stand together, since they share characters: `text` are these; null for one by itself.
export interface TokenGroup {
  first: number;
  end: number;
  text: string | null;
}

export function groupsIn({ text, offsets }: Tokenized, first: number, end: number): TokenGroup[] {
  const { unitStarts, unitEnds } = offsets;
  const groups: TokenGroup[] = [];
  for (let i = first; i < end; ) {
    const begin = i++;
    while (i < end && unitStarts[i]! < unitEnds[i - 1]!) i++;
    const isSplit = isPart(offsets, begin) || i - begin > 1;
    groups.push({ first: begin, end: i, text: isSplit ? text.slice(unitStarts[begin], unitEnds[i - 1]) : null });
  }
  return groups;
}

// Whether it begins or ends within a character.
function isPart({ unitStarts, unitEnds }: TokenOffsets, index: number): boolean {
  return unitStarts[index]! < (unitEnds[index - 1] ?? 0) || unitEnds[index]! > (unitStarts[index + 1] ?? Infinity);
}

// The token that has the last part of what stands before a place of the string; 0 at its beginning.
export function tokenBefore({ unitEnds }: TokenOffsets, unit: number): number {
  let low = 0;
  let high = Math.max(0, unitEnds.length - 1);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (unitEnds[middle]! >= unit) high = middle;
    else low = middle + 1;
  }
  return low;
}

// ---- Several tokenizers -------------------------------------------------------------------------

// A part of the text between two boundaries that all tokenizers have: the tokens of each there.
export interface Stretch {
  begin: number; // in bytes
  end: number;
  tokens: { first: number; end: number }[];
  differs: boolean; // they do not all have the same boundaries inside
}

export function stretchesOf(all: readonly Tokenized[]): Stretch[] {
  const ends = all.map(({ offsets }) => offsets.byteEnds);
  const at = ends.map(() => 0);
  const length = all[0]?.bytes.length ?? 0;
  const stretches: Stretch[] = [];
  for (let begin = 0; begin < length; ) {
    const first = [...at];
    let end = begin;
    // Whoever lies behind takes a token, until all end at the same byte.
    for (let settled = false; !settled; ) {
      settled = true;
      ends.forEach((list, i) => {
        while (at[i] === first[i] || list[at[i]! - 1]! < end) end = Math.max(end, list[at[i]!++]!);
      });
      settled = ends.every((list, i) => list[at[i]! - 1] === end);
    }
    const tokens = first.map((from, i) => ({ first: from, end: at[i]! }));
    stretches.push({ begin, end, tokens, differs: tokens.some((token) => token.end - token.first > 1) });
    begin = end;
  }
  return stretches;
}
