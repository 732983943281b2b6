// A step as work to be shown: the tables that it combines, their numbers, and the arithmetic of a cell.
// The result is a step as well: what remains is multiplied and divided by its sum.
import type { Trace, TraceFactor } from '../../lib/engine';
import { formatValue, fractionWithin } from '../../lib/format';
import { parseExpression } from '../../lib/formula';
import type { Piece } from '../../lib/formula';
import { cellCount, joinOf, project, statesAt, termAt, termsOf } from './cells';
import type { Combination, Grid, Pointed, Term } from './cells';
import { multiply, parseFraction, writeFraction } from './fraction';
import type { Fraction } from './fraction';
import { mention } from './interaction';

// A table with a name, and its numbers as far as there are any.
export interface Table extends Grid {
  readonly name: string;
  readonly cells: number;
  // It has numbers, but the core gave none, because they are many.
  readonly withheld: boolean;
  numberAt(cell: number): number | null;
  // As it is shown: a fraction where numbers are exact.
  textAt(cell: number): string | null;
}

export interface Work extends Combination<Table> {
  readonly join: Table;
  readonly output: Table;
  // What is summed out; null in the result.
  readonly eliminate: string | null;
  // What the product is divided by, in the result.
  readonly divisor: Divisor | null;
}

export interface Divisor {
  readonly names: readonly Piece[];
  readonly number: string | null;
}

// Of larger tables the core is asked for no numbers.
export const mostValues = 1024;

// Characters; where a fraction has more, its decimals stand.
const longestFraction = 40;

export function tableOf(trace: Trace, factor: TraceFactor): Table {
  const { name, scope, states, values } = factor;
  const made = table({ scope, states }, name, values, factor.exact?.values ?? null);
  // The result has numbers if anything has.
  const withheld = values === null && trace.result.values !== null && made.cells > mostValues;
  return { ...made, withheld };
}

function table(grid: Grid, name: string, values: readonly number[] | null, exact: readonly string[] | null): Table {
  const numberAt = (cell: number) => values?.[cell] ?? null;
  return {
    ...grid,
    name,
    cells: cellCount(grid),
    withheld: false,
    numberAt,
    textAt: (cell) => fractionWithin(exact?.[cell], longestFraction) ?? written(numberAt(cell)),
  };
}

function written(value: number | null): string | null {
  return value === null ? null : formatValue(value);
}

// The products themselves are in no trace: they are made when they are looked at.
function joinTable(inputs: readonly Table[], scope: readonly string[]): Table {
  const join = joinOf(inputs, scope);
  const cellsFor = (cell: number) => inputs.map((input) => ({ input, cell: project(join, input, cell) }));
  const numberAt = (cell: number) => productOf(cellsFor(cell).map(({ input, cell: at }) => input.numberAt(at)));
  return {
    ...join,
    name: '',
    cells: cellCount(join),
    withheld: inputs.some(({ withheld }) => withheld),
    numberAt,
    textAt: (cell) => {
      const exact = exactProduct(cellsFor(cell).map(({ input, cell: at }) => input.textAt(at)));
      return fractionWithin(exact, longestFraction) ?? written(numberAt(cell));
    },
  };
}

function productOf(values: readonly (number | null)[]): number | null {
  return values.includes(null) ? null : values.reduce<number>((product, value) => product * value!, 1);
}

// Of fractions; undefined when a number is none. (A whole number may be either.)
function exactProduct(texts: readonly (string | null)[]): string | undefined {
  if (!texts.every((each) => each !== null && /^\d+(\/\d+)?$/.test(each))) return undefined;
  const factors = texts.map((each) => parseFraction(each!));
  if (factors.includes(null)) return undefined;
  return writeFraction((factors as Fraction[]).reduce(multiply, { numerator: 1n, denominator: 1n }));
}

// The work of an elimination, of `factors` that are left before it.
export function workOfStep(trace: Trace, step: number, factors: readonly TraceFactor[]): Work {
  const { eliminate, join, output } = trace.steps[step - 1]!;
  const inputs = mention(factors, eliminate).map((factor) => tableOf(trace, factor));
  return { inputs, join: joinTable(inputs, join.scope), output: tableOf(trace, output), eliminate, divisor: null };
}

export function workOfResult(trace: Trace, factors: readonly TraceFactor[]): Work {
  const { result, query } = trace;
  const inputs = factors.map((factor) => tableOf(trace, factor));
  const { scope, states, values, exact } = result;
  return {
    inputs,
    join: joinTable(inputs, scope),
    output: table({ scope, states }, query, values, exact?.values ?? null),
    eliminate: null,
    divisor: {
      names: parseExpression(result.expression).denominator ?? [],
      number: fractionWithin(exact?.normalization, longestFraction) ?? written(result.normalization),
    },
  };
}

// ---- The arithmetic of a cell ------------------------------------------------------------------

export interface Arithmetic {
  // The cell, such as f1(A=a,B=b).
  readonly cell: readonly Piece[];
  // A sum of products: names of the cells, their numbers, and the product. Without numbers: null.
  readonly terms: readonly { names: readonly Piece[]; numbers: readonly string[] | null; product: string | null }[];
  readonly divisor: Divisor | null;
  readonly value: string | null;
}

// Of a cell of the new factor, or of the join; a cell of an input has none.
export function arithmeticOf(work: Work, { place, cell }: Pointed): Arithmetic | null {
  if (typeof place === 'number') return null;
  const shown = place === 'join' ? work.join : work.output;
  const terms = place === 'join' ? [termAt(work, cell)] : termsOf(work, cell);
  return {
    cell: namedCell(shown, cell),
    terms: terms.map((term) => termOf(work, term)),
    divisor: place === 'join' ? null : work.divisor,
    value: shown.textAt(cell),
  };
}

function termOf({ inputs, join }: Work, term: Term): Arithmetic['terms'][number] {
  const numbers = inputs.map((input, index) => input.textAt(term.inputs[index]!));
  return {
    names: inputs.flatMap((input, index) => namedCell(input, term.inputs[index]!)),
    numbers: numbers.includes(null) ? null : (numbers as string[]),
    product: join.textAt(term.join),
  };
}

// The name of a factor with its states: P(A=a|B=b). That of a join is only the states.
export function namedCell(table: Table, cell: number): Piece[] {
  const states = statesAt(table, cell);
  const equations = new Map(table.scope.map((name, place) => [name, `${name}=${states[place]}`]));
  if (table.name === '') return [{ kind: 'sign', text: `{${[...equations.values()].join(', ')}}` }];
  return parseExpression(table.name).numerator.map((piece) => {
    if (piece.kind !== 'factor') return piece;
    const named = (names: string[]) => names.map((name) => equations.get(name) ?? name);
    return { ...piece, arguments: named(piece.arguments), given: named(piece.given) };
  });
}

// The same in one line, to be read aloud.
export function speak({ cell, terms, divisor, value }: Arithmetic): string {
  const sum = terms.map(({ names, numbers }) => numbers?.join(' × ') ?? names.map(pieceText).join(' × ')).join(' + ');
  const quotient = divisor === null ? sum : `${sum} ÷ ${divisor.number ?? divisor.names.map(pieceText).join(' ')}`;
  const trivial = value === null || quotient === value;
  return `${cell.map(pieceText).join(' ')} = ${quotient}${trivial ? '' : ` = ${value}`}`;
}

export function pieceText(piece: Piece): string {
  if (piece.kind === 'sign') return piece.text;
  if (piece.kind === 'sum') return `${piece.operator} ${piece.over}`;
  const given = piece.given.length > 0 ? ` | ${piece.given.join(', ')}` : '';
  const inside = piece.arguments.length > 0 ? `(${piece.arguments.join(', ')}${given})` : '';
  return `${piece.head}${piece.index}${inside}`;
}
