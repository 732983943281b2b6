// What the panel in view points out on the graph.

// In a step of an elimination: the variable that is summed out, the others of the join, and those
// that are gone.
export type EliminationMark = 'active' | 'joined' | 'eliminated';

// In a question of independence: the two sides, what is known, and on the trail that is shown the
// variables that let it pass and those that block it.
export type IndependenceMark = 'left' | 'right' | 'given' | 'through' | 'blocking';

export type NodeMark = EliminationMark | IndependenceMark;

export type EdgeMark = 'active trail' | 'blocked trail';

export interface Marks {
  nodes: ReadonlyMap<string, NodeMark>;
  // By edgeKey.
  edges?: ReadonlyMap<string, EdgeMark>;
  // A place in a ranking, by name.
  ranks?: ReadonlyMap<string, number>;
}

export function edgeKey(parent: string, child: string): string {
  return JSON.stringify([parent, child]);
}

export const noMarks: Marks = { nodes: new Map() };
