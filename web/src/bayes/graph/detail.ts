// How much of a node is drawn: what can be read at a scale, and which of many states.

// All states; the most probable one; the name alone; a dot.
export type Detail = 'full' | 'summary' | 'name' | 'dot';

export const fullFrom = 0.6;
const summaryFrom = 0.36;
const nameFrom = 0.2;

export function detailAt(scale: number): Detail {
  if (scale >= fullFrom) return 'full';
  if (scale >= summaryFrom) return 'summary';
  return scale >= nameFrom ? 'name' : 'dot';
}

// About one pixel as a length of the drawing, in steps: what is drawn with it stays as it is over
// most frames of a zoom.
export function pixelAt(scale: number): number {
  return 1.25 ** Math.round(Math.log(1 / scale) / Math.log(1.25));
}

// A variable with more states than this shows the most probable few.
export const manyStates = 8;
const few = 5;
// A node that is open shows this many at a time.
export const openRows = 12;

export function isLong(states: readonly string[]): boolean {
  return states.length > manyStates;
}

// The states that a closed node shows, by index, in the order of the states; the observed one is
// always among them.
export function closedRows(
  states: readonly string[],
  probability: (state: string) => number | undefined,
): number[] {
  const all = [...states.keys()];
  if (!isLong(states)) return all;
  const values = states.map((state) => probability(state) ?? 0);
  // The sort is stable: of equals the first remain.
  const best = all.sort((a, b) => values[b]! - values[a]!).slice(0, few);
  return best.sort((a, b) => a - b);
}

export function openWindow(states: readonly string[], first: number): number[] {
  const start = Math.max(0, Math.min(first, states.length - openRows));
  return [...states.keys()].slice(start, start + openRows);
}

// How many rows a closed node has, with the one that opens it.
export function closedRowCount(states: readonly string[]): number {
  return isLong(states) ? few + 1 : states.length;
}

export function mostProbable(
  states: readonly string[],
  probability: (state: string) => number | undefined,
): { state: string; p: number } | null {
  let best: { state: string; p: number } | null = null;
  for (const state of states) {
    const p = probability(state);
    if (p !== undefined && (best === null || p > best.p)) best = { state, p };
  }
  return best;
}
