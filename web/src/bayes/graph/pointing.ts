// What pointers do to the graph: drag the ground, a node or the bar of a state, pinch, turn the wheel,
// ask for a menu. A click is a press that went nowhere, and is left to the elements themselves.
import type { GraphState } from './graph.svelte';
import { rowHeight } from './boxes';
import { toDrawing } from './viewport';
import type { Point } from './viewport';

// How far a press may stray and still be a click.
const slack = { mouse: 4, pen: 6, touch: 9 } as Record<string, number>;
// A finger picks a node up by resting on it: a quick stroke scrolls the page or moves the graph.
const holdTime = 350;

// A cell of a node: the row of a state, the name (row −1), or a small node as a whole.
export interface Cell {
  name: string;
  row: number;
  element: Element;
}

// What is done to the variables themselves.
export interface Hands {
  menu(cell: Cell, at: Point): void;
  // The end of a state's bar is at this share of its length.
  pullBar(cell: Cell, share: number): void;
  letBarGo(): void;
}

type Action =
  | { kind: 'ground' }
  | { kind: 'bar'; cell: Cell; track: DOMRect }
  | { kind: 'node'; name: string; grip: Point }
  | { kind: 'rows'; rest: number };

interface Press {
  start: Point;
  name: string | null;
  onRows: boolean;
  cell: Cell | null;
  // Of the bar that is pressed, in the window.
  track: DOMRect | null;
  touch: boolean;
  // By mouse a node can be dragged at once.
  mayDrag: boolean;
  timer: ReturnType<typeof setTimeout> | undefined;
}

export class Pointing {
  private readonly pointers = new Map<number, Point>();
  private press: Press | null = null;
  private action: Action | null = null;
  private swallowClick = false;

  constructor(
    private readonly element: HTMLElement,
    private readonly graph: GraphState,
    private readonly hands: Hands,
  ) {}

  listen(): () => void {
    const controller = new AbortController();
    const { signal } = controller;
    const { element } = this;
    element.addEventListener('pointerdown', (event) => this.down(event), { signal });
    element.addEventListener('pointermove', (event) => this.move(event), { signal });
    element.addEventListener('pointerup', (event) => this.up(event), { signal });
    element.addEventListener('pointercancel', (event) => this.up(event), { signal });
    element.addEventListener('pointerleave', () => this.graph.hover(null), { signal });
    element.addEventListener('click', (event) => this.click(event), { signal, capture: true });
    element.addEventListener('wheel', (event) => this.wheel(event), { signal, passive: false });
    element.addEventListener('touchmove', (event) => this.touch(event), { signal, passive: false });
    element.addEventListener('contextmenu', (event) => this.contextMenu(event), { signal });
    return () => controller.abort();
  }

  private place(event: MouseEvent): Point {
    const { left, top } = this.element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  private nodeUnder(event: MouseEvent): string | null {
    const element = event.target instanceof Element ? event.target.closest('[data-node]') : null;
    if (element) return element.getAttribute('data-node');
    if (this.graph.detail !== 'dot') return null;
    const point = toDrawing(this.graph.view, this.place(event));
    return this.graph.drawing.nodeAt(point, 6 / this.graph.view.scale)?.variable.name ?? null;
  }

  private cellUnder(event: MouseEvent): Cell | null {
    const name = this.nodeUnder(event);
    if (name === null || !(event.target instanceof Element)) return null;
    const element = event.target.closest('[data-cell]') ?? event.target;
    return { name, row: rowOf(element), element };
  }

  // Some pixels beside a bar are part of it: its end is where it is gripped.
  private trackUnder(event: MouseEvent, cell: Cell | null): DOMRect | null {
    const track = cell?.element.querySelector('[data-bar]')?.getBoundingClientRect();
    const slop = 6;
    return track && event.clientX >= track.left - slop && event.clientX <= track.right + slop ? track : null;
  }

  private isOnOpenRows(event: MouseEvent): boolean {
    return event.target instanceof Element && event.target.closest('[data-rows]') !== null;
  }

  private down(event: PointerEvent) {
    if (event.button !== 0) return;
    if (event.isPrimary) this.pointers.clear();
    this.pointers.set(event.pointerId, this.place(event));
    this.swallowClick = false;
    this.release();
    if (this.pointers.size > 1) {
      this.swallowClick = true;
      return;
    }
    const touch = event.pointerType === 'touch';
    const cell = this.cellUnder(event);
    const press: Press = {
      start: this.place(event),
      name: this.nodeUnder(event),
      onRows: this.isOnOpenRows(event),
      cell,
      track: this.trackUnder(event, cell),
      touch,
      mayDrag: !touch,
      timer: undefined,
    };
    if (touch && press.name !== null && this.graph.detail !== 'dot')
      press.timer = setTimeout(() => {
        press.mayDrag = true;
        this.graph.held = press.name;
      }, holdTime);
    this.press = press;
  }

  private move(event: PointerEvent) {
    const before = this.pointers.get(event.pointerId);
    if (!before) {
      if (event.pointerType !== 'touch') this.graph.hover(this.nodeUnder(event));
      return;
    }
    const now = this.place(event);
    if (this.pointers.size === 2) this.pinch(event.pointerId, now);
    else this.drag(event, before, now);
    this.pointers.set(event.pointerId, now);
  }

  // Both fingers keep the points of the drawing that they lie on.
  private pinch(id: number, now: Point) {
    const before = this.pointers.get(id)!;
    const other = [...this.pointers].find(([key]) => key !== id)![1];
    const factor = distance(now, other) / Math.max(1, distance(before, other));
    this.graph.drag((now.x - before.x) / 2, (now.y - before.y) / 2);
    this.graph.zoomAt(factor, { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
  }

  private drag(event: PointerEvent, before: Point, now: Point) {
    const { press } = this;
    if (!press) return;
    if (!this.action) {
      if (distance(press.start, now) < (slack[event.pointerType] ?? 4)) return;
      clearTimeout(press.timer);
      this.action = this.begin(press, now);
      this.swallowClick = true;
      this.element.setPointerCapture(event.pointerId);
      before = press.start;
    }
    this.follow(this.action, before, now, event.clientX);
  }

  private begin(press: Press, now: Point): Action {
    const { cell, track } = press;
    const along = Math.abs(now.x - press.start.x) >= Math.abs(now.y - press.start.y);
    if (cell && track && press.mayDrag && along) return { kind: 'bar', cell, track };
    if (press.onRows) return { kind: 'rows', rest: 0 };
    // Dots are too close together to be picked up one by one.
    const mayDrag = press.mayDrag && this.graph.detail !== 'dot';
    const box = press.name !== null && mayDrag ? this.graph.find(press.name) : undefined;
    if (!box) return { kind: 'ground' };
    const point = toDrawing(this.graph.view, press.start);
    this.graph.held = box.variable.name;
    return { kind: 'node', name: box.variable.name, grip: { x: point.x - box.x, y: point.y - box.y } };
  }

  private follow(action: Action, before: Point, now: Point, clientX: number) {
    if (action.kind === 'ground') this.graph.drag(now.x - before.x, now.y - before.y);
    else if (action.kind === 'bar') this.hands.pullBar(action.cell, shareOf(action.track, clientX));
    else if (action.kind === 'rows') this.pullRows(action, before.y - now.y);
    else {
      const point = toDrawing(this.graph.view, now);
      this.graph.moveNode(action.name, { x: point.x - action.grip.x, y: point.y - action.grip.y });
    }
  }

  private pullRows(action: { rest: number }, pixels: number): boolean {
    action.rest += pixels / (rowHeight * this.graph.view.scale);
    const rows = Math.trunc(action.rest);
    action.rest -= rows;
    return rows !== 0 && this.graph.scrollRows(rows);
  }

  private up(event: PointerEvent) {
    this.pointers.delete(event.pointerId);
    const { press, action } = this;
    // A finger that rested and went nowhere.
    const rested = event.type === 'pointerup' && press?.touch && press.mayDrag && !action;
    this.release();
    if (!rested || !press.cell) return;
    this.swallowClick = true;
    this.hands.menu(press.cell, { x: event.clientX, y: event.clientY });
  }

  private release() {
    clearTimeout(this.press?.timer);
    if (this.action?.kind === 'bar') this.hands.letBarGo();
    this.press = null;
    this.action = null;
    this.graph.held = null;
  }

  private click(event: MouseEvent) {
    if (this.swallowClick) event.stopPropagation();
    else if (this.graph.detail === 'dot') {
      const name = this.nodeUnder(event);
      if (name !== null) this.graph.show(name);
    }
    this.swallowClick = false;
  }

  // By the right button; keys that ask for a menu come as keys (Scene).
  private contextMenu(event: MouseEvent) {
    if (this.press?.touch) return event.preventDefault();
    const cell = this.cellUnder(event);
    if (!cell) return;
    event.preventDefault();
    if (event.button === 2) this.hands.menu(cell, { x: event.clientX, y: event.clientY });
  }

  // One finger scrolls the page up and down (`touch-action`); two, or one that holds a node, are ours.
  private touch(event: TouchEvent) {
    if ((event.touches.length > 1 || this.graph.held !== null) && event.cancelable)
      event.preventDefault();
  }

  private readonly turned = { rest: 0 };

  private wheel(event: WheelEvent) {
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : 16;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      const step = Math.max(-40, Math.min(40, event.deltaY * unit));
      this.graph.zoomAt(Math.exp(-step * 0.008), this.place(event));
      return;
    }
    const used = this.isOnOpenRows(event)
      ? this.pullRows(this.turned, event.deltaY * unit) || this.turned.rest !== 0
      : this.graph.scroll(-event.deltaX * unit, -event.deltaY * unit);
    // Where there is nothing to move, the page scrolls.
    if (used) event.preventDefault();
  }
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

export function rowOf(element: Element): number {
  const row = /\/(-?\d+)$/.exec(element.getAttribute('data-cell') ?? '')?.[1];
  return row === undefined ? -1 : Number(row);
}

// In hundredths, so that what is dragged is a number that can be said.
function shareOf(track: DOMRect, x: number): number {
  return Math.round(Math.min(1, Math.max(0, (x - track.left) / track.width)) * 100) / 100;
}
