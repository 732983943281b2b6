// The layout of a network after an edit, made of the one before it.
import type { Variable } from '../../lib/engine';
import type { Drawing, NodeBox } from './drawing';
import { margin, straightEdge } from './layout';
import type { Arrangement, Edge, Shape } from './layout';
import type { Point, Rect } from './viewport';
import { around, overlap } from './visible';

// Whether both are drawn alike: names, states and arrows are the same.
export function sameShape(before: readonly Variable[], after: readonly Variable[]): boolean {
  return (
    before.length === after.length &&
    before.every(
      ({ name, states, parents }, index) =>
        name === after[index]!.name && equal(states, after[index]!.states) && equal(parents, after[index]!.parents),
    )
  );
}

function equal(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}

interface Hints {
  // What each variable was called.
  before: ReadonlyMap<string, string>;
  // Where new nodes are wanted; others are put near the middle, where there is room.
  centres: ReadonlyMap<string, Point>;
  middle: Point;
}

export function carryOver(drawing: Drawing, variables: readonly Variable[], shapes: readonly Shape[], hints: Hints): Arrangement {
  const old = new Map(drawing.nodes.map((box) => [box.variable.name, box]));
  const sources = variables.map(({ name }) => old.get(hints.before.get(name) ?? ''));
  const rects: (Rect | undefined)[] = shapes.map((shape, index) => {
    const centre = hints.centres.get(variables[index]!.name);
    const source = sources[index];
    if (source) return { ...size(shape), x: source.x + (source.width - shape.width) / 2, y: source.y };
    return centre && { ...size(shape), x: centre.x - shape.width / 2, y: centre.y - shape.height / 2 };
  });
  const placed = rects.filter((rect) => rect !== undefined);
  for (const [index, shape] of shapes.entries())
    if (!rects[index]) placed.push((rects[index] = freePlace(shape, hints.middle, placed)));
  const corners = rects as Rect[];
  const { x, y, width, height } = around(corners);
  return {
    corners,
    edges: edgesOf(drawing, sources, corners, shapes),
    x: x - margin,
    y: y - margin,
    width: width + 2 * margin,
    height: height + 2 * margin,
  };
}

function size({ width, height }: Shape) {
  return { width, height };
}

// Between nodes that are as they were, edges keep their bends.
function edgesOf(
  drawing: Drawing,
  sources: readonly (NodeBox | undefined)[],
  rects: readonly Rect[],
  shapes: readonly Shape[],
): Edge[] {
  const lines = new Map(drawing.edges.map((edge) => [`${edge.from}>${edge.to}`, edge.points]));
  const still = sources.map((source, index) => source !== undefined && sameRect(source, rects[index]!));
  return shapes.flatMap(({ parents }, to) =>
    parents.map((from) => {
      const points = lines.get(`${sources[from]?.index}>${sources[to]?.index}`);
      const kept = points !== undefined && still[from] && still[to];
      return { from, to, points: kept ? [...points] : straightEdge(rects[from]!, rects[to]!) };
    }),
  );
}

function sameRect(a: Rect, b: Rect): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}

const gap = 18;

// The nearest place to a point, in steps, where a node does not lie over another.
function freePlace(shape: Shape, middle: Point, taken: readonly Rect[]): Rect {
  const step = 48;
  const start = { ...size(shape), x: middle.x - shape.width / 2, y: middle.y - shape.height / 2 };
  const isFree = (rect: Rect) => {
    const wide = { x: rect.x - gap, y: rect.y - gap, width: rect.width + 2 * gap, height: rect.height + 2 * gap };
    return !taken.some((other) => overlap(wide, other));
  };
  for (let ring = 0; ring <= 24; ring++)
    for (let turn = 0; turn < Math.max(1, 8 * ring); turn++) {
      const angle = (turn / Math.max(1, 8 * ring)) * 2 * Math.PI;
      const rect = { ...start, x: start.x + ring * step * Math.cos(angle), y: start.y + ring * step * Math.sin(angle) };
      if (isFree(rect)) return rect;
    }
  const { x, y, height } = around(taken);
  return { ...start, x, y: y + height + gap };
}

