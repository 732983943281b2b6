// Which cells of a step combine: a cell of the new factor is a sum over cells of the join, and each of
// these a product of one cell of every input.

// A table: its variables and their states. Cells run with the last variable fastest.
export interface Grid {
  readonly scope: readonly string[];
  readonly states: readonly (readonly string[])[];
}

export interface Combination<Input extends Grid = Grid> {
  readonly inputs: readonly Input[];
  readonly join: Grid;
  // Its scope is that of the join, less what is summed out.
  readonly output: Grid;
}

// A table of a combination; a number is that of an input.
export type Place = number | 'join' | 'output';

export interface Pointed {
  readonly place: Place;
  readonly cell: number;
}

export interface Lit {
  readonly inputs: readonly ReadonlySet<number>[];
  readonly join: ReadonlySet<number>;
  readonly output: ReadonlySet<number>;
}

// A product: the cell of the join, and the cell of each input.
export interface Term {
  readonly join: number;
  readonly inputs: readonly number[];
}

export function cellCount({ states }: Grid): number {
  return states.reduce((product, { length }) => product * length, 1);
}

// The numbers of the states of a cell, one for each variable of the scope.
export function indicesAt({ states }: Grid, cell: number): number[] {
  const indices: number[] = states.map(() => 0);
  let rest = cell;
  for (let place = states.length - 1; place >= 0; place--) {
    const { length } = states[place]!;
    indices[place] = rest % length;
    rest = Math.floor(rest / length);
  }
  return indices;
}

export function statesAt(grid: Grid, cell: number): string[] {
  return indicesAt(grid, cell).map((index, place) => grid.states[place]![index]!);
}

// How far apart in the table two neighbouring states of each variable are.
function stridesOf({ scope, states }: Grid): Map<string, number> {
  const strides = new Map<string, number>();
  let stride = 1;
  for (let place = scope.length - 1; place >= 0; place--) {
    strides.set(scope[place]!, stride);
    stride *= states[place]!.length;
  }
  return strides;
}

// The cell of `part`, whose variables are all in `whole`, that goes with a cell of `whole`.
export function project(whole: Grid, part: Grid, cell: number): number {
  const strides = stridesOf(part);
  return indicesAt(whole, cell).reduce(
    (sum, index, place) => sum + index * (strides.get(whole.scope[place]!) ?? 0),
    0,
  );
}

// The cells of `whole` that go with a cell of `part`, in order, `limit` of them at most.
export function extend(whole: Grid, part: Grid, cell: number, limit = Infinity): number[] {
  const fixed = indicesAt(part, cell);
  const strides = stridesOf(whole);
  let cells = [fixed.reduce((sum, index, place) => sum + index * strides.get(part.scope[place]!)!, 0)];
  for (const [place, name] of whole.scope.entries()) {
    if (part.scope.includes(name)) continue;
    const stride = strides.get(name)!;
    cells = cells
      .flatMap((start) => whole.states[place]!.map((_, index) => start + index * stride))
      .slice(0, limit);
  }
  return cells.sort((a, b) => a - b);
}

// The join of factors: `scope` holds all their variables.
export function joinOf(inputs: readonly Grid[], scope: readonly string[]): Grid {
  const states = new Map(inputs.flatMap((input) => input.scope.map((name, place) => [name, input.states[place]!])));
  return { scope, states: scope.map((name) => states.get(name) ?? []) };
}

export function termsOf({ inputs, join, output }: Combination, cell: number): Term[] {
  return extend(join, output, cell).map((place) => termAt({ inputs, join, output }, place));
}

export function termAt({ inputs, join }: Combination, cell: number): Term {
  return { join: cell, inputs: inputs.map((input) => project(join, input, cell)) };
}

// No more than these can be looked at.
const mostLit = 4096;

// All that goes with a cell: of the new factor, what it is made of; of an input, what it goes into.
export function litBy(combination: Combination, { place, cell }: Pointed): Lit {
  const { inputs, join, output } = combination;
  const products = extend(join, tableAt(combination, place), cell, mostLit);
  return {
    inputs: inputs.map((input) => new Set(products.map((product) => project(join, input, product)))),
    join: new Set(products),
    output: new Set(products.map((product) => project(join, output, product))),
  };
}

export function tableAt({ inputs, join, output }: Combination, place: Place): Grid {
  return place === 'join' ? join : place === 'output' ? output : inputs[place]!;
}
