// What a trail is, as the page tells and draws it: no words of a language, and nothing of Svelte.
import type { Junction, SeparateAnswer, Trail } from '../../lib/engine';

// How the arrow between two neighbours on a trail stands, read from left to right; a Markov network
// has edges without a direction.
export type Direction = 'right' | 'left' | 'edge';

export type ParentsOf = (name: string) => readonly string[];

export function directionBetween(from: string, to: string, parentsOf: ParentsOf): Direction {
  if (parentsOf(to).includes(from)) return 'right';
  return parentsOf(from).includes(to) ? 'left' : 'edge';
}

// One for each neighbouring pair of the path.
export function directionsOf(path: readonly string[], parentsOf: ParentsOf): Direction[] {
  return path.slice(1).map((name, index) => directionBetween(path[index]!, name, parentsOf));
}

export const signs: Record<Direction, string> = { right: '→', left: '←', edge: '—' };

// "tub → either ← lung"
export function trailLine(path: readonly string[], parentsOf: ParentsOf): string {
  const directions = directionsOf(path, parentsOf);
  return path.map((name, index) => (index === 0 ? name : `${signs[directions[index - 1]!]} ${name}`)).join(' ');
}

// The active ones first, each kind in the order of the core: the shortest first.
export function activeFirst(trails: readonly Trail[]): Trail[] {
  return [...trails.filter(({ active }) => active), ...trails.filter(({ active }) => !active)];
}

// Why a variable inside a trail lets it pass or not.
export type Reason = 'passed' | 'known' | 'known collider' | 'known descendant' | 'closed collider';

export function reasonOf({ variable, kind, observed, opened_by }: Junction): Reason {
  if (kind !== 'collider') return observed ? 'known' : 'passed';
  if (opened_by === undefined) return 'closed collider';
  return opened_by === variable ? 'known collider' : 'known descendant';
}

// Whether the question is one of a Markov network, whose edges have no directions. Without a trail
// nothing tells the two apart.
export function isUndirected({ trails }: SeparateAnswer, parentsOf: ParentsOf): boolean {
  return trails.some(({ path }) => directionsOf(path, parentsOf).includes('edge'));
}

// Why no observation turns the verdict over.
export type Obstacle = 'arrow' | 'edge' | 'no separator' | 'no trail';

export function obstacleOf({ separated, change, trails }: SeparateAnswer, parentsOf: ParentsOf): Obstacle | null {
  if (change !== null) return null;
  if (separated) return 'no trail';
  const straight = trails.find(({ path }) => path.length === 2);
  if (!straight) return 'no separator';
  return directionsOf(straight.path, parentsOf)[0] === 'edge' ? 'edge' : 'arrow';
}

// What is known after a change.
export function changed(given: readonly string[], change: NonNullable<SeparateAnswer['change']>): string[] {
  return [...given.filter((name) => !change.remove.includes(name)), ...change.add];
}

export function isSameQuestion(a: SeparateAnswer, b: SeparateAnswer | null): boolean {
  const questionOf = ({ left, right, given }: SeparateAnswer) => JSON.stringify([left, right, given]);
  return b !== null && questionOf(a) === questionOf(b);
}
