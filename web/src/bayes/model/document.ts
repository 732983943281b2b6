// A network as a value that can be edited. Each function gives a new document, or a refusal; parts
// that do not change are shared between the two.
import { equalPart, equalRow, isWhole, rounded, sumOf, valueOf } from './entry';
import type { Entry } from './entry';
import { Refusal } from './refusal';

export interface EditVariable {
  // Stays when the variable is renamed.
  readonly id: number;
  readonly name: string;
  readonly states: readonly string[];
  readonly parents: readonly string[];
  // Over the parents in their order and then the states, last fastest: a row for each combination
  // of the parents' states. null for structure alone.
  readonly table: readonly Entry[] | null;
  // Cells that `repair` leaves alone.
  readonly locks?: ReadonlySet<number>;
  // Of rows whose sum is not 1: what they were when it last was.
  readonly kept?: ReadonlyMap<number, readonly Entry[]>;
}

export interface NetworkDocument {
  readonly name: string;
  readonly variables: readonly EditVariable[];
}

export type Edited = NetworkDocument | Refusal;

const mostNameBytes = 1000;
// Of one table: far above what can be filled in by hand, and far below what fills the memory.
export const mostCells = 1 << 18;

export function emptyDocument(name: string): NetworkDocument {
  const table = equalRow(2);
  return { name, variables: [{ id: 1, name: 'A', states: ['yes', 'no'], parents: [], table }] };
}

export function findVariable(document: NetworkDocument, name: string): EditVariable | undefined {
  return document.variables.find((variable) => variable.name === name);
}

export function rowCount(document: NetworkDocument, variable: EditVariable): number {
  return parentCards(document, variable).reduce((product, card) => product * card, 1);
}

function parentCards(document: NetworkDocument, { parents }: EditVariable): number[] {
  return parents.map((parent) => findVariable(document, parent)?.states.length ?? 1);
}

export function rowOf({ table, states }: EditVariable, row: number): readonly Entry[] {
  return (table ?? []).slice(row * states.length, (row + 1) * states.length);
}

// With one variable replaced.
export function withVariable(document: NetworkDocument, changed: EditVariable): NetworkDocument {
  const variables = document.variables.map((variable) => (variable.id === changed.id ? changed : variable));
  return { ...document, variables };
}

// ---- Names -------------------------------------------------------------------------------------

function wrongName(name: string): Refusal | null {
  if (name === '') return new Refusal({ kind: 'empty' });
  if (new TextEncoder().encode(name).length > mostNameBytes) return new Refusal({ kind: 'long', most: mostNameBytes });
  return null;
}

export function renameNetwork(document: NetworkDocument, typed: string): Edited {
  const name = typed.trim();
  return wrongName(name) ?? { ...document, name };
}

// A name that is free: A to Z, then V1, V2, …
export function freeName({ variables }: NetworkDocument): string {
  const used = new Set(variables.map(({ name }) => name));
  const letter = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].find((name) => !used.has(name));
  if (letter !== undefined) return letter;
  let number = 1;
  while (used.has(`V${number}`)) number += 1;
  return `V${number}`;
}

export function addVariable(document: NetworkDocument, typed: string, states: readonly string[] = ['yes', 'no']): Edited {
  const name = typed.trim();
  const wrong = wrongName(name) ?? (findVariable(document, name) ? new Refusal({ kind: 'taken', name }) : null);
  if (wrong) return wrong;
  const id = document.variables.reduce((most, variable) => Math.max(most, variable.id), 0) + 1;
  const hasTables = document.variables.every(({ table }) => table !== null);
  const table = hasTables ? equalRow(states.length) : null;
  return { ...document, variables: [...document.variables, { id, name, states, parents: [], table }] };
}

export function renameVariable(document: NetworkDocument, before: string, typed: string): Edited {
  const name = typed.trim();
  if (name === before) return document;
  const wrong = wrongName(name) ?? (findVariable(document, name) ? new Refusal({ kind: 'taken', name }) : null);
  if (wrong) return wrong;
  const named = (each: string) => (each === before ? name : each);
  const variables = document.variables.map((variable) =>
    variable.name === before || variable.parents.includes(before)
      ? { ...variable, name: named(variable.name), parents: variable.parents.map(named) }
      : variable,
  );
  return { ...document, variables };
}

// The children lose a parent, as by removeParent.
export function removeVariable(document: NetworkDocument, name: string): Edited {
  if (document.variables.length === 1) return new Refusal({ kind: 'last-variable' });
  let left: Edited = document;
  for (const child of document.variables.filter(({ parents }) => parents.includes(name)))
    if (!(left instanceof Refusal)) left = removeParent(left, child.name, name);
  if (left instanceof Refusal) return left;
  return { ...left, variables: left.variables.filter((variable) => variable.name !== name) };
}

// ---- States ------------------------------------------------------------------------------------

// A state that is free to be added to a variable: "state 3".
export function freeState({ states }: EditVariable, name: (number: number) => string): string {
  let number = states.length + 1;
  while (states.includes(name(number))) number += 1;
  return name(number);
}

function wrongState(variable: EditVariable, name: string): Refusal | null {
  const taken = variable.states.includes(name);
  return wrongName(name) ?? (taken ? new Refusal({ kind: 'state-taken', variable: variable.name, name }) : null);
}

// The new state is last and has probability 0; rows of the children for it are uniform.
export function addState(document: NetworkDocument, name: string, typed: string): Edited {
  const variable = findVariable(document, name);
  if (!variable) return new Refusal({ kind: 'unknown', name });
  const state = typed.trim();
  const sources = [...variable.states.keys(), null];
  return wrongState(variable, state) ?? withStates(document, variable, [...variable.states, state], sources);
}

export function renameState(document: NetworkDocument, name: string, index: number, typed: string): Edited {
  const variable = findVariable(document, name);
  if (!variable) return new Refusal({ kind: 'unknown', name });
  const state = typed.trim();
  if (state === variable.states[index]) return document;
  const states = variable.states.map((each, place) => (place === index ? state : each));
  return wrongState(variable, state) ?? withVariable(document, { ...variable, states });
}

export function moveState(document: NetworkDocument, name: string, from: number, to: number): Edited {
  const variable = findVariable(document, name);
  if (!variable) return new Refusal({ kind: 'unknown', name });
  if (to < 0 || to >= variable.states.length) return document;
  const sources = [...variable.states.keys()];
  sources.splice(to, 0, ...sources.splice(from, 1));
  return withStates(document, variable, sources.map((index) => variable.states[index]!), sources);
}

// Numbers of other states stay as they are: rows may then have sums below 1.
export function removeState(document: NetworkDocument, name: string, index: number): Edited {
  const variable = findVariable(document, name);
  if (!variable) return new Refusal({ kind: 'unknown', name });
  if (variable.states.length === 1) return new Refusal({ kind: 'last-state', variable: name });
  const sources = [...variable.states.keys()].filter((each) => each !== index);
  return withStates(document, variable, sources.map((each) => variable.states[each]!), sources);
}

// `sources` has for each new state the index that it had, or null for one that was not there.
function withStates(
  document: NetworkDocument,
  variable: EditVariable,
  states: readonly string[],
  sources: readonly (number | null)[],
): Edited {
  const { name } = variable;
  const variables: EditVariable[] = [];
  for (const each of document.variables) {
    if (each.id !== variable.id && !each.parents.includes(name)) {
      variables.push(each);
      continue;
    }
    const own = each.id === variable.id;
    const shape = [...parentCards(document, each), each.states.length];
    const axis = own ? shape.length - 1 : each.parents.indexOf(name);
    const cells = (shape.reduce((product, card) => product * card, 1) / shape[axis]!) * states.length;
    if (cells > mostCells) return tooLarge(each.name, cells);
    const fill = own ? 0 : equalPart(each.states.length);
    variables.push({
      ...bare(each),
      states: own ? states : each.states,
      table: each.table && remapAxis(each.table, shape, axis, sources, fill),
    });
  }
  return { ...document, variables };
}

// Without what is kept by the places of cells, which move.
function bare({ id, name, states, parents, table }: EditVariable): EditVariable {
  return { id, name, states, parents, table };
}

function tooLarge(variable: string, cells: number): Refusal {
  return new Refusal({ kind: 'too-large', variable, cells, most: mostCells });
}

function remapAxis(
  table: readonly Entry[],
  shape: readonly number[],
  axis: number,
  sources: readonly (number | null)[],
  fill: Entry,
): Entry[] {
  const outer = shape.slice(0, axis).reduce((product, card) => product * card, 1);
  const inner = shape.slice(axis + 1).reduce((product, card) => product * card, 1);
  const result: Entry[] = [];
  for (let block = 0; block < outer; block++)
    for (const source of sources) {
      const start = (block * shape[axis]! + (source ?? 0)) * inner;
      for (let cell = 0; cell < inner; cell++) result.push(source === null ? fill : table[start + cell]!);
    }
  return result;
}

// ---- Arrows ------------------------------------------------------------------------------------

// The new parent is the last; the table is repeated for each of its states.
export function addParent(document: NetworkDocument, childName: string, parentName: string): Edited {
  const child = findVariable(document, childName);
  const parent = findVariable(document, parentName);
  if (!child || !parent) return new Refusal({ kind: 'unknown', name: child ? parentName : childName });
  if (child.parents.includes(parentName)) return new Refusal({ kind: 'arrow', from: parentName, to: childName });
  const path = pathBetween(document, childName, parentName);
  if (path) return new Refusal({ kind: 'cycle', path: [parentName, ...path] });
  const { length } = child.states;
  const cells = rowCount(document, child) * parent.states.length * length;
  if (cells > mostCells) return tooLarge(childName, cells);
  const table =
    child.table &&
    Array.from({ length: cells }, (_, cell) => {
      const row = Math.floor(cell / length / parent.states.length);
      return child.table![row * length + (cell % length)]!;
    });
  return withVariable(document, { ...bare(child), parents: [...child.parents, parentName], table });
}

// The shortest way along arrows, both ends included.
function pathBetween(document: NetworkDocument, from: string, to: string): string[] | null {
  const children = new Map<string, string[]>();
  for (const { name, parents } of document.variables)
    for (const parent of parents) children.set(parent, [...(children.get(parent) ?? []), name]);
  const before = new Map<string, string | null>([[from, null]]);
  const queue = [from];
  for (const name of queue) {
    if (name === to) return wayBack(before, to);
    for (const child of children.get(name) ?? [])
      if (!before.has(child)) {
        before.set(child, name);
        queue.push(child);
      }
  }
  return null;
}

function wayBack(before: ReadonlyMap<string, string | null>, end: string): string[] {
  const path: string[] = [];
  for (let name: string | null | undefined = end; name != null; name = before.get(name)) path.unshift(name);
  return path;
}

// Rows that differ in that parent alone become their mean; where they are equal nothing is lost.
export function removeParent(document: NetworkDocument, childName: string, parentName: string): Edited {
  const child = findVariable(document, childName);
  const axis = child?.parents.indexOf(parentName) ?? -1;
  if (!child || axis < 0) return new Refusal({ kind: 'unknown', name: parentName });
  const shape = [...parentCards(document, child), child.states.length];
  const table = child.table && averageAxis(child.table, shape, axis);
  return withVariable(document, { ...bare(child), parents: child.parents.filter((name) => name !== parentName), table });
}

function averageAxis(table: readonly Entry[], shape: readonly number[], axis: number): Entry[] {
  const inner = shape.slice(axis + 1).reduce((product, card) => product * card, 1);
  const card = shape[axis]!;
  return Array.from({ length: table.length / card }, (_, cell) => {
    const start = Math.floor(cell / inner) * card * inner + (cell % inner);
    const entries = Array.from({ length: card }, (_, index) => table[start + index * inner]!);
    const equal = entries.every((entry) => entry === entries[0]);
    return equal ? entries[0]! : rounded(sumOf(entries) / card);
  });
}

// ---- What can be computed with -----------------------------------------------------------------

// The table with rows whose sum is not 1 replaced: by what they were when it last was, else by
// themselves divided by their sum, else by equal parts.
export function usedTable(variable: EditVariable): readonly Entry[] | null {
  const { table, kept } = variable;
  const wrong = wrongRows(variable);
  if (!table || wrong.length === 0) return table;
  const used = [...table];
  const { length } = variable.states;
  for (const row of wrong) {
    const entries = rowOf(variable, row);
    used.splice(row * length, length, ...(kept?.get(row) ?? scaled(entries)));
  }
  return used;
}

function scaled(row: readonly Entry[]): Entry[] {
  const sum = sumOf(row);
  return sum > 0 ? row.map((entry) => valueOf(entry) / sum) : equalRow(row.length);
}

const wrongRowsOf = new WeakMap<EditVariable, readonly number[]>();

// The rows whose sum is not 1.
export function wrongRows(variable: EditVariable): readonly number[] {
  const known = wrongRowsOf.get(variable);
  if (known) return known;
  const rows = (variable.table?.length ?? 0) / variable.states.length;
  const wrong = Array.from({ length: rows }, (_, row) => row).filter((row) => !isWhole(rowOf(variable, row)));
  wrongRowsOf.set(variable, wrong);
  return wrong;
}
