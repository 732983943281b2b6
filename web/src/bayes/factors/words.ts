// A cell in words and arithmetic: "f1(A=a,B=b) = 0.95 × 0.002 + 0.94 × 0.998 = 0.94002".
import { formatValue, fractionWithin } from '../../lib/format';
import type { Factor } from '../../lib/engine';
import { symbolOf } from './board';
import type { Card } from './board';
import { statesAt } from './cells';
import type { Sources } from './cells';

const mostTerms = 6;
const room = 24;

// The number of a cell as it is shown.
export function valueAt({ values, exact }: Factor, cell: number, fractions: boolean): string {
  const fraction = fractions ? fractionWithin(exact?.values[cell], room) : undefined;
  return fraction ?? formatValue(values[cell] ?? 0);
}

// "f1(A=a,B=b)", what was observed before left out.
export function cellName(factor: Factor, cell: number): string {
  const states = statesAt(factor, cell);
  const inside = factor.scope.map((name, index) => `${name}=${states[index]}`);
  return inside.length > 0 ? `${symbolOf(factor)}(${inside.join(', ')})` : symbolOf(factor);
}

interface Parts {
  inputs: readonly Card[];
  sources: Sources;
  fractions: boolean;
}

function product({ inputs, fractions }: Parts, term: readonly number[]): string {
  return term
    .map((cell, index) => valueAt(inputs[index]!.factor, cell, fractions))
    .map((value) => (term.length > 1 && value.includes('/') ? `(${value})` : value))
    .join(' × ');
}

function listed(parts: Parts, separator: string): string {
  const { terms } = parts.sources;
  const shown = terms.slice(0, mostTerms).map((term) => product(parts, term));
  return [...shown, ...(terms.length > mostTerms ? ['…'] : [])].join(separator);
}

function divided(parts: Parts): string {
  const { inputs, sources, fractions } = parts;
  const sum = sources.over!.slice(0, mostTerms).map((cell) => valueAt(inputs[0]!.factor, cell, fractions));
  if (sources.over!.length > mostTerms) sum.push('…');
  const top = product(parts, sources.terms[0]!);
  return `${top.includes('/') ? `(${top})` : top} / (${sum.join(' + ')})`;
}

// What comes behind the equals sign before the number, or null where the number says it all.
export function arithmeticOf(card: Card, inputs: readonly Card[], sources: Sources, fractions: boolean): string | null {
  const parts = { inputs, sources, fractions };
  switch (card.origin!.operation) {
    case 'multiply':
    case 'sum-out':
      return listed(parts, ' + ');
    case 'max-out':
      return `max(${listed(parts, ', ')})`;
    case 'normalize':
      return divided(parts);
    case 'restrict':
      return cellName(inputs[0]!.factor, sources.terms[0]![0]!);
  }
}

// The states that make a maximum, "B=f".
export function largestAt({ variables, largest }: Factor, cell: number): string | null {
  const states = largest?.[cell];
  return states ? variables.map((name, index) => `${name}=${states[index]}`).join(', ') : null;
}
