// The state of the graph of one network: where its nodes are, what the frame shows of it, where the
// cursor is. It lives as long as the network is open.
import type { NetworkHandle, Variable } from '../../lib/engine';
import { startArranging } from './arranging';
import type { Arranging } from './arranging';
import { heightOf, shapesOf, spacingOf } from './boxes';
import { detailAt, fullFrom, isLong, openRows, pixelAt } from './detail';
import { Drawing, LaidOut } from './drawing';
import type { NodeBox } from './drawing';
import { carryOver, sameShape } from './carry';
import { nameRow } from './navigate';
import type { Cursor } from './navigate';
import { withNeighbours } from './neighbours';
import { regionToDraw } from './visible';
import {
  between,
  centredOn,
  centreOf,
  fitScale,
  fitView,
  keptFull,
  keptNear,
  panned,
  resized,
  revealing,
  toDrawing,
  zoomedAt,
} from './viewport';
import type { Point, Rect, Size, View } from './viewport';

// Neighbours are those in a Markov network.
export type Relation = 'self' | 'parent' | 'child' | 'neighbour';

const glideTime = 260;
const hoverDelay = 150;
const revealMargin = 24;
// Shown alone, a node is at least this large.
const readable = 1;

export class GraphState {
  frame = $state.raw<Size>({ width: 0, height: 0 });
  view = $state.raw<View>({ x: 0, y: 0, scale: 1 });
  // Keeps all in sight as the frame changes, until the reader moves it.
  fitted = $state(true);
  arranging = $state(false);
  cursor = $state.raw<Cursor | null>(null);
  // The node with many states that is open, and the first of the states that it shows.
  opened = $state.raw<{ name: string; first: number } | null>(null);
  // The node that is being dragged.
  held = $state<string | null>(null);

  private laidOut = $state.raw<LaidOut>()!;
  private moves = $state.raw<ReadonlyMap<number, Point>>(new Map());
  // Whether nodes are where an edit or the reader has put them.
  private byHand = false;
  // Whether the reader has moved one.
  movedByReader = false;
  private hovered = $state<string | null>(null);
  private focused = $state<string | null>(null);
  private hoverTimer: ReturnType<typeof setTimeout> | undefined;
  private hoverWish: string | null = null;
  private glide = 0;
  private task: Arranging | null = null;
  // Replaced, not changed, by an edit of the network.
  variables = $state.raw<readonly Variable[]>([]);
  private readonly byName = $derived(new Map(this.variables.map((variable) => [variable.name, variable])));

  readonly drawing = $derived(new Drawing(this.laidOut, this.moves));
  readonly detail = $derived(detailAt(this.view.scale));
  readonly pixel = $derived(pixelAt(this.view.scale));
  // A string, so that what depends on it is not made again while the region stays the same.
  private readonly regionKey = $derived(JSON.stringify(regionToDraw(this.view, this.frame)));
  readonly region = $derived(JSON.parse(this.regionKey) as Rect);
  // The node whose neighbours are lit.
  readonly lit = $derived(this.held === null ? (this.hovered ?? this.focused) : null);
  readonly relations = $derived(this.relationsOf(this.lit));

  constructor(
    variables: readonly Variable[],
    private compact: boolean,
    // Whether lines have heads: those of a Markov network have none.
    readonly directed = true,
  ) {
    this.variables = variables;
    this.layOut();
  }

  // ---- Places of the nodes -------------------------------------------------------------------

  // The size of the layout as it came: nodes that are moved do not change the height of the frame.
  get size(): Size {
    return this.laidOut.bounds;
  }

  get wasMoved(): boolean {
    return this.moves.size > 0;
  }

  setCompact(compact: boolean) {
    if (compact === this.compact) return;
    this.compact = compact;
    const { places } = this;
    this.layOut();
    if (places) this.place(places);
  }

  // Lays the network out again.
  tidy() {
    this.moves = new Map();
    this.layOut();
    this.fit();
  }

  private layOut() {
    this.task?.cancel();
    this.byHand = false;
    const shapes = shapesOf(this.variables, this.compact);
    const task = startArranging(shapes, spacingOf(this.compact));
    this.task = task;
    this.laidOut = new LaidOut(this.variables, shapes, task.now);
    this.arranging = task.later !== null;
    void task.later?.then((arrangement) => {
      if (this.task !== task) return;
      this.arranging = false;
      if (arrangement) this.exchange(new LaidOut(this.variables, shapes, arrangement));
    });
  }

  // The better layout comes while the first is in use: what the reader looks at stays in the middle.
  private exchange(better: LaidOut) {
    const anchor = this.drawing.nodeAt(toDrawing(this.view, this.middle), this.size.width)?.index;
    this.laidOut = better;
    if (this.fitted || anchor === undefined) this.refit();
    else this.view = centredOn(centreOf(this.drawing.nodes[anchor]!), this.view.scale, this.frame);
  }

  // The network after an edit: its nodes stay where they are. `before` has what the variables were
  // called, `centres` where new nodes are wanted.
  edit(variables: readonly Variable[], before: ReadonlyMap<string, string>, centres: ReadonlyMap<string, Point>) {
    const same = sameShape(this.variables, variables);
    this.variables = variables;
    if (same) return;
    this.task?.cancel();
    this.task = null;
    this.arranging = false;
    const shapes = shapesOf(variables, this.compact);
    const middle = toDrawing(this.view, this.middle);
    const arrangement = carryOver(this.drawing, variables, shapes, { before, centres, middle });
    this.moves = new Map();
    this.byHand = true;
    this.laidOut = new LaidOut(variables, shapes, arrangement);
    this.fitted = false;
    const later = new Map([...before].map(([now, name]) => [name, now]));
    const cursor = this.cursor && later.get(this.cursor.name);
    this.cursor = cursor === undefined || cursor === null ? null : { name: cursor, row: nameRow };
    this.opened = null;
    this.unlight();
  }

  moveNode(name: string, corner: Point) {
    const box = this.find(name);
    if (!box) return;
    this.moves = new Map(this.moves).set(box.index, corner);
    this.fitted = false;
    this.byHand = this.movedByReader = true;
  }

  // Puts nodes where they were when the network was kept.
  place(centres: ReadonlyMap<string, Point>) {
    const same = new Map(this.variables.map(({ name }) => [name, name]));
    const shapes = shapesOf(this.variables, this.compact);
    // As if none was there: those that have no place are put where there is room.
    const missing = this.variables.filter(({ name }) => !centres.has(name));
    if (missing.length === this.variables.length) return;
    this.task?.cancel();
    this.task = null;
    this.arranging = false;
    for (const { name } of this.variables) if (centres.has(name)) same.delete(name);
    const arrangement = carryOver(this.drawing, this.variables, shapes, { before: same, centres, middle: { x: 0, y: 0 } });
    this.moves = new Map();
    this.byHand = true;
    this.laidOut = new LaidOut(this.variables, shapes, arrangement);
    this.refit();
  }

  get places(): Map<string, Point> | null {
    return this.byHand ? new Map(this.drawing.nodes.map((box) => [box.variable.name, centreOf(box)])) : null;
  }

  find(name: string): NodeBox | undefined {
    return this.drawing.nodes.find(({ variable }) => variable.name === name);
  }

  // The place of a node with the height it has when it is open.
  extentOf(box: NodeBox): Rect {
    if (this.opened?.name !== box.variable.name || this.detail !== 'full') return box;
    return { ...box, height: heightOf(Math.min(openRows, box.variable.states.length) + 1) };
  }

  // ---- The frame -----------------------------------------------------------------------------

  setFrame(frame: Size) {
    if (frame.width === this.frame.width && frame.height === this.frame.height) return;
    const before = this.frame;
    this.frame = frame;
    if (this.fitted || before.width === 0) this.refit();
    else this.view = resized(this.view, before, frame);
  }

  get middle(): Point {
    return { x: this.frame.width / 2, y: this.frame.height / 2 };
  }

  get smallestScale(): number {
    return fitScale(this.drawing.bounds, this.frame);
  }

  private refit() {
    this.stopGliding();
    this.view = fitView(this.drawing.bounds, this.frame);
  }

  fit() {
    this.glideTo(fitView(this.drawing.bounds, this.frame));
    this.fitted = true;
  }

  zoom(factor: number) {
    this.glideTo(this.zoomed(factor, this.middle));
  }

  // At once, for wheels and fingers, which are smooth themselves.
  zoomAt(factor: number, at: Point) {
    this.set(this.zoomed(factor, at));
  }

  private zoomed(factor: number, at: Point): View {
    return keptNear(zoomedAt(this.view, factor, at, this.smallestScale), this.drawing.bounds, this.frame);
  }

  // Moved by the hand, some of the drawing stays at the middle.
  drag(dx: number, dy: number) {
    this.set(keptNear(panned(this.view, dx, dy), this.drawing.bounds, this.frame));
  }

  // Moved by a wheel, up to the ends of the drawing; tells whether there was anything to move.
  scroll(dx: number, dy: number): boolean {
    const view = keptFull(panned(this.view, dx, dy), this.drawing.bounds, this.frame);
    if (Math.hypot(view.x - this.view.x, view.y - this.view.y) < 0.5) return false;
    this.set(view);
    return true;
  }

  private set(view: View) {
    this.stopGliding();
    this.view = view;
    this.fitted = false;
  }

  // A node in the middle, large enough to read.
  show(name: string) {
    const box = this.find(name);
    if (!box) return;
    this.cursor = { name, row: -1 };
    const scale = this.view.scale < fullFrom ? readable : this.view.scale;
    this.glideTo(centredOn(centreOf(box), scale, this.frame));
  }

  reveal(name: string) {
    const box = this.find(name);
    if (!box) return;
    const view = revealing(this.view, this.extentOf(box), this.frame, revealMargin);
    if (view.x !== this.view.x || view.y !== this.view.y) this.glideTo(view);
  }

  private glideTo(view: View) {
    this.set(this.view);
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.view = view;
      return;
    }
    const from = this.view;
    const start = performance.now();
    const advance = (now: number) => {
      const t = Math.min(1, Math.max(0, (now - start) / glideTime));
      const eased = 1 - (1 - t) ** 3;
      this.view = t === 1 ? view : between(from, view, eased, this.frame);
      if (t < 1) this.glide = requestAnimationFrame(advance);
    };
    this.glide = requestAnimationFrame(advance);
  }

  private stopGliding() {
    cancelAnimationFrame(this.glide);
  }

  // ---- Lighting up ---------------------------------------------------------------------------

  // Points at a node: after a moment, so that a pointer on its way elsewhere lights nothing.
  hover(name: string | null) {
    if (name === this.hoverWish) return;
    this.hoverWish = name;
    clearTimeout(this.hoverTimer);
    this.hovered = null;
    if (name !== null) this.hoverTimer = setTimeout(() => (this.hovered = name), hoverDelay);
  }

  focus(name: string | null) {
    this.focused = name;
  }

  // Someone who observes wants to see all nodes answer: nothing is faded until he points elsewhere.
  unlight() {
    clearTimeout(this.hoverTimer);
    this.hovered = null;
    this.focused = null;
  }

  private relationsOf(name: string | null): ReadonlyMap<string, Relation> | null {
    const variable = name === null ? undefined : this.byName.get(name);
    if (!variable) return null;
    const relations = new Map<string, Relation>(
      variable.parents.map((parent) => [parent, this.directed ? 'parent' : 'neighbour']),
    );
    for (const other of this.variables)
      if (other.parents.includes(variable.name)) relations.set(other.name, this.directed ? 'child' : 'neighbour');
    return relations.set(variable.name, 'self');
  }

  // ---- Many states ---------------------------------------------------------------------------

  toggleOpen(name: string) {
    this.opened = this.opened?.name === name ? null : { name, first: 0 };
  }

  scrollRows(by: number): boolean {
    const box = this.opened && this.find(this.opened.name);
    if (!this.opened || !box || !isLong(box.variable.states)) return false;
    const last = Math.max(0, box.variable.states.length - openRows);
    const first = Math.min(last, Math.max(0, this.opened.first + by));
    if (first === this.opened.first) return false;
    this.opened = { ...this.opened, first };
    return true;
  }
}

const states = new WeakMap<NetworkHandle, GraphState>();
// Of networks that have not been drawn yet.
const wanted = new WeakMap<NetworkHandle, ReadonlyMap<string, Point>>();

export function graphOf(network: NetworkHandle, compact: boolean): GraphState {
  let state = states.get(network);
  // A root of its own: what it derives outlives the component that asks first.
  if (!state) $effect.root(() => void states.set(network, (state = graphStateOf(network, compact))));
  const places = wanted.get(network);
  if (places) {
    wanted.delete(network);
    state!.place(places);
  }
  return state!;
}

function graphStateOf(network: NetworkHandle, compact: boolean): GraphState {
  const { variables, potentials } = network;
  if (!potentials) return new GraphState(variables, compact);
  return new GraphState(withNeighbours(variables, potentials), compact, false);
}

// Nodes of a network that has just been opened go to these places.
export function placeNodes(network: NetworkHandle, centres: ReadonlyMap<string, Point>) {
  wanted.set(network, centres);
}

// Where nodes are, if an edit or the reader has put them there.
export function placesOf(network: NetworkHandle): Map<string, Point> | null {
  return states.get(network)?.places ?? null;
}

// After an edit the graph is that of the network before.
export function carryGraph(
  from: NetworkHandle,
  to: NetworkHandle,
  before: ReadonlyMap<string, string>,
  centres: ReadonlyMap<string, Point>,
) {
  const state = states.get(from);
  if (!state) return;
  states.set(to, state);
  state.edit(to.variables, before, centres);
}

// Moves the cursor to a node, and the view so that it is in sight.
export function reveal(network: NetworkHandle, name: string) {
  const state = states.get(network);
  if (!state) return;
  state.cursor = { name, row: nameRow };
  state.reveal(name);
}

// Lays a network out again, unless the reader has moved a node of it.
export function tidyUnlessMoved(network: NetworkHandle) {
  const state = states.get(network);
  if (state && !state.movedByReader) state.tidy();
}

// Where the nodes of a network are, if it has been drawn.
export function centresOf(network: NetworkHandle): Map<string, Point> {
  const nodes = states.get(network)?.drawing.nodes ?? [];
  return new Map(nodes.map((box) => [box.variable.name, centreOf(box)]));
}
