// The cards of the workbench as a value: what is on it, where, and what was made of what.
import type { Factor } from '../../lib/engine';
import type { Making } from './cells';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Origin extends Making {
  // The cards it was made of; some may have been removed since.
  readonly inputs: readonly number[];
  // Their names when it was made, for those that are gone.
  readonly names: readonly string[];
}

export interface Card {
  readonly id: number;
  readonly factor: Factor;
  // Null when it was made of nothing on the board.
  readonly origin: Origin | null;
  readonly place: Point;
}

export interface Board {
  // In the order they were made: what something is made of comes before it.
  readonly cards: readonly Card[];
  readonly nextId: number;
}

export const emptyBoard: Board = { cards: [], nextId: 1 };

export function findCard(board: Board, id: number): Card | undefined {
  return board.cards.find((card) => card.id === id);
}

// ---- Places ------------------------------------------------------------------------------------

export const shownRows = 8;
const gap = 28;

// About what a card takes on the board, rather more than less.
export function sizeOf({ name, expression, scope, states, values }: Factor): { width: number; height: number } {
  const columns = scope.map((variable, index) => Math.max(variable.length, ...(states[index] ?? []).map((state) => state.length)));
  const table = columns.reduce((sum, letters) => sum + 7.5 * letters + 20, 0) + 96;
  const heading = 9 * Math.min(28, name.length) + 84;
  const rows = Math.min(shownRows, values.length) + (values.length > shownRows ? 1.6 : 0);
  const lines = expression === name ? 0 : 1 + Math.floor(expression.length / 34);
  return { width: Math.max(150, Math.min(360, Math.max(table, heading))), height: 84 + 26 * lines + 25 * rows };
}

function overlaps(place: Point, size: { width: number; height: number }, card: Card): boolean {
  const other = sizeOf(card.factor);
  return (
    place.x < card.place.x + other.width + gap / 2 &&
    card.place.x < place.x + size.width + gap / 2 &&
    place.y < card.place.y + other.height + gap / 2 &&
    card.place.y < place.y + size.height + gap / 2
  );
}

// The first free place in rows from a height on, as wide as the board is seen; from `x` on in the first.
function freePlace(cards: readonly Card[], factor: Factor, from: Point, width: number): Point {
  const size = sizeOf(factor);
  let place: Point = { x: Math.max(gap / 2, from.x), y: from.y };
  for (let tries = 0; tries < 1000; tries++) {
    const hit = cards.find((card) => overlaps(place, size, card));
    if (!hit) return place;
    const x = hit.place.x + sizeOf(hit.factor).width + gap;
    place = x + size.width <= width ? { x, y: place.y } : { x: gap / 2, y: place.y + gap };
  }
  return place;
}

// Below the cards it is made of, in the middle of them; what is made of nothing at the top.
function placeFor(board: Board, factor: Factor, origin: Origin | null, width: number): Point {
  const inputs = (origin?.inputs ?? []).map((id) => findCard(board, id)).filter((card) => card !== undefined);
  if (inputs.length === 0) return freePlace(board.cards, factor, { x: gap / 2, y: gap / 2 }, width);
  const below = Math.max(...inputs.map(({ place, factor }) => place.y + sizeOf(factor).height)) + gap;
  const middle = inputs.reduce((sum, { place, factor }) => sum + place.x + sizeOf(factor).width / 2, 0) / inputs.length;
  const x = Math.max(gap / 2, Math.min(width - sizeOf(factor).width, middle - sizeOf(factor).width / 2));
  return freePlace(board.cards, factor, { x, y: below }, width);
}

// ---- Changes -----------------------------------------------------------------------------------

export function withCard(board: Board, factor: Factor, origin: Origin | null, width: number): Board {
  const card: Card = { id: board.nextId, factor, origin, place: placeFor(board, factor, origin, width) };
  return { cards: [...board.cards, card], nextId: board.nextId + 1 };
}

export function withoutCards(board: Board, ids: ReadonlySet<number>): Board {
  return { ...board, cards: board.cards.filter(({ id }) => !ids.has(id)) };
}

export function withCopies(board: Board, ids: ReadonlySet<number>, width: number): Board {
  return board.cards
    .filter(({ id }) => ids.has(id))
    .reduce((made, { factor, origin }) => withCard(made, factor, origin, width), board);
}

function withChanged(board: Board, id: number, change: (card: Card) => Card): Board {
  return { ...board, cards: board.cards.map((card) => (card.id === id ? change(card) : card)) };
}

export function moved(board: Board, id: number, by: Point): Board {
  return withChanged(board, id, (card) => ({
    ...card,
    place: { x: Math.max(0, card.place.x + by.x), y: Math.max(0, card.place.y + by.y) },
  }));
}

// ---- Names -------------------------------------------------------------------------------------

export function symbolOf({ symbol, head }: Factor): string {
  return symbol ?? (head === null ? 'φ' : 'P');
}

// Another symbol before the variables, which stay.
export function renamed(board: Board, id: number, symbol: string): Board {
  return withChanged(board, id, (card) => {
    const name = symbol + card.factor.name.slice(symbolOf(card.factor).length);
    const own = card.factor.expression === card.factor.name;
    return { ...card, factor: { ...card.factor, symbol, name, expression: own ? name : card.factor.expression } };
  });
}

// The expression with the names that the inputs have now.
export function expressionOf(board: Board, { factor, origin }: Card): string {
  if (!origin || origin.operation === 'restrict') return factor.expression;
  const names = origin.inputs.map((id, index) => findCard(board, id)?.factor.name ?? origin.names[index] ?? '');
  return factor.expression.replaceAll(origin.names.join(' '), names.join(' '));
}

// The symbol of the next result: f1, f2, …
export function nextSymbol(board: Board): string {
  const used = board.cards.map(({ factor }) => Number(/^f(\d+)$/.exec(symbolOf(factor))?.[1] ?? 0));
  return `f${Math.max(0, ...used) + 1}`;
}
