// Bytes as characters, and both as something to see. Tokens are bytes: they may end within a character.

// From byte `begin` to before `end`; `codePoint` is null where a byte is no part of UTF-8 here.
export interface Character {
  begin: number;
  end: number;
  codePoint: number | null;
}

export function charactersOf(bytes: Uint8Array): Character[] {
  const characters: Character[] = [];
  for (let begin = 0; begin < bytes.length; ) {
    const codePoint = codePointAt(bytes, begin);
    const end = begin + (codePoint === null ? 1 : utf8Length(codePoint));
    characters.push({ begin, end, codePoint });
    begin = end;
  }
  return characters;
}

function utf8Length(codePoint: number): number {
  return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
}

// The character that begins there; null where none that is whole does.
function codePointAt(bytes: Uint8Array, at: number): number | null {
  const lead = bytes[at]!;
  if (lead < 0x80) return lead;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || at + length > bytes.length) return null;
  let codePoint = lead & (0xff >> (length + 1));
  for (let i = 1; i < length; i++) {
    if ((bytes[at + i]! & 0xc0) !== 0x80) return null;
    codePoint = (codePoint << 6) | (bytes[at + i]! & 0x3f);
  }
  const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
  return isSurrogate || codePoint > 0x10ffff || utf8Length(codePoint) !== length ? null : codePoint;
}

export function isUtf8(bytes: Uint8Array): boolean {
  return charactersOf(bytes).every(({ codePoint }) => codePoint !== null);
}

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, hexByte).join(' ');
}

const hexByte = (byte: number) => byte.toString(16).toUpperCase().padStart(2, '0');

export function bytesOfHex(hex: string): Uint8Array {
  return hex === '' ? new Uint8Array() : Uint8Array.from(hex.split(' '), (byte) => parseInt(byte, 16));
}

export function codePointName(codePoint: number): string {
  return `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
}

// ---- To be seen -------------------------------------------------------------------------------

// A run of letters as they are; a sign for what would not be seen; a byte that is no character here.
export interface Mark {
  kind: 'text' | 'sign' | 'byte';
  text: string;
}

const signs: Record<string, string> = { ' ': '␣', '\n': '⏎', '\t': '⇥', '\r': '␍' };
const invisible = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u;

export function marksOf(bytes: Uint8Array): Mark[] {
  const marks: Mark[] = [];
  for (const { begin, codePoint } of charactersOf(bytes)) {
    const mark: Mark = codePoint === null ? { kind: 'byte', text: hexByte(bytes[begin]!) } : markOf(codePoint, marks.length === 0);
    const last = marks.at(-1);
    if (mark.kind === 'text' && last?.kind === 'text') last.text += mark.text;
    else marks.push(mark);
  }
  return marks;
}

function markOf(codePoint: number, isFirst: boolean): Mark {
  const character = String.fromCodePoint(codePoint);
  const sign = signs[character];
  if (sign !== undefined) return { kind: 'sign', text: sign };
  if (invisible.test(character)) return { kind: 'sign', text: codePointName(codePoint) };
  // A mark has nothing to stand on at the beginning.
  return { kind: 'text', text: isFirst && /\p{M}/u.test(character) ? `◌${character}` : character };
}

// The same in one line, bytes in angle brackets.
export function visible(bytes: Uint8Array): string {
  return marksOf(bytes)
    .map(({ kind, text }) => (kind === 'byte' ? `⟨${text}⟩` : text))
    .join('');
}
