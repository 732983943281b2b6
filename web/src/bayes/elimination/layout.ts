// Where the nodes of an interaction graph are drawn: few on a circle, in an order with few crossings;
// more as the network's own layout has them.
import type { Variable } from '../../lib/engine';
import { arrange } from '../graph/layout';
import type { Point } from '../graph/viewport';
import type { Pair } from './interaction';

export const nodeHeight = 24;
export const mostDrawn = 60;
const mostOnCircle = 12;
const perCharacter = 7.4;
const margin = 10;

export interface PlacedNode extends Point {
  readonly name: string;
  readonly width: number;
}

export interface Drawing {
  readonly nodes: ReadonlyMap<string, PlacedNode>;
  readonly width: number;
  readonly height: number;
  // In layers: an edge between nodes of one layer may have others in its way, and is drawn bent.
  readonly isLayered: boolean;
}

export function nodeWidth(name: string): number {
  return Math.max(nodeHeight, Math.min(150, Math.round([...name].length * perCharacter + 16)));
}

// The network's layout, of the variables in play. Paths through others are no edges of it.
export function layered(names: readonly string[], variables: readonly Variable[]): Drawing {
  const places = new Map(names.map((name, place) => [name, place]));
  const parents = new Map(variables.map((variable) => [variable.name, variable.parents]));
  const shapes = names.map((name) => ({
    width: nodeWidth(name),
    height: nodeHeight,
    parents: (parents.get(name) ?? []).map((parent) => places.get(parent)).filter((place) => place !== undefined),
  }));
  const { corners, width, height } = arrange(shapes, { node: 22, rank: 40 });
  return {
    width,
    height,
    isLayered: true,
    nodes: new Map(
      names.map((name, place) => {
        const { x, y } = corners[place]!;
        return [name, { name, width: shapes[place]!.width, x: x + shapes[place]!.width / 2, y: y + nodeHeight / 2 }];
      }),
    ),
  };
}

export function drawingOf(
  names: readonly string[],
  variables: readonly Variable[],
  edges: readonly Pair[],
): Drawing {
  return names.length > mostOnCircle ? layered(names, variables) : onCircle(withFewCrossings(names, edges));
}

// Swaps neighbours and others on the circle for as long as that takes crossings away.
export function withFewCrossings(names: readonly string[], edges: readonly Pair[]): string[] {
  let best = [...names];
  let least = crossings(best, edges);
  for (let better = true; better && least > 0; ) {
    better = false;
    for (let a = 0; a < best.length; a++)
      for (let b = a + 1; b < best.length; b++) {
        const swapped = [...best];
        [swapped[a], swapped[b]] = [best[b]!, best[a]!];
        const count = crossings(swapped, edges);
        if (count >= least) continue;
        [best, least, better] = [swapped, count, true];
      }
  }
  return best;
}

// Chords of a circle cross when the ends of one lie on both sides of the other.
export function crossings(names: readonly string[], edges: readonly Pair[]): number {
  const place = new Map(names.map((name, index) => [name, index]));
  const chords = edges.map(([a, b]) => [place.get(a)!, place.get(b)!].sort((x, y) => x - y) as [number, number]);
  let count = 0;
  for (const [index, [a, b]] of chords.entries())
    for (const [c, d] of chords.slice(index + 1)) if ((a < c && c < b && b < d) || (c < a && a < d && d < b)) count++;
  return count;
}

export function onCircle(names: readonly string[]): Drawing {
  const widest = Math.max(...names.map(nodeWidth), nodeHeight);
  const radius = names.length < 2 ? 0 : Math.max(62, (names.length * (nodeHeight + 20)) / (2 * Math.PI));
  // Names lie flat, so a circle of wide ones is drawn wider than high.
  const across = names.length < 2 ? 0 : Math.max(radius, widest * 0.8 + 30);
  const middle = { x: across + widest / 2 + margin, y: radius + nodeHeight / 2 + margin };
  const placed = names.map((name, place): [string, PlacedNode] => {
    const angle = (2 * Math.PI * place) / names.length - Math.PI / 2;
    const x = middle.x + across * Math.cos(angle);
    return [name, { name, width: nodeWidth(name), x, y: middle.y + radius * Math.sin(angle) }];
  });
  return { nodes: new Map(placed), width: 2 * middle.x, height: 2 * middle.y, isLayered: false };
}

// One in the middle, the others around it.
export function around(centre: string, others: readonly string[]): Drawing {
  const ring = onCircle(others.length === 1 ? [others[0]!, ''] : others);
  const nodes = new Map([...ring.nodes].filter(([name]) => name !== ''));
  nodes.set(centre, { name: centre, width: nodeWidth(centre), x: ring.width / 2, y: ring.height / 2 });
  return { ...ring, nodes };
}
