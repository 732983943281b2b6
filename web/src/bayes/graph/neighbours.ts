// A Markov network as it is drawn: two variables that a potential holds together are joined by a line.
import type { Potential, Variable } from '../../lib/engine';

// The variables with those of their neighbours that come before them in the place of parents.
export function withNeighbours(variables: readonly Variable[], potentials: readonly Potential[]): Variable[] {
  const indices = new Map(variables.map(({ name }, index) => [name, index]));
  const before = variables.map(() => new Set<string>());
  for (const { scope } of potentials)
    for (const from of scope)
      for (const to of scope) if (indices.get(from)! < indices.get(to)!) before[indices.get(to)!]!.add(from);
  return variables.map((variable, index) => ({ ...variable, parents: [...before[index]!] }));
}
