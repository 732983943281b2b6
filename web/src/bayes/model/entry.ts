// The numbers of a table as they are typed: decimals, percentages and fractions.

import { plainSigns } from '../../lib/signs';

// A text where a double is not all of the number: "1/3". Both are never negative.
export type Entry = number | string;

// Digits that a double keeps in any case.
const safeDigits = 15;

const decimal = String.raw`(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?`;
const fraction = new RegExp(`^(${decimal})\\s*/\\s*(${decimal})$`);
const percent = new RegExp(`^(${decimal})\\s*%$`);
const plain = new RegExp(`^${decimal}$`);

export function parseEntry(typed: string): Entry | null {
  const text = plainSigns(typed).trim().replaceAll('\u2044', '/');
  const [, above, below] = fraction.exec(text) ?? [];
  if (above !== undefined && below !== undefined) {
    const value = Number(above) / Number(below);
    return Number.isFinite(value) ? `${above}/${below}` : null;
  }
  const [, share] = percent.exec(text) ?? [];
  if (share !== undefined) return finite(hundredth(share));
  if (!plain.test(text)) return null;
  return digitsOf(text) > safeDigits && finite(Number(text)) !== null ? text : finite(Number(text));
}

// By its decimal point, not by a division, which would round.
function hundredth(text: string): number {
  const [digits = '', exponent = '0'] = text.toLowerCase().split('e');
  return Number(`${digits}e${Number(exponent) - 2}`);
}

function digitsOf(text: string): number {
  return text.replace(/[eE].*$/, '').replace('.', '').replace(/^0+/, '').length;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

export function valueOf(entry: Entry): number {
  if (typeof entry === 'number') return entry;
  const [above, below = '1'] = entry.split('/');
  return Number(above) / Number(below);
}

export function sumOf(entries: readonly Entry[]): number {
  return entries.reduce<number>((sum, entry) => sum + valueOf(entry), 0);
}

// How far a sum may be from 1 by rounding alone; the core remarks on what is farther off.
const rounding = 1e-9;

export function isWhole(row: readonly Entry[]): boolean {
  return Math.abs(sumOf(row) - 1) <= rounding;
}

// One of n equal parts of 1, exactly.
export function equalPart(n: number): Entry {
  return Number.isInteger(10_000 / n) ? 1 / n : `1/${n}`;
}

export function equalRow(n: number): Entry[] {
  return Array.from({ length: n }, () => equalPart(n));
}

// What a probability leaves of 1, exactly; null where that would be rounded, and of what is none.
export function complement(entry: Entry): Entry | null {
  if (typeof entry === 'number') return entry <= 1 ? rounded(1 - entry) : null;
  const [, above, below] = /^(\d+)\/(\d+)$/.exec(entry) ?? [];
  const rest = Number(below) - Number(above);
  return Number.isSafeInteger(Number(below)) && rest >= 0 ? `${rest}/${below}` : null;
}

// Without the digits that rounding has left: 0.1 + 0.2 is 0.3.
export function rounded(value: number): number {
  return Number(value.toPrecision(safeDigits));
}

// ---- From a spreadsheet ------------------------------------------------------------------------

// A block of numbers as a spreadsheet or a text has it: rows are lines; cells are separated by tabs,
// else by semicolons, else by commas, else by spaces. Where commas separate nothing, 0,5 is one half.
export function parseBlock(text: string): { entries: Entry[][] } | { wrong: string } {
  const lines = plainSigns(text).replace(/[\r\n]+$/, '').split(/\r\n|\r|\n/);
  const separator = ['\t', ';', ','].find((each) => separates(each, lines)) ?? /\s+/;
  const entries: Entry[][] = [];
  for (const line of lines) {
    const row: Entry[] = [];
    for (const cell of line.trim().split(separator)) {
      const entry = parseEntry(separator === ',' ? cell : cell.replace(/^(\s*\d*),(\d+)/, '$1.$2'));
      if (entry === null) return { wrong: cell.trim() };
      row.push(entry);
    }
    entries.push(row);
  }
  return { entries };
}

// A single "0,5" is a number with a decimal comma, and so is each part of "0,5 0,5".
function separates(separator: string, lines: readonly string[]): boolean {
  if (!lines.some((line) => line.includes(separator))) return false;
  return separator !== ',' || !lines.every((line) => /^\s*(\d*,\d+%?\s*)+$/.test(line) && !/,\S*,|, /.test(line));
}
