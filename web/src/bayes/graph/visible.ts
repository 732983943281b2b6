// Which things of a drawing lie in a region: a grid of cells, each with the things that touch it.
import { seen } from './viewport';
import type { Point, Rect, Size, View } from './viewport';

const cellSize = 512;

export function overlap(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

export function contains(rect: Rect, { x, y }: Point, slack = 0): boolean {
  return (
    x >= rect.x - slack && x <= rect.x + rect.width + slack && y >= rect.y - slack && y <= rect.y + rect.height + slack
  );
}

// The smallest rectangle around all of them.
export function around(rects: readonly Rect[]): Rect {
  if (rects.length === 0) return { x: 0, y: 0, width: 1, height: 1 };
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y, width, height } of rects) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

export class Grid<Thing> {
  private readonly cells = new Map<string, { thing: Thing; rect: Rect }[]>();

  // A thing may be put in several times, with a rectangle for each of its parts.
  insert(thing: Thing, rect: Rect) {
    for (const key of cellsOf(rect)) {
      const cell = this.cells.get(key);
      if (cell) cell.push({ thing, rect });
      else this.cells.set(key, [{ thing, rect }]);
    }
  }

  // The things with a part in the region, each once, in no order that means something.
  within(region: Rect): Set<Thing> {
    const found = new Set<Thing>();
    for (const key of cellsOf(region))
      for (const { thing, rect } of this.cells.get(key) ?? []) if (overlap(rect, region)) found.add(thing);
    return found;
  }
}

function* cellsOf({ x, y, width, height }: Rect): Generator<string> {
  const [left, right] = [Math.floor(x / cellSize), Math.floor((x + width) / cellSize)];
  const [top, bottom] = [Math.floor(y / cellSize), Math.floor((y + height) / cellSize)];
  for (let row = top; row <= bottom; row++) for (let column = left; column <= right; column++) yield `${column},${row}`;
}

// What to draw for a view: what is seen and a quarter more on each side, in steps of a quarter, so
// that panning redraws seldom, and then little.
export function regionToDraw(view: View, frame: Size): Rect {
  const sight = seen(view, frame);
  const step = 2 ** Math.round(Math.log2(Math.max(sight.width, sight.height, 1) / 4));
  const left = Math.floor(sight.x / step - 0.5) * step;
  const top = Math.floor(sight.y / step - 0.5) * step;
  const right = Math.ceil((sight.x + sight.width) / step + 0.5) * step;
  const bottom = Math.ceil((sight.y + sight.height) / step + 0.5) * step;
  return { x: left, y: top, width: right - left, height: bottom - top };
}
