// The probability of one state of each variable: the product of one entry of each table.
import type { Variable } from '../../lib/engine';

export interface JointEntry {
  readonly name: string;
  // P(A=yes|B=no)
  readonly expression: string;
  readonly value: number;
}

// A variable that is set does not listen to its parents: it has no entry.
export function jointEntries(
  variables: readonly Variable[],
  stateOf: (name: string) => string | undefined,
  isSet: (name: string) => boolean,
): JointEntry[] {
  const states = new Map(variables.map((variable) => [variable.name, variable.states]));
  const index = (name: string) => states.get(name)!.indexOf(stateOf(name)!);
  const equation = (name: string) => `${name}=${stateOf(name)}`;
  return variables.flatMap(({ name, parents, table }) => {
    if (isSet(name) || table === null) return [];
    const place = [...parents, name].reduce((at, each) => at * states.get(each)!.length + index(each), 0);
    const given = parents.length > 0 ? `|${parents.map(equation).join(',')}` : '';
    return [{ name, expression: `P(${equation(name)}${given})`, value: table[place]! }];
  });
}
