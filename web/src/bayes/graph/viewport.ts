// The part of the plane that the frame shows, as arithmetic: panning, zooming, fitting.

export interface Point {
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

export interface Rect extends Point, Size {}

// A point p of the drawing is shown at p · scale + (x, y) in the frame, in pixels.
export interface View extends Point {
  scale: number;
}

export const largestScale = 2;
// A small network is not blown up further than this to fill the frame.
const largestFit = 1.5;

// The scale that shows all of the drawing: the smallest there is.
export function fitScale(drawing: Rect, frame: Size): number {
  if (frame.width <= 0 || frame.height <= 0) return 1;
  return Math.min(largestFit, frame.width / drawing.width, frame.height / drawing.height);
}

export function centredOn(point: Point, scale: number, frame: Size): View {
  return { x: frame.width / 2 - point.x * scale, y: frame.height / 2 - point.y * scale, scale };
}

export function centreOf({ x, y, width, height }: Rect): Point {
  return { x: x + width / 2, y: y + height / 2 };
}

export function fitView(drawing: Rect, frame: Size): View {
  return centredOn(centreOf(drawing), fitScale(drawing, frame), frame);
}

export function panned(view: View, dx: number, dy: number): View {
  return { ...view, x: view.x + dx, y: view.y + dy };
}

// Zoomed by a factor; the point of the drawing that is shown at `at` stays where it is.
export function zoomedAt(view: View, factor: number, at: Point, smallest: number): View {
  const scale = Math.min(largestScale, Math.max(smallest, view.scale * factor));
  const ratio = scale / view.scale;
  return { x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio, scale };
}

export function toDrawing(view: View, { x, y }: Point): Point {
  return { x: (x - view.x) / view.scale, y: (y - view.y) / view.scale };
}

// What the frame shows, in coordinates of the drawing.
export function seen(view: View, frame: Size): Rect {
  const { x, y } = toDrawing(view, { x: 0, y: 0 });
  return { x, y, width: frame.width / view.scale, height: frame.height / view.scale };
}

// The view without ground beyond the drawing: a drawing smaller than the frame is centred.
export function keptFull(view: View, drawing: Rect, frame: Size): View {
  return {
    scale: view.scale,
    x: kept(view.x, drawing.x * view.scale, drawing.width * view.scale, frame.width),
    y: kept(view.y, drawing.y * view.scale, drawing.height * view.scale, frame.height),
  };
}

function kept(offset: number, start: number, length: number, room: number): number {
  if (length <= room) return (room - length) / 2 - start;
  return Math.min(-start, Math.max(room - start - length, offset));
}

// The view with some of the drawing at the middle of the frame: nobody drags it out of sight.
export function keptNear(view: View, drawing: Rect, frame: Size): View {
  const middle = toDrawing(view, { x: frame.width / 2, y: frame.height / 2 });
  const near = {
    x: clamp(middle.x, drawing.x, drawing.x + drawing.width),
    y: clamp(middle.y, drawing.y, drawing.y + drawing.height),
  };
  return centredOn(near, view.scale, frame);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

// The same middle in a frame of another size: the drawing does not jump.
export function resized(view: View, from: Size, to: Size): View {
  return panned(view, (to.width - from.width) / 2, (to.height - from.height) / 2);
}

// The view moved as little as shows `target` (as much as has room, if it is larger than the frame).
export function revealing(view: View, target: Rect, frame: Size, margin: number): View {
  return {
    scale: view.scale,
    x: revealed(view.x, target.x * view.scale, target.width * view.scale, frame.width, margin),
    y: revealed(view.y, target.y * view.scale, target.height * view.scale, frame.height, margin),
  };
}

function revealed(offset: number, start: number, length: number, room: number, margin: number): number {
  // With the target at the far and at the near side of the frame.
  const ends = [room - margin - start - length, margin - start];
  return clamp(offset, Math.min(...ends), Math.max(...ends));
}

// A view on the way from one to another, for t from 0 to 1: the scale grows by equal factors.
export function between(from: View, to: View, t: number, frame: Size): View {
  const middle = { x: frame.width / 2, y: frame.height / 2 };
  const a = toDrawing(from, middle);
  const b = toDrawing(to, middle);
  const scale = from.scale * (to.scale / from.scale) ** t;
  // How much of the way in the drawing is done: as the scale changes, equal steps on the screen.
  const done = Math.abs(to.scale - from.scale) < 1e-9 ? t : (1 / from.scale - 1 / scale) / (1 / from.scale - 1 / to.scale);
  return centredOn({ x: a.x + (b.x - a.x) * done, y: a.y + (b.y - a.y) * done }, scale, frame);
}
