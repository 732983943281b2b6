// The layered layout of a network: where its nodes and edges are drawn, in pixels at scale 1. Nodes
// are numbers here, so that a worker can be asked.
import { Graph, layout } from '@dagrejs/dagre';
import { centreOf } from './viewport';
import type { Point, Size } from './viewport';

export interface Shape extends Size {
  parents: readonly number[];
}

export interface Spacing {
  // Between neighbours in a layer, and between layers.
  node: number;
  rank: number;
}

export interface Edge {
  from: number;
  to: number;
  points: Point[];
}

export interface Arrangement extends Size {
  // Where it begins, if not at 0.
  x?: number;
  y?: number;
  // The upper left corner of each node.
  corners: Point[];
  edges: Edge[];
}

export const margin = 16;

export function arrange(shapes: readonly Shape[], spacing: Spacing): Arrangement {
  const graph = new Graph<object, Size, object>();
  graph.setGraph({
    rankdir: 'TB',
    nodesep: spacing.node,
    ranksep: spacing.rank,
    marginx: margin,
    marginy: margin,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const [index, { width, height }] of shapes.entries()) graph.setNode(String(index), { width, height });
  for (const [index, { parents }] of shapes.entries())
    for (const parent of parents) graph.setEdge(String(parent), String(index));
  layout(graph);
  return readLayout(graph, shapes);
}

function readLayout(graph: Graph, shapes: readonly Shape[]): Arrangement {
  const { width = 0, height = 0 } = graph.graph() as Partial<Size>;
  return {
    width,
    height,
    corners: shapes.map((shape, index) => {
      const { x, y } = graph.node(String(index)) as Point;
      return { x: x - shape.width / 2, y: y - shape.height / 2 };
    }),
    edges: graph.edges().map(({ v, w }) => ({
      from: Number(v),
      to: Number(w),
      points: (graph.edge(v, w) as { points: Point[] }).points.map(({ x, y }) => ({ x, y })),
    })),
  };
}

// A layout that takes a moment for any network: each node one layer below its lowest parent, layers
// ordered by the mean place of the parents, long ones broken. It stands in for the
// better one, and stays where that would be too wide to be seen.
export function arrangeQuickly(shapes: readonly Shape[], spacing: Spacing): Arrangement {
  const rows = layersOf(shapes);
  const longest = longestRow(shapes);
  const corners: Point[] = shapes.map(() => ({ x: 0, y: 0 }));
  const places: number[] = shapes.map(() => 0);
  let y = margin;
  let width = 0;
  for (const row of rows) {
    row.sort((a, b) => meanPlace(shapes[a]!, places) - meanPlace(shapes[b]!, places));
    for (const [place, index] of row.entries()) places[index] = place / row.length;
    for (let start = 0; start < row.length; start += longest) {
      let x = margin;
      let height = 0;
      for (const index of row.slice(start, start + longest)) {
        corners[index] = { x, y };
        x += shapes[index]!.width + spacing.node;
        height = Math.max(height, shapes[index]!.height);
      }
      width = Math.max(width, x - spacing.node);
      y += height + spacing.rank;
    }
  }
  const edges = shapes.flatMap(({ parents }, to) =>
    parents.map((from) => ({ from, to, points: straight(from, to, corners, shapes) })),
  );
  return { width: width + margin, height: y - spacing.rank + margin, corners, edges };
}

// Whether whole layers side by side would make the drawing a thin band: then it is better broken.
export function isFlat(shapes: readonly Shape[]): boolean {
  return Math.max(...layersOf(shapes).map((layer) => layer.length)) > 3 * longestRow(shapes);
}

function longestRow(shapes: readonly Shape[]): number {
  return Math.ceil(Math.sqrt(shapes.length) * 1.8);
}

function meanPlace({ parents }: Shape, places: readonly number[]): number {
  if (parents.length === 0) return 0.5;
  return parents.reduce((sum, parent) => sum + places[parent]!, 0) / parents.length;
}

// The nodes by the length of the longest path to them.
function layersOf(shapes: readonly Shape[]): number[][] {
  const children: number[][] = shapes.map(() => []);
  const waiting = shapes.map(({ parents }) => parents.length);
  for (const [index, { parents }] of shapes.entries()) for (const parent of parents) children[parent]!.push(index);
  const layers: number[][] = [];
  let layer = [...shapes.keys()].filter((index) => waiting[index] === 0);
  while (layer.length > 0) {
    layers.push(layer);
    const next: number[] = [];
    for (const index of layer) for (const child of children[index]!) if (--waiting[child]! === 0) next.push(child);
    layer = next;
  }
  return layers;
}

function straight(from: number, to: number, corners: readonly Point[], shapes: readonly Shape[]): Point[] {
  const rect = (index: number) => ({ ...corners[index]!, ...shapes[index]! });
  return straightEdge(rect(from), rect(to));
}

// From border to border along the line between the middles.
export function straightEdge(from: Point & Size, to: Point & Size): Point[] {
  return [atBorder(from, centreOf(to)), atBorder(to, centreOf(from))];
}

function atBorder(box: Point & Size, towards: Point): Point {
  const centre = centreOf(box);
  const dx = towards.x - centre.x;
  const dy = towards.y - centre.y;
  const share = Math.min(
    1,
    dx === 0 ? Infinity : box.width / 2 / Math.abs(dx),
    dy === 0 ? Infinity : box.height / 2 / Math.abs(dy),
  );
  return { x: centre.x + dx * share, y: centre.y + dy * share };
}
