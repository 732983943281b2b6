// The rows of a table in the words of its parents.
import { findVariable } from './document';
import type { EditVariable, NetworkDocument } from './document';

export interface Axis {
  readonly name: string;
  readonly states: readonly string[];
}

export function axesOf(document: NetworkDocument, { parents }: EditVariable): Axis[] {
  return parents.map((name) => ({ name, states: findVariable(document, name)?.states ?? [] }));
}

// The state of each parent in a row; the last parent runs fastest.
export function statesAt(axes: readonly Axis[], row: number): string[] {
  const states: string[] = [];
  let rest = row;
  for (const { states: names } of axes.toReversed()) {
    states.unshift(names[rest % names.length] ?? '');
    rest = Math.floor(rest / names.length);
  }
  return states;
}

// "smoke = yes, age = old"; nothing of a variable without parents.
export function rowLabel(document: NetworkDocument, variable: EditVariable, row: number): string {
  const axes = axesOf(document, variable);
  const states = statesAt(axes, row);
  return axes.map(({ name }, index) => `${name} = ${states[index]}`).join(', ');
}
