// The drawing of a network: its nodes and edges at their places, those that were moved included.
import type { Variable } from '../../lib/engine';
import { labelWidth } from './boxes';
import { parts } from './edges';
import { straightEdge } from './layout';
import type { Arrangement, Shape } from './layout';
import { around, contains, Grid, overlap } from './visible';
import type { Point, Rect } from './viewport';

export interface NodeBox extends Rect {
  index: number;
  variable: Variable;
  labelWidth: number;
}

export interface EdgeLine {
  from: number;
  to: number;
  points: readonly Point[];
}

export class Drawing {
  readonly nodes: readonly NodeBox[];
  readonly bounds: Rect;
  private readonly moved: readonly NodeBox[];
  private readonly bent: readonly EdgeLine[];

  // `moves` holds the corners of nodes that are not where the layout has them.
  constructor(
    private readonly base: LaidOut,
    private readonly moves: ReadonlyMap<number, Point> = new Map(),
  ) {
    this.nodes =
      moves.size === 0 ? base.nodes : base.nodes.map((box) => ({ ...box, ...moves.get(box.index) }));
    this.moved = [...moves.keys()].map((index) => this.nodes[index]!);
    this.bent = base.edges
      .filter((edge) => this.isBent(edge))
      .map(({ from, to }) => ({ from, to, points: straightEdge(this.nodes[from]!, this.nodes[to]!) }));
    this.bounds = around([...(moves.size > 0 ? this.nodes : []), base.bounds]);
  }

  get edges(): EdgeLine[] {
    return [...this.base.edges.filter((edge) => !this.isBent(edge)), ...this.bent];
  }

  nodesWithin(region: Rect): NodeBox[] {
    const still = [...this.base.nodeGrid.within(region)].filter(({ index }) => !this.moves.has(index));
    return [...still, ...this.moved.filter((box) => overlap(box, region))].sort((a, b) => a.index - b.index);
  }

  edgesWithin(region: Rect): EdgeLine[] {
    const still = [...this.base.edgeGrid.within(region)].filter((edge) => !this.isBent(edge));
    return [...still, ...this.bent.filter(({ points }) => parts(points).some((part) => overlap(part, region)))];
  }

  // The node at a point, or the nearest one within `slack` of it.
  nodeAt(point: Point, slack: number): NodeBox | null {
    const region = { x: point.x - slack, y: point.y - slack, width: 2 * slack || 1, height: 2 * slack || 1 };
    const near = this.nodesWithin(region).filter((box) => contains(box, point, slack));
    const distance = ({ x, y, width, height }: Rect) =>
      Math.hypot(x + width / 2 - point.x, y + height / 2 - point.y);
    return near.sort((a, b) => distance(a) - distance(b))[0] ?? null;
  }

  private isBent({ from, to }: EdgeLine): boolean {
    return this.moves.has(from) || this.moves.has(to);
  }
}

// What a layout gives, with the lookup that is made once for it.
export class LaidOut {
  readonly nodes: readonly NodeBox[];
  readonly edges: readonly EdgeLine[];
  readonly bounds: Rect;
  readonly nodeGrid = new Grid<NodeBox>();
  readonly edgeGrid = new Grid<EdgeLine>();

  constructor(variables: readonly Variable[], shapes: readonly Shape[], arrangement: Arrangement) {
    this.nodes = variables.map((variable, index) => ({
      index,
      variable,
      ...arrangement.corners[index]!,
      width: shapes[index]!.width,
      height: shapes[index]!.height,
      labelWidth: labelWidth(variable),
    }));
    this.edges = arrangement.edges;
    const { x = 0, y = 0, width, height } = arrangement;
    this.bounds = { x, y, width: width || 1, height: height || 1 };
    for (const box of this.nodes) this.nodeGrid.insert(box, box);
    for (const edge of this.edges) for (const part of parts(edge.points)) this.edgeGrid.insert(edge, part);
  }
}
