// What the view of tokens computes by itself, without a browser.
import { expect, test } from '@playwright/test';
import { charactersOf, hexOf, isUtf8, marksOf, visible } from '../../web/src/tokens/characters';
import { stepsOf } from '../../web/src/tokens/steps';
import { groupsIn, stretchesOf, tokenBefore, tokenized } from '../../web/src/tokens/tokenized';
import type { Tokenized } from '../../web/src/tokens/tokenized';

function stream(seed: number): (below: number) => number {
  return (below) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
}

const utf8 = (text: string) => new TextEncoder().encode(text);

test('characters are those that a decoder finds, on random bytes', () => {
  const next = stream(3);
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const bytes = [0x41, 0x7f, 0x80, 0xbf, 0xc0, 0xc2, 0xc3, 0xe0, 0xa0, 0xed, 0x9f, 0xe4, 0xbd, 0xf0, 0x90, 0xf4, 0x8f, 0xf5, 0xff];
  for (let round = 0; round < 20_000; round++) {
    const text = Uint8Array.from({ length: 1 + next(6) }, () => bytes[next(bytes.length)]!);
    let decoded: string | null = null;
    try {
      decoded = strict.decode(text);
    } catch {
      // not UTF-8
    }
    const characters = charactersOf(text);
    const isWhole = characters.every(({ begin, end }, i) => begin === (characters[i - 1]?.end ?? 0) && end > begin);
    const isSame = decoded === null || characters.map(({ codePoint }) => String.fromCodePoint(codePoint!)).join('') === decoded;
    // An assertion for each would take long.
    if (!isWhole || !isSame || isUtf8(text) !== (decoded !== null)) expect(characters, hexOf(text)).toBe(decoded);
  }
});

test('what would not be seen has signs', () => {
  expect(visible(utf8(' a\n\t'))).toBe('␣a⏎⇥');
  expect(visible(utf8('\u200d\u0000\u00ad'))).toBe('U+200DU+0000U+00AD');
  expect(visible(utf8('\u0301e'))).toBe('◌\u0301e');
  expect(visible(utf8('你').subarray(1))).toBe('⟨BD⟩⟨A0⟩');
  expect(marksOf(utf8('ab c'))).toEqual([
    { kind: 'text', text: 'ab' },
    { kind: 'sign', text: '␣' },
    { kind: 'text', text: 'c' },
  ]);
  expect(hexOf(utf8('é'))).toBe('C3 A9');
});

// A text whose tokens end at these bytes.
function cutAt(text: string, ends: number[]): Tokenized {
  const bytes = utf8(text);
  const units = (byte: number, isEnd: boolean) => {
    let place = byte;
    // The first byte of the character, or of the one after it.
    while (place > 0 && place < bytes.length && (bytes[place]! & 0xc0) === 0x80) place += isEnd ? 1 : -1;
    return new TextDecoder().decode(bytes.subarray(0, place)).length;
  };
  const starts = [0, ...ends.slice(0, -1)];
  return tokenized(text, {
    ids: Uint32Array.from(ends, (_, i) => i),
    byteStarts: Uint32Array.from(starts),
    byteEnds: Uint32Array.from(ends),
    unitStarts: Uint32Array.from(starts, (byte) => units(byte, false)),
    unitEnds: Uint32Array.from(ends, (byte) => units(byte, true)),
  });
}

test('tokens that share a character stand together', () => {
  const answer = cutAt('a你b🙂', [1, 2, 3, 4, 5, 6, 7, 9]);
  expect(groupsIn(answer, 0, 8)).toEqual([
    { first: 0, end: 1, text: null },
    { first: 1, end: 4, text: '你' },
    { first: 4, end: 5, text: null },
    { first: 5, end: 8, text: '🙂' },
  ]);
  // What is on show may begin and end within them.
  expect(groupsIn(answer, 2, 6)).toEqual([
    { first: 2, end: 4, text: '你' },
    { first: 4, end: 5, text: null },
    { first: 5, end: 6, text: '🙂' },
  ]);
});

test('the token before a place of the text', () => {
  const answer = cutAt('low lower', [3, 7, 9]);
  expect([0, 1, 3, 4, 7, 8, 9, 99].map((unit) => tokenBefore(answer.offsets, unit))).toEqual([0, 0, 0, 1, 1, 2, 2, 2]);
  expect(tokenBefore(cutAt('', []).offsets, 0)).toBe(0);
});

test('stretches lie between the boundaries that all tokenizers have', () => {
  const next = stream(5);
  for (let round = 0; round < 60; round++) {
    const length = 1 + next(30);
    const all = Array.from({ length: 1 + next(4) }, () => {
      const inner = Array.from({ length }, (_, i) => i + 1).filter((end) => end === length || next(3) === 0);
      return cutAt('x'.repeat(length), inner);
    });
    const shared = Array.from({ length }, (_, i) => i + 1).filter((end) => all.every(({ offsets }) => offsets.byteEnds.includes(end)));
    const stretches = stretchesOf(all);
    expect(stretches.map(({ end }) => end)).toEqual(shared);
    expect(stretches.map(({ begin }) => begin)).toEqual([0, ...shared.slice(0, -1)]);
    stretches.forEach(({ begin, end, tokens, differs }) => {
      tokens.forEach((token, i) => {
        expect(all[i]!.offsets.byteStarts[token.first]).toBe(begin);
        expect(all[i]!.offsets.byteEnds[token.end - 1]).toBe(end);
      });
      expect(differs).toBe(tokens.some((token) => token.end - token.first > 1));
    });
  }
  expect(stretchesOf([])).toEqual([]);
  expect(stretchesOf([cutAt('', []), cutAt('', [])])).toEqual([]);
});

test('the steps of a piece go from its bytes to its tokens', () => {
  const merge = (at: number, left: number, right: number, result: number, rank: number) => ({ at, left, right, result, rank, text: '' });
  const steps = stepsOf({
    kind: 'merged',
    at: 10,
    text: 'newest',
    bytes: '6E 65 77 65 73 74',
    merges: [merge(14, 115, 116, 256, 0), merge(13, 101, 256, 257, 1), merge(12, 119, 257, 260, 4), merge(10, 110, 101, 261, 5)],
    merge_count: 4,
    tokens: [],
  });
  const shown = steps.map(({ parts, made, leftBytes, rightBytes }) => [parts.map(visible).join('|'), made, visible(leftBytes), visible(rightBytes)]);
  expect(shown).toEqual([
    ['n|e|w|e|st', 4, 's', 't'],
    ['n|e|w|est', 3, 'e', 'st'],
    ['n|e|west', 2, 'w', 'est'],
    ['ne|west', 0, 'n', 'e'],
  ]);
});
