// The board between visits: as a text that is kept in this browser, and in the address where it is
// short. What such a text holds comes from anywhere, so that nothing of it is taken on trust.
import { get, set } from 'idb-keyval';
import type { Factor } from '../../lib/engine';
import type { Board, Card, Origin } from './board';

const key = 'likelore.factors';
// Of all cards; more are neither kept nor in the address.
const mostCells = 200_000;

export function isKeepable(board: Board): boolean {
  return board.cards.reduce((sum, { factor }) => sum + factor.values.length, 0) <= mostCells;
}

export const writeBoard = ({ cards }: Board): string => JSON.stringify(cards);

// Null where there is none, or storage is forbidden.
export async function keptBoard(): Promise<Board | null> {
  try {
    const value: unknown = await get(key);
    return typeof value === 'string' ? readBoard(value) : null;
  } catch {
    return null;
  }
}

// Tells whether it is kept.
export async function keepBoard(text: string): Promise<boolean> {
  try {
    await set(key, text);
    return true;
  } catch {
    return false;
  }
}

// ---- Reading -----------------------------------------------------------------------------------

export function readBoard(text: string): Board | null {
  try {
    const cards: unknown = JSON.parse(text);
    if (!Array.isArray(cards)) return null;
    const byId = new Map<number, Card>();
    for (const value of cards as unknown[]) {
      if (!isCard(value) || byId.has(value.id)) return null;
      byId.set(value.id, isTrue(value, byId) ? value : { ...value, origin: null });
    }
    return { cards: [...byId.values()], nextId: Math.max(0, ...byId.keys()) + 1 };
  } catch {
    return null;
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isTextOrNull = (value: unknown): boolean => value === null || isText(value);
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isListOf = <Item>(value: unknown, is: (item: unknown) => item is Item): value is Item[] => Array.isArray(value) && value.every(is);
const areTexts = (value: unknown): value is string[] => isListOf(value, isText);
const isNumber = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value < Infinity;
const isPlace = (value: unknown): value is number => isNumber(value) && value < 1e6;
const isId = (value: unknown): value is number => isPlace(value) && Number.isInteger(value);
const isFraction = (value: unknown): value is string => isText(value) && /^\d+(\/[1-9]\d*)?$/.test(value);

function isCard(value: unknown): value is Card {
  if (!isRecord(value) || !isRecord(value.place)) return false;
  const { id, factor, origin, place } = value;
  return isId(id) && isPlace(place.x) && isPlace(place.y) && isFactor(factor) && (origin === null || isOrigin(origin));
}

function isFactor(value: unknown): value is Factor {
  if (!isRecord(value)) return false;
  const { name, symbol, head, expression, scope, states, observed, values, exact, variables, largest } = value;
  if (!isText(name) || !isTextOrNull(symbol) || !isTextOrNull(head) || !isText(expression)) return false;
  if (!areTexts(scope) || new Set(scope).size < scope.length || !areTexts(variables)) return false;
  if (!isListOf(states, areTexts) || states.length !== scope.length) return false;
  if (!isRecord(observed) || !Object.values(observed).every(isText) || !isListOf(values, isNumber)) return false;
  const cells = states.reduce((product, { length }) => product * length, 1);
  if (cells === 0 || values.length !== cells) return false;
  if (largest !== undefined && !(isListOf(largest, areTexts) && largest.length === cells)) return false;
  return exact === undefined || (isRecord(exact) && isListOf(exact.values, isFraction) && exact.values.length === cells);
}

const operations = ['multiply', 'sum-out', 'max-out', 'restrict', 'normalize'];

function isOrigin(value: unknown): value is Origin {
  if (!isRecord(value) || !isRecord(value.evidence)) return false;
  const { operation, variables, evidence, inputs, names } = value;
  if (!isText(operation) || !operations.includes(operation) || !areTexts(variables)) return false;
  return Object.values(evidence).every(isText) && isListOf(inputs, isId) && inputs.length > 0 && areTexts(names);
}

// Whether a card can have been made as it says of the cards before it: its cells are looked up there.
function isTrue({ factor, origin }: Card, before: ReadonlyMap<number, Card>): boolean {
  const inputs = origin?.inputs.map((id) => before.get(id)?.factor) ?? [];
  if (!origin || inputs.includes(undefined)) return true; // nothing is looked up
  const states = new Map<string, readonly string[]>();
  for (const { scope, states: lists } of inputs as Factor[])
    for (const [index, name] of scope.entries()) {
      const known = states.get(name);
      if (known && !isSame(known, lists[index]!)) return false;
      states.set(name, lists[index]!);
    }
  const { operation, variables, evidence } = origin;
  if (operation === 'restrict' && !Object.entries(evidence).every(([name, state]) => states.get(name)?.includes(state))) return false;
  if (!variables.every((name) => states.has(name))) return false;
  if ((operation === 'restrict' || operation === 'normalize') && inputs.length > 1) return false;
  const gone = operation === 'restrict' ? Object.keys(evidence) : operation.endsWith('-out') ? variables : [];
  for (const name of gone) states.delete(name);
  return factor.scope.length === states.size && factor.scope.every((name, index) => isSame(states.get(name) ?? [], factor.states[index]!));
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}
