// Documents as Likelore's JSON (docs/formats/network-json.md), and documents of what the core has
// opened. What is wrong with a text is for the core to find: it opens every text before it comes here.
import type { Variable } from '../../lib/engine';
import { usedTable } from './document';
import type { EditVariable, NetworkDocument } from './document';
import type { Entry } from './entry';
import { Refusal } from './refusal';

export interface Place {
  x: number;
  y: number;
}

// Of variables that stay as they are, most of a network at most edits.
const written = new WeakMap<EditVariable, string>();

function writeVariable(variable: EditVariable): string {
  const known = written.get(variable);
  if (known !== undefined) return known;
  const { name, states, parents } = variable;
  const text = JSON.stringify({ name, states, parents, table: usedTable(variable) });
  written.set(variable, text);
  return text;
}

// A network that can be computed with: unfinished rows are as usedTable has them. A document has
// numbers in every table or in none, so that one without makes all of them structure alone.
// `places` are the middles of nodes, where the reader has put them somewhere; the core passes over them.
export function writeJson(document: NetworkDocument, places?: ReadonlyMap<string, Place>): string {
  const numbers = document.variables.every(({ table }) => table !== null);
  const variables = document.variables.map((variable) => {
    const text = numbers ? writeVariable(variable) : JSON.stringify({ ...bareOf(variable), table: null });
    const place = places?.get(variable.name);
    return place ? `${text.slice(0, -1)},"position":[${Math.round(place.x)},${Math.round(place.y)}]}` : text;
  });
  const { name } = document;
  return `{"version":1,"kind":"bayes","name":${JSON.stringify(name)},"variables":[${variables.join(',')}]}`;
}

function bareOf({ name, states, parents }: EditVariable) {
  return { name, states, parents };
}

interface Written {
  kind?: string;
  name?: string;
  variables: { name: string; states: string[]; parents?: string[]; table: Entry[] | null; position?: unknown }[];
}

// Of a text that the core has written, or has opened: numbers are kept as they are written.
export function readJson(text: string): NetworkDocument | Refusal {
  const { kind = 'bayes', name = '', variables } = JSON.parse(text) as Written;
  if (kind !== 'bayes') return new Refusal({ kind: 'markov' });
  return {
    name,
    variables: variables.map(({ name, states, parents = [], table }, index) => ({
      id: index + 1,
      name,
      states,
      parents,
      table: table ?? null,
    })),
  };
}

// The places in a text that the core has opened; what is no place is left out.
export function readPlaces(text: string): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const { name, position } of (JSON.parse(text) as Written).variables) {
    if (!Array.isArray(position) || position.length !== 2) continue;
    const [x, y] = position as unknown[];
    if (isCoordinate(x) && isCoordinate(y)) places.set(name, { x, y });
  }
  return places;
}

function isCoordinate(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) < 1e5;
}

// Of a text from anywhere, once the core has opened it; null where it is no Bayesian network.
export function documentIn(text: string): NetworkDocument | null {
  try {
    const document = readJson(text);
    return document instanceof Refusal ? null : document;
  } catch {
    return null;
  }
}

export function placesIn(text: string): ReadonlyMap<string, Place> | null {
  try {
    const places = readPlaces(text);
    return places.size > 0 ? places : null;
  } catch {
    return null;
  }
}

// Where the text of a network cannot be had: the doubles, as the core has them.
export function documentOf(name: string, variables: readonly Variable[]): NetworkDocument {
  return {
    name,
    variables: variables.map(({ name, states, parents, table }, index) => ({ id: index + 1, name, states, parents, table })),
  };
}
