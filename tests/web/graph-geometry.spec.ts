// The geometry of the graph, which needs no browser: views, lookup, layout, ways of the arrow keys.
import { expect, test } from '@playwright/test';
import { shapesOf, spacingOf } from '../../web/src/bayes/graph/boxes';
import { closedRows, detailAt, openWindow } from '../../web/src/bayes/graph/detail';
import { Drawing, LaidOut } from '../../web/src/bayes/graph/drawing';
import { arrange, arrangeQuickly } from '../../web/src/bayes/graph/layout';
import { nextCursor } from '../../web/src/bayes/graph/navigate';
import { searchNames } from '../../web/src/bayes/graph/search';
import { contains, Grid, overlap, regionToDraw } from '../../web/src/bayes/graph/visible';
import {
  between,
  fitView,
  keptFull,
  keptNear,
  resized,
  revealing,
  seen,
  toDrawing,
  zoomedAt,
} from '../../web/src/bayes/graph/viewport';
import type { Rect } from '../../web/src/bayes/graph/viewport';

const frame = { width: 800, height: 600 };
const large: Rect = { x: -50, y: 20, width: 9000, height: 4000 };

function numbers(seed: number): () => number {
  let value = seed;
  return () => (value = (value * 48271) % 2147483647) / 2147483647;
}

function within(inner: Rect, outer: Rect): boolean {
  const slack = 1e-6;
  return (
    inner.x >= outer.x - slack &&
    inner.y >= outer.y - slack &&
    inner.x + inner.width <= outer.x + outer.width + slack &&
    inner.y + inner.height <= outer.y + outer.height + slack
  );
}

// Diamonds in a row: a → b, a → c, b → d, c → d.
function variables(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    name: `v${index}`,
    states: ['no', 'yes'],
    parents: index === 0 ? [] : index % 3 === 0 ? [`v${index - 1}`, `v${index - 2}`] : [`v${index - (index % 3)}`],
    table: null,
  }));
}

function drawingOf(count: number) {
  const list = variables(count);
  const shapes = shapesOf(list, false);
  const arrangement = arrange(shapes, spacingOf(false));
  return { list, shapes, laidOut: new LaidOut(list, shapes, arrangement) };
}

test('fitting shows all of the drawing', () => {
  expect(within(large, seen(fitView(large, frame), frame))).toBe(true);
  // A small drawing is not blown up without end.
  expect(fitView({ x: 0, y: 0, width: 10, height: 10 }, frame).scale).toBe(1.5);
});

test('zooming keeps the point under the pointer, between the smallest scale and 200 %', () => {
  const next = numbers(3);
  let view = fitView(large, frame);
  const smallest = view.scale;
  for (let round = 0; round < 200; round++) {
    const at = { x: next() * frame.width, y: next() * frame.height };
    const before = toDrawing(view, at);
    view = zoomedAt(view, Math.exp(next() * 2 - 0.8), at, smallest);
    const after = toDrawing(view, at);
    expect(after.x).toBeCloseTo(before.x, 6);
    expect(after.y).toBeCloseTo(before.y, 6);
    expect(view.scale).toBeGreaterThanOrEqual(smallest);
    expect(view.scale).toBeLessThanOrEqual(2);
  }
});

test('panning by wheel ends at the ends of the drawing, by hand with some of it in the middle', () => {
  const next = numbers(4);
  for (let round = 0; round < 200; round++) {
    const view = { x: (next() - 0.5) * 30000, y: (next() - 0.5) * 30000, scale: 0.3 + next() };
    expect(within(seen(keptFull(view, large, frame), frame), large)).toBe(true);
    const middle = toDrawing(keptNear(view, large, frame), { x: 400, y: 300 });
    expect(contains(large, middle, 1e-6)).toBe(true);
  }
});

test('revealing shows the node, and moves nothing when it is in sight', () => {
  const next = numbers(5);
  for (let round = 0; round < 200; round++) {
    const view = { x: (next() - 0.5) * 5000, y: (next() - 0.5) * 5000, scale: 0.2 + next() };
    const node = { x: next() * 9000, y: next() * 4000, width: 190, height: 80 };
    const moved = revealing(view, node, frame, 20);
    expect(within(node, seen(moved, frame))).toBe(true);
    expect(revealing(moved, node, frame, 20)).toEqual(moved);
  }
});

test('a frame of another size keeps its middle', () => {
  const view = { x: 12, y: -34, scale: 0.7 };
  const wider = { width: 1000, height: 500 };
  const middle = toDrawing(view, { x: 400, y: 300 });
  const after = toDrawing(resized(view, frame, wider), { x: 500, y: 250 });
  expect(after.x).toBeCloseTo(middle.x, 9);
  expect(after.y).toBeCloseTo(middle.y, 9);
});

test('a glide begins and ends where it says', () => {
  const from = fitView(large, frame);
  for (const to of [{ x: 5, y: 6, scale: 1.2 }, { ...from, x: from.x - 80 }]) {
    for (const [t, end] of [[0, from], [1, to]] as const) {
      const view = between(from, to, t, frame);
      expect(view.x).toBeCloseTo(end.x, 6);
      expect(view.y).toBeCloseTo(end.y, 6);
      expect(view.scale).toBeCloseTo(end.scale, 9);
    }
  }
});

test('the lookup finds what a search through everything finds', () => {
  const next = numbers(6);
  const rectangle = (size: number) => ({
    x: (next() - 0.5) * 8000,
    y: (next() - 0.5) * 8000,
    width: 1 + next() * size,
    height: 1 + next() * size,
  });
  const things = Array.from({ length: 300 }, () => rectangle(900));
  const grid = new Grid<Rect>();
  for (const thing of things) grid.insert(thing, thing);
  for (let round = 0; round < 100; round++) {
    const region = rectangle(3000);
    expect([...grid.within(region)].sort(byPlace)).toEqual(
      things.filter((thing) => overlap(thing, region)).sort(byPlace),
    );
  }
});

function byPlace(a: Rect, b: Rect): number {
  return a.x - b.x || a.y - b.y;
}

test('what is drawn holds what is seen, and changes seldom under small moves', () => {
  const next = numbers(8);
  const regions = new Set<string>();
  for (let x = 0; x > -1000; x -= 2) {
    const view = { x, y: 40, scale: 0.8 };
    expect(within(seen(view, frame), regionToDraw(view, frame))).toBe(true);
    regions.add(JSON.stringify(regionToDraw(view, frame)));
  }
  expect(regions.size).toBeLessThan(16);
  for (let round = 0; round < 100; round++) {
    const view = { x: (next() - 0.5) * 1e4, y: (next() - 0.5) * 1e4, scale: 0.01 + next() * 2 };
    const region = regionToDraw(view, frame);
    const sight = seen(view, frame);
    expect(within(sight, region)).toBe(true);
    expect(region.width * region.height).toBeLessThan(9 * Math.max(sight.width, sight.height) ** 2);
  }
});

test('nodes of both layouts do not overlap, and parents lie above their children', () => {
  const list = variables(40);
  const shapes = shapesOf(list, false);
  for (const { corners, width, height } of [
    arrange(shapes, spacingOf(false)),
    arrangeQuickly(shapes, spacingOf(false)),
  ]) {
    const boxes = corners.map((corner, index) => ({ ...shapes[index]!, ...corner }));
    for (const [index, box] of boxes.entries()) {
      expect(within(box, { x: 0, y: 0, width, height })).toBe(true);
      expect(boxes.slice(index + 1).filter((other) => overlap(box, other))).toEqual([]);
      for (const parent of box.parents) expect(boxes[parent]!.y + boxes[parent]!.height).toBeLessThan(box.y);
    }
  }
});

test('the edges of a node that is moved follow it', () => {
  const { laidOut } = drawingOf(10);
  const before = new Drawing(laidOut);
  const node = before.nodes[3]!;
  const away = { x: node.x + 3000, y: node.y + 2000 };
  const after = new Drawing(laidOut, new Map([[3, away]]));
  const region = { ...away, width: node.width, height: node.height };
  expect(before.nodesWithin(region)).toEqual([]);
  expect(after.nodesWithin(region).map(({ index }) => index)).toEqual([3]);
  const touching = after.edgesWithin(after.bounds).filter(({ from, to }) => from === 3 || to === 3);
  expect(touching.map(({ from, to }) => `${from}→${to}`).sort()).toEqual(['1→3', '2→3', '3→4', '3→5']);
  for (const { from, points } of touching) {
    const end = from === 3 ? points[0]! : points.at(-1)!;
    expect(contains(region, end, 0.01)).toBe(true);
  }
  expect(after.edgesWithin(after.bounds).length).toBe(before.edgesWithin(before.bounds).length);
  expect(after.nodeAt({ x: away.x + 5, y: away.y + 5 }, 0)?.index).toBe(3);
  expect(after.nodeAt({ x: node.x + 5, y: node.y + 5 }, 0)).toBeNull();
});

test('arrow keys walk through the rows and on to the next node', () => {
  const { nodes } = new Drawing(drawingOf(4).laidOut);
  const rows = () => [0, 1];
  expect(nextCursor(nodes, { name: 'v0', row: -1 }, 'ArrowDown', rows)).toEqual({ name: 'v0', row: 0 });
  const below = nextCursor(nodes, { name: 'v0', row: 1 }, 'ArrowDown', rows)!;
  expect(nodes.find(({ variable }) => variable.name === below.name)!.y).toBeGreaterThan(nodes[0]!.y);
  expect(below.row).toBe(-1);
  expect(nextCursor(nodes, { name: 'v3', row: -1 }, 'ArrowUp', rows)!.row).toBe(1);
  expect(nextCursor(nodes, { name: 'v0', row: -1 }, 'ArrowUp', rows)).toBeNull();
  // Without rows, as at small scales, every step goes to another node.
  expect(nextCursor(nodes, { name: 'v0', row: 1 }, 'ArrowDown', () => [])!.row).toBe(-1);
});

test('of very many states the most probable are shown, and the observed one always', () => {
  const states = Array.from({ length: 60 }, (_, index) => `s${index}`);
  const probability = (state: string) => (['s50', 's7', 's9', 's30', 's2'].includes(state) ? 0.1 : 0.01);
  expect(closedRows(states, probability)).toEqual([2, 7, 9, 30, 50]);
  expect(closedRows(states, (state) => (state === 's59' ? 1 : 0))).toContain(59);
  expect(closedRows(states.slice(0, 8), probability)).toHaveLength(8);
  expect(openWindow(states, 0)).toHaveLength(12);
  expect(openWindow(states, 99).at(-1)).toBe(59);
});

test('the detail falls with the scale', () => {
  expect([2, 0.6, 0.5, 0.3, 0.05].map(detailAt)).toEqual(['full', 'full', 'summary', 'name', 'dot']);
});

test('a search finds parts of names in any case, beginnings first', () => {
  const names = ['LungCancer', 'Smoker', 'cancer', 'Cancer2'];
  expect(searchNames(names, 'CANCER')).toEqual(['cancer', 'Cancer2', 'LungCancer']);
  expect(searchNames(names, '  ')).toEqual([]);
  expect(searchNames(names, 'zebra')).toEqual([]);
});
