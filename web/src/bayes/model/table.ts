// Edits of one table: cells, rows, locks, repair.
import { complement, equalRow, isWhole, rounded, sumOf, valueOf } from './entry';
import type { Entry } from './entry';
import { findVariable, rowCount, rowOf, withVariable, wrongRows } from './document';
import type { Edited, EditVariable, NetworkDocument } from './document';
import { Refusal } from './refusal';

// Cells by their places in the table. Places beyond the table are passed over.
export function setCells(document: NetworkDocument, name: string, changes: ReadonlyMap<number, Entry>): Edited {
  const variable = findVariable(document, name);
  if (!variable) return new Refusal({ kind: 'unknown', name });
  if (!variable.table) return new Refusal({ kind: 'no-numbers' });
  const table = [...variable.table];
  const rows = new Set<number>();
  for (const [cell, entry] of changes) {
    if (cell < 0 || cell >= table.length || table[cell] === entry) continue;
    table[cell] = entry;
    rows.add(Math.floor(cell / variable.states.length));
  }
  if (rows.size === 0) return document;
  return withVariable(document, { ...variable, table, kept: keptAfter(variable, table, rows) });
}

function keptAfter(before: EditVariable, table: readonly Entry[], rows: ReadonlySet<number>) {
  const kept = new Map(before.kept);
  const { length } = before.states;
  for (const row of rows) {
    const old = rowOf(before, row);
    if (isWhole(table.slice(row * length, (row + 1) * length))) kept.delete(row);
    else if (isWhole(old)) kept.set(row, old);
  }
  return kept.size > 0 ? kept : undefined;
}

export function setCell(document: NetworkDocument, name: string, cell: number, entry: Entry): Edited {
  return setCells(document, name, new Map([[cell, entry]]));
}

// Of two states the other follows, so that the sum is 1: unless it is locked, or is a count.
export function followed(variable: EditVariable, cell: number, entry: Entry): { cell: number; entry: Entry } | null {
  if (variable.states.length !== 2 || !variable.table) return null;
  const other = cell ^ 1;
  const rest = complement(entry);
  if (rest === null || variable.locks?.has(other) || valueOf(variable.table[other] ?? 0) > 1) return null;
  return { cell: other, entry: rest };
}

export function setRow(document: NetworkDocument, name: string, row: number, entries: readonly Entry[]): Edited {
  return setBlock(document, name, { row, column: 0 }, [entries]);
}

// A block of numbers with its upper left corner at a cell; what does not fit is left out.
export function setBlock(
  document: NetworkDocument,
  name: string,
  { row, column }: { row: number; column: number },
  block: readonly (readonly Entry[])[],
): Edited {
  const { length } = findVariable(document, name)?.states ?? [];
  const changes = new Map<number, Entry>();
  for (const [down, entries] of block.entries())
    for (const [right, entry] of entries.entries())
      if (column + right < length) changes.set((row + down) * length + column + right, entry);
  return setCells(document, name, changes);
}

// Gives a variable that has structure alone a table of equal parts.
export function makeTable(document: NetworkDocument, name: string): Edited {
  const variable = findVariable(document, name);
  if (!variable) return new Refusal({ kind: 'unknown', name });
  const row = equalRow(variable.states.length);
  const table = Array.from({ length: rowCount(document, variable) }, () => row).flat();
  return withVariable(document, { ...variable, table });
}

// All of them at once: a network has numbers in every table or in none.
export function makeTables(document: NetworkDocument): NetworkDocument {
  return document.variables
    .filter(({ table }) => table === null)
    .reduce<NetworkDocument>((made, { name }) => {
      const next = makeTable(made, name);
      return next instanceof Refusal ? made : next;
    }, document);
}

// ---- Locks -------------------------------------------------------------------------------------

export function setLocks(document: NetworkDocument, name: string, cells: readonly number[], locked: boolean): Edited {
  const variable = findVariable(document, name);
  if (!variable) return new Refusal({ kind: 'unknown', name });
  const locks = new Set(variable.locks);
  for (const cell of cells) if (locked) locks.add(cell);
  else locks.delete(cell);
  return withVariable(document, { ...variable, locks });
}

export function cellsOfRow({ states }: EditVariable, row: number): number[] {
  return states.map((_, column) => row * states.length + column);
}

// ---- Rows at once ------------------------------------------------------------------------------

// Equal parts for the cells that are not locked, of what those that are leave.
export function fillUniform(document: NetworkDocument, name: string, row: number): Edited {
  const variable = findVariable(document, name);
  if (!variable) return new Refusal({ kind: 'unknown', name });
  const cells = cellsOfRow(variable, row);
  if (!cells.some((cell) => variable.locks?.has(cell))) return setRow(document, name, row, equalRow(cells.length));
  const zeros = cells.map((cell) => (variable.locks!.has(cell) ? variable.table![cell]! : 0));
  const filled = repaired(zeros, cells.map((cell) => variable.locks!.has(cell)));
  return filled instanceof Refusal ? filled : setRow(document, name, row, filled);
}

// The entries of a row that are not locked, scaled so that the sum is 1.
export function repairRow(document: NetworkDocument, name: string, row: number): Edited {
  const variable = findVariable(document, name);
  if (!variable) return new Refusal({ kind: 'unknown', name });
  const entries = rowOf(variable, row);
  if (isWhole(entries)) return document;
  const filled = repaired(entries, cellsOfRow(variable, row).map((cell) => variable.locks?.has(cell) ?? false));
  return filled instanceof Refusal ? filled : setRow(document, name, row, filled);
}

// All rows of a table; the first that cannot be repaired tells why.
export function repairTable(document: NetworkDocument, name: string): Edited {
  const variable = findVariable(document, name);
  if (!variable) return new Refusal({ kind: 'unknown', name });
  let edited: Edited = document;
  for (const row of wrongRows(variable)) if (!(edited instanceof Refusal)) edited = repairRow(edited, name, row);
  return edited;
}

function repaired(row: readonly Entry[], locked: readonly boolean[]): Entry[] | Refusal {
  const free = row.filter((_, index) => !locked[index]);
  if (free.length === 0) return new Refusal({ kind: 'all-locked' });
  const sum = sumOf(row.filter((_, index) => locked[index]));
  if (sum > 1 + 1e-9) return new Refusal({ kind: 'locked', sum });
  const room = Math.max(0, 1 - sum);
  const whole = free.length === row.length && free.every((entry) => Number.isInteger(entry));
  const total = sumOf(free);
  return row.map((entry, index) => {
    if (locked[index]) return entry;
    if (total === 0) return free.length === row.length ? equalRow(row.length)[0]! : rounded(room / free.length);
    // Counts become fractions.
    return whole ? share(entry as number, total) : rounded((valueOf(entry) / total) * room);
  });
}

function share(count: number, total: number): Entry {
  const decimal = rounded(count / total);
  return String(decimal).length <= 8 ? decimal : `${count}/${total}`;
}
