// Where cells come from: the index arithmetic of docs/formats/factor-layout.md. The last variable of a
// scope is the fastest.

export type Operation = 'multiply' | 'sum-out' | 'max-out' | 'restrict' | 'normalize';

export interface Table {
  readonly scope: readonly string[];
  readonly states: readonly (readonly string[])[];
}

// How a table was made of others.
export interface Making {
  readonly operation: Operation;
  // Those that were summed or maximised out, or normalised over.
  readonly variables: readonly string[];
  // What it was restricted to.
  readonly evidence: Readonly<Record<string, string>>;
}

export interface Sources {
  // Products, each of one cell of every input; their sum, or the largest, is the cell.
  readonly terms: readonly (readonly number[])[];
  // Of a normalisation: the cells whose sum the cell was divided by.
  readonly over: readonly number[] | null;
  // Whether there are more than are listed.
  readonly cut: boolean;
}

const mostTerms = 2000;

export type Assignment = ReadonlyMap<string, string>;

export function cellCount({ states }: Table): number {
  return states.reduce((count, names) => count * names.length, 1);
}

// The states of a cell, in the order of the scope.
export function statesAt({ states }: Table, cell: number): string[] {
  const found: string[] = [];
  let rest = cell;
  for (const names of states.toReversed()) {
    found.unshift(names[rest % names.length] ?? '');
    rest = Math.floor(rest / names.length);
  }
  return found;
}

export function assignmentAt(table: Table, cell: number): Map<string, string> {
  const states = statesAt(table, cell);
  return new Map(table.scope.map((name, index) => [name, states[index] ?? '']));
}

// The cell of states that are given for the whole scope, and perhaps for more.
export function cellOf({ scope, states }: Table, assignment: Assignment): number {
  return scope.reduce((cell, name, index) => {
    const names = states[index] ?? [];
    return cell * names.length + Math.max(0, names.indexOf(assignment.get(name) ?? ''));
  }, 0);
}

// All combinations of the states of variables, the last the fastest, up to a limit.
function combinations(names: readonly string[], inputs: readonly Table[]): { list: Assignment[]; cut: boolean } {
  const over = names.map((name) => ({ name, states: statesOf(name, inputs) }));
  const table = { scope: names, states: over.map(({ states }) => states) };
  const count = cellCount(table);
  const shown = Math.min(count, mostTerms);
  return { list: Array.from({ length: shown }, (_, cell) => assignmentAt(table, cell)), cut: shown < count };
}

function statesOf(name: string, inputs: readonly Table[]): readonly string[] {
  for (const { scope, states } of inputs) {
    const index = scope.indexOf(name);
    if (index >= 0) return states[index] ?? [];
  }
  return [];
}

// The cells of the inputs that a cell of the result comes from.
export function sourcesOf(making: Making, result: Table, inputs: readonly Table[], cell: number): Sources {
  const here = assignmentAt(result, cell);
  const cellsWith = (more: Assignment): number[] => inputs.map((input) => cellOf(input, new Map([...here, ...more])));
  switch (making.operation) {
    case 'multiply':
      return { terms: [cellsWith(new Map())], over: null, cut: false };
    case 'restrict':
      return { terms: [cellsWith(new Map(Object.entries(making.evidence)))], over: null, cut: false };
    case 'normalize': {
      const { list, cut } = combinations(making.variables, inputs);
      return { terms: [cellsWith(new Map())], over: list.map((states) => cellsWith(states)[0] ?? 0), cut };
    }
    default: {
      const { list, cut } = combinations(making.variables, inputs);
      return { terms: list.map(cellsWith), over: null, cut };
    }
  }
}

// The cells of a result that come from a cell of one of its inputs.
export function usesOf(making: Making, result: Table, input: Table, cell: number): number[] {
  const there = assignmentAt(input, cell);
  const evidence = Object.entries(making.evidence);
  if (making.operation === 'restrict' && evidence.some(([name, state]) => there.get(name) !== state)) return [];
  const free = making.operation === 'normalize' ? making.variables : [];
  const shared = result.scope.filter((name) => there.has(name) && !free.includes(name));
  // Each loop stays at the shared state, or runs over all of them.
  const states = result.scope.map((name, index) =>
    shared.includes(name) ? [there.get(name)!] : (result.states[index] ?? []),
  );
  const loops = { scope: result.scope, states };
  const count = Math.min(cellCount(loops), mostTerms);
  return Array.from({ length: count }, (_, index) => cellOf(result, assignmentAt(loops, index)));
}
