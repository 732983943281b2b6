// Orders side by side: what of each figure is the best, and the sizes of each order's steps.
import type { OrderFigures, OrdersAnswer, Potential, TraceFactor, Variable } from '../../lib/engine';
import { cellsOf, sizesOf } from './sizes';
import type { StepSize } from './sizes';

export type Entry = OrdersAnswer['orders'][number];

export interface Column {
  readonly id: 'width' | 'generated' | 'join' | 'initial' | 'cells' | 'multiplications' | 'additions';
  // What is compared: cells where there are cells. null: not known.
  readonly of: (row: Row) => number | null;
}

export interface Row {
  readonly figures: OrderFigures;
  // Of each step; null where the scopes of the factors do not give the core's figures.
  readonly steps: readonly StepSize[] | null;
  readonly initial: { readonly size: number; readonly cells: number } | null;
}

export const columns: readonly Column[] = [
  { id: 'width', of: ({ figures }) => figures.width },
  { id: 'generated', of: ({ figures }) => figures.largest_generated?.cells ?? 0 },
  { id: 'join', of: ({ figures }) => figures.largest_join?.cells ?? 0 },
  { id: 'initial', of: ({ initial }) => initial?.cells ?? null },
  { id: 'cells', of: ({ figures }) => figures.cells },
  { id: 'multiplications', of: ({ figures }) => figures.multiplications },
  { id: 'additions', of: ({ figures }) => figures.additions },
];

export function isOrder(entry: Entry): entry is OrderFigures {
  return !('reason' in entry);
}

// The scopes that an elimination begins with: a table for each variable that is not left out, or the
// potentials of a Markov network, without what is certain; what a variable is set to leaves it no table, a
// likelihood is one more.
export function initialScopes(
  variables: readonly Variable[],
  pruned: readonly string[],
  known: { isOpen: (name: string) => boolean; isSet: (name: string) => boolean; isLikely: (name: string) => boolean },
  potentials: readonly Pick<Potential, 'scope'>[] | null = null,
): string[][] {
  const out = new Set(pruned);
  const kept = variables.filter(({ name }) => !out.has(name));
  const tables = potentials
    ? potentials.map(({ scope }) => scope).filter((scope) => !scope.some((name) => out.has(name)))
    : kept.filter(({ name }) => !known.isSet(name)).map(({ name, parents }) => [name, ...parents]);
  const likelihoods = kept.filter(({ name }) => known.isLikely(name)).map(({ name }) => [name]);
  return [...tables, ...likelihoods].map((scope) => scope.filter(known.isOpen));
}

export function rowOf(
  figures: OrderFigures,
  scopes: readonly (readonly string[])[],
  statesOf: (name: string) => number,
): Row {
  const steps = sizesOf(scopes, figures.order, statesOf);
  if (!agree(figures, steps)) return { figures, steps: null, initial: null };
  const sizes = scopes.map((scope) => ({ size: scope.length, cells: cellsOf(scope, statesOf) }));
  const initial = sizes.reduce<Row['initial']>((most, size) => (most && most.cells >= size.cells ? most : size), null);
  return { figures, steps, initial };
}

// The core's figures are the truth: what is drawn must add up to them.
function agree({ cells, multiplications, additions, width }: OrderFigures, steps: readonly StepSize[]): boolean {
  const sum = (of: (step: StepSize) => number) => steps.reduce((total, step) => total + of(step), 0);
  return (
    sum(({ generated }) => generated) === cells &&
    sum((step) => step.multiplications) === multiplications &&
    sum((step) => step.additions) === additions &&
    Math.max(1, ...steps.map(({ joinSize }) => joinSize)) - 1 === width
  );
}

// The least of each column, where the orders differ in it.
export function bestOf(rows: readonly Row[]): Map<Column['id'], number> {
  const best = new Map<Column['id'], number>();
  for (const { id, of } of columns) {
    const values = rows.map(of).filter((value) => value !== null);
    const least = values.reduce((low, value) => Math.min(low, value), Infinity);
    if (values.some((value) => value > least)) best.set(id, least);
  }
  return best;
}

// Of a Markov network, whose potentials the page does not see, the factors of the trace tell the scopes.
export function scopesOf(factors: readonly TraceFactor[]): string[][] {
  return factors.map(({ scope }) => [...scope]);
}

// ---- Typed orders ------------------------------------------------------------------------------

export type OrderFault = { kind: 'empty' } | { kind: 'unknown' | 'twice' | 'target'; name: string };

// Names with commas or blanks between them; names that hold those in double quotes.
export function readOrder(typed: string, isOpen: (name: string) => boolean, target: string | null): string[] | OrderFault {
  const names = [...typed.matchAll(/"((?:[^"]|"")*)"|[^\s,，、;；→]+/gu)].map(([name, quoted]) =>
    quoted === undefined ? name : quoted.replaceAll('""', '"'),
  );
  if (names.length === 0) return { kind: 'empty' };
  for (const [place, name] of names.entries()) {
    if (name === target) return { kind: 'target', name };
    if (!isOpen(name)) return { kind: 'unknown', name };
    if (names.indexOf(name) < place) return { kind: 'twice', name };
  }
  return names;
}
