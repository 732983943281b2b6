// Edges as the data of SVG paths: many in one, so that a thousand of them are one element.
import type { Point, Rect } from './viewport';

// A curve through the points: quadratic arcs from midpoint to midpoint.
export function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  const last = rest.pop() ?? first;
  const arcs = rest.map((point, index) => {
    const next = rest[index + 1] ?? last;
    const end = index === rest.length - 1 ? last : middle(point, next);
    return `Q${place(point)} ${place(end)}`;
  });
  return `M${place(first)}${arcs.length > 0 ? arcs.join('') : `L${place(last)}`}`;
}

// The head of the arrow at the last point, a triangle of the given length.
export function arrowHead(points: readonly Point[], length: number): string {
  const tip = points.at(-1);
  const before = points.at(-2);
  if (!tip || !before) return '';
  const distance = Math.hypot(tip.x - before.x, tip.y - before.y) || 1;
  const along = { x: ((tip.x - before.x) / distance) * length, y: ((tip.y - before.y) / distance) * length };
  const back = { x: tip.x - along.x, y: tip.y - along.y };
  const half = { x: -along.y * 0.45, y: along.x * 0.45 };
  const left = { x: back.x + half.x, y: back.y + half.y };
  const right = { x: back.x - half.x, y: back.y - half.y };
  return `M${place(tip)}L${place(left)}L${place(right)}Z`;
}

// Two strokes across the line before its last point: it is cut there.
export function snip(points: readonly Point[], length: number): string {
  const tip = points.at(-1);
  const before = points.at(-2);
  if (!tip || !before) return '';
  const distance = Math.hypot(tip.x - before.x, tip.y - before.y) || 1;
  const along = { x: (tip.x - before.x) / distance, y: (tip.y - before.y) / distance };
  // Slanted, as scissors go.
  const across = { x: along.x * 0.5 - along.y, y: along.y * 0.5 + along.x };
  const stroke = (back: number) => {
    const centre = { x: tip.x - along.x * back * length, y: tip.y - along.y * back * length };
    const arm = (sign: number) => ({ x: centre.x + sign * across.x * length * 0.7, y: centre.y + sign * across.y * length * 0.7 });
    return `M${place(arm(-1))}L${place(arm(1))}`;
  };
  return stroke(1.5) + stroke(2.1);
}

// A rectangle around each part of the line, for the lookup.
export function parts(points: readonly Point[]): Rect[] {
  return points.slice(1).map((point, index) => {
    const from = points[index]!;
    return {
      x: Math.min(from.x, point.x),
      y: Math.min(from.y, point.y),
      // A line straight down still has a width to find it by.
      width: Math.max(1, Math.abs(point.x - from.x)),
      height: Math.max(1, Math.abs(point.y - from.y)),
    };
  });
}

function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function place({ x, y }: Point): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}
