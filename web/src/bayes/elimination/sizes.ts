// What an order of elimination costs, from the scopes of the factors alone.

export interface StepSize {
  readonly variable: string;
  readonly join: number; // cells of the product
  readonly joinSize: number; // its variables
  readonly generated: number; // cells of the new factor
  readonly size: number;
  readonly multiplications: number;
  readonly additions: number;
}

export function sizesOf(
  scopes: readonly (readonly string[])[],
  order: readonly string[],
  statesOf: (name: string) => number,
): StepSize[] {
  let left = scopes.map((scope) => new Set(scope));
  return order.map((variable) => {
    const inputs = left.filter((scope) => scope.has(variable));
    const join = new Set(inputs.flatMap((scope) => [...scope]));
    const output = new Set(join);
    output.delete(variable);
    left = [...left.filter((scope) => !scope.has(variable)), output];
    const cells = cellsOf(join, statesOf);
    const generated = cellsOf(output, statesOf);
    return {
      variable,
      join: cells,
      joinSize: join.size,
      generated,
      size: output.size,
      multiplications: Math.max(0, inputs.length - 1) * cells,
      additions: cells - generated,
    };
  });
}

export function cellsOf(scope: Iterable<string>, statesOf: (name: string) => number): number {
  let cells = 1;
  for (const name of scope) cells *= statesOf(name);
  return cells;
}
