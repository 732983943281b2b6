// Factors that are typed in: variables with their states, a line each, and numbers as a spreadsheet
// has them. Which numbers there are is the core's to say.
import type { FactorInput, Variable } from '../../lib/engine';
import { plainSigns } from '../../lib/signs';

const longText = 64; // lines

export interface TypedVariable {
  readonly name: string;
  readonly states: readonly string[];
}

// "A: a, not_a" a line; the states of a variable of the network need not be named.
export function readVariables(text: string, find: (name: string) => Variable | undefined): TypedVariable[] {
  return plainSigns(text)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [name = '', ...rest] = line.split(':');
      const states = rest.join(':').split(',').map((state) => state.trim()).filter((state) => state !== '');
      const known = find(name.trim());
      return { name: name.trim(), states: states.length > 0 ? states : [...(known?.states ?? [])] };
    });
}

export function writeVariables(variables: readonly TypedVariable[]): string {
  return variables.map(({ name, states }) => `${name}: ${states.join(', ')}`).join('\n');
}

// Numbers in reading order, between blanks, tabs, line ends and semicolons; commas as well, where they
// are no decimal signs.
export function readValues(text: string): string[] {
  return plainSigns(text).split(/[\s;]+|,(?=\s)/).flatMap(splitCommas).filter((value) => value !== '');
}

// Whether a text has more lines than people type.
export function isLong(text: string): boolean {
  return text.split('\n', longText + 1).length > longText;
}

function splitCommas(value: string): string[] {
  return value.includes('.') || (value.match(/,/g)?.length ?? 0) > 1 ? value.split(',') : [value.replace(',', '.')];
}

const isNumber = (text: string): boolean => /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?(\/\d+)?$/.test(text);

// A table with a head, as traces and spreadsheets have them: a column for each variable and the number
// at the end of each row. Null when the text is none, or some row is missing or there twice.
export function readTable(text: string): { variables: TypedVariable[]; values: string[] } | null {
  const lines = plainSigns(text).split('\n').map((line) => line.trimEnd()).filter((line) => line !== '');
  const separator = lines.some((line) => line.includes('\t')) ? '\t' : ',';
  const rows = lines.map((line) => line.split(separator).map((cell) => cell.trim()));
  const [head = [], ...body] = rows;
  const width = head.length;
  if (width < 2 || body.length < 2 || isNumber(head[0]!)) return null;
  if (body.some((row) => row.length !== width || !isNumber(row[width - 1]!))) return null;
  const variables = head.slice(0, -1).map((name, column) => ({
    name,
    states: [...new Set(body.map((row) => row[column]!))],
  }));
  const values: (string | undefined)[] = [];
  for (const row of body) {
    const cell = variables.reduce((index, { states }, column) => index * states.length + states.indexOf(row[column]!), 0);
    if (values[cell] !== undefined) return null;
    values[cell] = row[width - 1]!;
  }
  const cells = variables.reduce((count, { states }) => count * states.length, 1);
  return body.length === cells ? { variables, values: values as string[] } : null;
}

export function typedFactor(symbol: string, variables: readonly TypedVariable[], values: readonly string[]): FactorInput {
  return {
    symbol: symbol.trim() || null,
    scope: variables.map(({ name }) => name),
    states: variables.map(({ states }) => [...states]),
    values: [...values],
  };
}
