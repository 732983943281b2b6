// What the interaction graph shows at a place in the steps.
import type { Variable } from '../../lib/engine';
import { edgesOf, fillInOf, graphOf, neighboursOf } from './interaction';
import type { InteractionGraph, Pair } from './interaction';
import { around, drawingOf, mostDrawn } from './layout';
import type { Drawing } from './layout';

export interface Scene {
  readonly graph: InteractionGraph;
  // The variable that is being eliminated, if it is still there.
  readonly active: string | null;
  readonly neighbours: ReadonlySet<string>;
  // Edges that the elimination adds.
  readonly fillIn: readonly Pair[];
  // Too large to be drawn whole: only the surroundings of the variable are.
  readonly isPart: boolean;
}

type Scopes = readonly { readonly scope: readonly string[] }[];

// `before` and `after` are the factors left before and after the step; at the start and the result they
// are the same and nothing is eliminated. `gone`: the step is over, and its edges are drawn as new ones.
export function sceneOf(before: Scopes, after: Scopes, eliminate: string | null, gone: boolean): Scene {
  const graph = graphOf(before.map(({ scope }) => scope));
  const isPart = graph.neighbours.size > mostDrawn;
  if (eliminate === null) return { graph, active: null, neighbours: new Set(), fillIn: [], isPart };
  const fillIn = fillInOf(graph, eliminate);
  const neighbours = new Set(neighboursOf(graph, eliminate));
  if (gone) return { graph: graphOf(after.map(({ scope }) => scope)), active: null, neighbours, fillIn, isPart };
  return { graph, active: eliminate, neighbours, fillIn, isPart };
}

// Each place of the steps is drawn over the same positions: those of all that are ever in play.
export function positionsOf(factors: Scopes, variables: readonly Variable[]): Drawing | null {
  const graph = graphOf(factors.map(({ scope }) => scope));
  const names = [...graph.neighbours.keys()];
  return names.length > mostDrawn ? null : drawingOf(names, variables, edgesOf(graph));
}

export function surroundings({ active, neighbours }: Scene): Drawing | null {
  return active === null || neighbours.size > mostDrawn ? null : around(active, [...neighbours]);
}

// Edges between nodes that are drawn, without those that the step adds.
export function edgesDrawn({ graph, fillIn }: Scene, drawing: Drawing): Pair[] {
  const added = new Set(fillIn.map(([a, b]) => `${a}\n${b}`));
  return edgesOf(graph).filter(
    ([a, b]) =>
      drawing.nodes.has(a) && drawing.nodes.has(b) && !added.has(`${a}\n${b}`) && !added.has(`${b}\n${a}`),
  );
}
