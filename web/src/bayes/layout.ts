// The layered layout of a network: where its nodes and edges are drawn, in pixels.
import { Graph, layout } from '@dagrejs/dagre';
import type { Variable } from '../lib/engine';

export interface NodeBox {
  variable: Variable;
  // The upper left corner.
  x: number;
  y: number;
  width: number;
  height: number;
  labelWidth: number;
}

export interface EdgePath {
  from: string;
  to: string;
  path: string;
}

export interface GraphLayout {
  width: number;
  height: number;
  nodes: NodeBox[];
  edges: EdgePath[];
}

export const headerHeight = 28;
export const rowHeight = 22;
const bottomPadding = 6;
const margin = 16;
const numberWidth = 62;
const padding = 10;

// `compact` draws narrower nodes, for narrow screens.
export function layoutNetwork(variables: readonly Variable[], compact: boolean): GraphLayout {
  const graph = new Graph<object, { width: number; height: number }, object>();
  graph.setGraph({
    rankdir: 'TB',
    nodesep: compact ? 12 : 28,
    ranksep: compact ? 34 : 44,
    marginx: margin,
    marginy: margin,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const variable of variables) graph.setNode(variable.name, nodeSize(variable, compact));
  for (const variable of variables)
    for (const parent of variable.parents) graph.setEdge(parent, variable.name);
  layout(graph);
  return readLayout(graph, variables);
}

function nodeSize(variable: Variable, compact: boolean) {
  const labels = labelWidth(variable);
  const bar = compact ? 22 : 56;
  const content = Math.max(labels + bar + numberWidth, textWidth(variable.name, 8) + 14);
  return {
    width: Math.round(content + 2 * padding),
    height: headerHeight + variable.states.length * rowHeight + bottomPadding,
  };
}

// Room for the longest state name, within reason: longer names are cut with an ellipsis.
function labelWidth(variable: Variable): number {
  const longest = Math.max(...variable.states.map((state) => textWidth(state, 7.6)));
  return Math.min(Math.max(longest, 24), 104);
}

function textWidth(text: string, perCharacter: number): number {
  return [...text].length * perCharacter;
}

// The text as far as it fits in `width` pixels.
export function fitText(label: string, width: number, perCharacter = 7): string {
  const room = Math.floor(width / perCharacter);
  const characters = [...label];
  return characters.length <= room ? label : `${characters.slice(0, Math.max(room - 1, 1)).join('')}…`;
}

function readLayout(graph: Graph, variables: readonly Variable[]): GraphLayout {
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    width,
    height,
    nodes: variables.map((variable) => {
      const box = graph.node(variable.name) as { x: number; y: number; width: number; height: number };
      return {
        variable,
        x: box.x - box.width / 2,
        y: box.y - box.height / 2,
        width: box.width,
        height: box.height,
        labelWidth: labelWidth(variable),
      };
    }),
    edges: graph.edges().map(({ v, w }) => ({
      from: v,
      to: w,
      path: smoothPath((graph.edge(v, w) as { points: Point[] }).points),
    })),
  };
}

interface Point {
  x: number;
  y: number;
}

// A curve through the points: quadratic arcs from midpoint to midpoint.
function smoothPath(points: Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  const last = rest.pop() ?? first;
  const arcs = rest.map((point, index) => {
    const next = rest[index + 1] ?? last;
    const end = index === rest.length - 1 ? last : middle(point, next);
    return `Q${place(point)} ${place(end)}`;
  });
  return `M${place(first)} ${arcs.length > 0 ? arcs.join(' ') : `L${place(last)}`}`;
}

function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function place({ x, y }: Point): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}
