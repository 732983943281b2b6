// The undirected graph of the factors at a step: variables that some factor holds together are
// connected. Eliminating a variable connects its neighbours; the edges this adds are fill-in edges.
import type { Heuristic, Trace, TraceFactor } from '../../lib/engine';

export type Pair = readonly [string, string];

export interface InteractionGraph {
  // In the order in which the factors name them first.
  readonly neighbours: ReadonlyMap<string, ReadonlySet<string>>;
}

// What decides greedily; "optimal" looks at whole orders.
export type Criterion = Exclude<Heuristic, 'optimal'>;

export function graphOf(scopes: readonly (readonly string[])[]): InteractionGraph {
  const neighbours = new Map<string, Set<string>>();
  for (const scope of scopes) {
    for (const name of scope) if (!neighbours.has(name)) neighbours.set(name, new Set());
    for (const a of scope) for (const b of scope) if (a !== b) neighbours.get(a)!.add(b);
  }
  return { neighbours };
}

export function neighboursOf({ neighbours }: InteractionGraph, name: string): string[] {
  return [...(neighbours.get(name) ?? [])];
}

export function edgesOf({ neighbours }: InteractionGraph): Pair[] {
  const names = [...neighbours.keys()];
  const place = new Map(names.map((name, index) => [name, index]));
  return names.flatMap((a) =>
    [...neighbours.get(a)!].filter((b) => place.get(a)! < place.get(b)!).map((b): Pair => [a, b]),
  );
}

export function fillInOf(graph: InteractionGraph, name: string): Pair[] {
  const around = neighboursOf(graph, name);
  return around.flatMap((a, place) =>
    around
      .slice(place + 1)
      .filter((b) => !graph.neighbours.get(a)!.has(b))
      .map((b): Pair => [a, b]),
  );
}

// What a heuristic would pay for eliminating a variable now.
export function costOf(
  graph: InteractionGraph,
  name: string,
  criterion: Criterion,
  statesOf: (name: string) => number,
): number {
  switch (criterion) {
    case 'min-degree':
      return neighboursOf(graph, name).length;
    case 'min-weight':
      return neighboursOf(graph, name).reduce((cells, other) => cells * statesOf(other), 1);
    case 'min-fill':
      return fillInOf(graph, name).length;
    case 'weighted-min-fill':
      return fillInOf(graph, name).reduce((sum, [a, b]) => sum + statesOf(a) * statesOf(b), 0);
  }
}

// The factors that are left after 0, 1, 2… eliminations, in their order: a new factor takes the place
// of the first of its inputs. (By scope, not by name: names of factors need not be unique.)
export function factorsAtSteps({ factors, steps }: Trace): TraceFactor[][] {
  const stages = [factors];
  for (const { eliminate, output } of steps) stages.push(eliminated(stages.at(-1)!, eliminate, output));
  return stages;
}

function eliminated(factors: TraceFactor[], name: string, output: TraceFactor): TraceFactor[] {
  const first = factors.findIndex(({ scope }) => scope.includes(name));
  return factors.flatMap((factor, place) => {
    if (place === first) return [output];
    return factor.scope.includes(name) ? [] : [factor];
  });
}

export function mention(factors: readonly TraceFactor[], name: string): TraceFactor[] {
  return factors.filter(({ scope }) => scope.includes(name));
}
