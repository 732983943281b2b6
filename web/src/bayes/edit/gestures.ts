// What pointers and keys do to the graph while the network is edited: a double click on the ground
// adds a node, a pull from a handle draws an arrow, a click selects one.
import type { GraphState } from '../graph/graph.svelte';
import { toDrawing } from '../graph/viewport';
import type { Point } from '../graph/viewport';
import type { Editing } from './editing.svelte';

export class Gestures {
  constructor(
    private readonly element: HTMLElement,
    private readonly graph: GraphState,
    private readonly editing: Editing,
  ) {}

  listen(): () => void {
    const controller = new AbortController();
    const { signal } = controller;
    const { element } = this;
    // Before the graph, which would drag the node instead.
    element.addEventListener('pointerdown', (event) => this.down(event), { signal, capture: true });
    element.addEventListener('pointermove', (event) => this.move(event), { signal, capture: true });
    element.addEventListener('pointerup', () => this.drop(), { signal, capture: true });
    element.addEventListener('pointercancel', () => (this.editing.pull = null), { signal });
    element.addEventListener('click', (event) => this.click(event), { signal });
    element.addEventListener('dblclick', (event) => this.doubleClick(event), { signal });
    return () => controller.abort();
  }

  private place(event: MouseEvent): Point {
    const { left, top } = this.element.getBoundingClientRect();
    return toDrawing(this.graph.view, { x: event.clientX - left, y: event.clientY - top });
  }

  private down(event: PointerEvent) {
    const from = partOf(event, '[data-handle]')?.getAttribute('data-handle');
    if (!this.editing.active || event.button !== 0 || from == null) return;
    event.stopPropagation();
    event.preventDefault();
    this.element.setPointerCapture(event.pointerId);
    this.graph.unlight();
    this.editing.pull = { from, to: this.place(event), over: null };
  }

  private move(event: PointerEvent) {
    const { pull } = this.editing;
    if (!pull) return;
    event.stopPropagation();
    const to = this.place(event);
    const over = this.graph.drawing.nodeAt(to, 0)?.variable.name ?? null;
    this.editing.pull = { ...pull, to, over: over === pull.from ? null : over };
  }

  private drop() {
    const { pull } = this.editing;
    this.editing.pull = null;
    // A node may have been dragged.
    if (!pull) this.editing.noteMoved();
    if (pull?.over != null) this.editing.connect(pull.from, pull.over);
  }

  private click(event: MouseEvent) {
    if (!this.editing.active) return;
    const wire = partOf(event, '[data-wire]');
    const [from, to] = (wire?.getAttribute('data-wire') ?? '').split('>').map((index) => this.graph.variables[Number(index)]);
    this.editing.arrow = wire && from && to ? { from: from.name, to: to.name } : null;
  }

  private doubleClick(event: MouseEvent) {
    if (!this.editing.active || partOf(event, '[data-node], [data-wire], [data-handle]')) return;
    event.preventDefault();
    this.editing.addNode(this.place(event));
  }
}

function partOf(event: Event, selector: string): Element | null {
  return event.target instanceof Element ? event.target.closest(selector) : null;
}

// The keys of the graph while it is edited; tells whether this is one of them.
export function takesKey(editing: Editing, event: KeyboardEvent, name: string | null): boolean {
  if (!editing.active || event.ctrlKey || event.metaKey || event.altKey) return false;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === 'n') editing.addNode();
  else if (key === 'c' && name !== null) editing.connecting = name;
  else if (key === 'Delete' || key === 'Backspace') removeFrom(editing, name);
  else if (key === 'F2' && name !== null) editing.wantName(name);
  else if (key === 'Escape' && (editing.pull || editing.arrow)) editing.pull = editing.arrow = null;
  else return false;
  event.preventDefault();
  return true;
}

function removeFrom(editing: Editing, name: string | null) {
  if (editing.arrow) editing.disconnect(editing.arrow);
  else if (name !== null) editing.removeNode(name);
}

// Ctrl+Z and its kin, but for fields, which have an undo of their own.
export function takesUndo(editing: Editing, event: KeyboardEvent) {
  if (!editing.active || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  if (event.target instanceof Element && event.target.matches('input, textarea, select')) return;
  const key = event.key.toLowerCase();
  if (key === 'y' || (key === 'z' && event.shiftKey)) editing.redo();
  else if (key === 'z') editing.undo();
  else return;
  event.preventDefault();
}
