// What the panel in view points out on the graph.

// In a step of an elimination: the variable that is summed out, the others of the join, and those
// that are gone.
export type NodeMark = 'active' | 'joined' | 'eliminated';

export interface Marks {
  nodes: ReadonlyMap<string, NodeMark>;
}

export const noMarks: Marks = { nodes: new Map() };
