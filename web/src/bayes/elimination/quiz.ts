// The questions of the quiz and what is said of an answer: which variable to eliminate next, what the new
// factor holds, what a cell of it is.
import { equals, parseFraction, toNumber } from './fraction';
import { costOf, mention, neighboursOf } from './interaction';
import type { Criterion, InteractionGraph } from './interaction';
import type { TraceFactor } from '../../lib/engine';

export type QuestionKind = 'next' | 'scope' | 'cell';

export interface Cost {
  readonly name: string;
  readonly cost: number;
}

// ---- The next variable -------------------------------------------------------------------------

// What each variable that may be eliminated would cost, the cheapest first.
export function costsOf(
  graph: InteractionGraph,
  kept: string | null,
  criterion: Criterion,
  statesOf: (name: string) => number,
): Cost[] {
  return [...graph.neighbours.keys()]
    .filter((name) => name !== kept)
    .map((name) => ({ name, cost: costOf(graph, name, criterion, statesOf) }))
    .sort((a, b) => a.cost - b.cost);
}

export interface NextVerdict {
  readonly right: boolean;
  readonly chosen: Cost;
  readonly least: Cost;
  // All of least cost but the chosen one.
  readonly asGood: readonly string[];
}

export function judgeNext(costs: readonly Cost[], name: string): NextVerdict {
  const chosen = costs.find((each) => each.name === name)!;
  const best = costs.filter(({ cost }) => cost === costs[0]!.cost);
  return {
    right: best.includes(chosen),
    chosen,
    least: best[0]!,
    asGood: best.filter((each) => each !== chosen).map((each) => each.name),
  };
}

// ---- The scope ---------------------------------------------------------------------------------

export interface ScopeVerdict {
  readonly right: boolean;
  readonly factors: readonly string[];
  readonly union: readonly string[];
  readonly scope: readonly string[];
  readonly missing: readonly string[];
  // Without the variable itself.
  readonly extra: readonly string[];
  readonly hasItself: boolean;
}

export function judgeScope(factors: readonly TraceFactor[], variable: string, ticked: ReadonlySet<string>): ScopeVerdict {
  const inputs = mention(factors, variable);
  const union = [...new Set(inputs.flatMap(({ scope }) => scope))].sort();
  const scope = union.filter((name) => name !== variable);
  const missing = scope.filter((name) => !ticked.has(name));
  const extra = [...ticked].filter((name) => !union.includes(name)).sort();
  const hasItself = ticked.has(variable);
  const right = missing.length === 0 && extra.length === 0 && !hasItself;
  return { right, factors: inputs.map(({ name }) => name), union, scope, missing, extra, hasItself };
}

// The variables to tick from: all in play, or of many the surroundings and some more.
export function candidatesOf(graph: InteractionGraph, variable: string, most = 16): string[] {
  const near = [variable, ...neighboursOf(graph, variable)];
  const far = [...graph.neighbours.keys()].filter((name) => !near.includes(name));
  return [...near, ...far.slice(0, Math.max(2, most - near.length))].sort();
}

// ---- The cell ----------------------------------------------------------------------------------

export type CellVerdict = 'right' | 'wrong' | 'unreadable' | 'short';

const leastDigits = 3;

// Decimals are right when they are the value rounded to the digits that were typed, three at least;
// fractions, and fewer digits, when they are the value itself.
export function judgeCell(typed: string, value: number, exact: string | null): CellVerdict {
  const answer = parseFraction(typed);
  if (!answer) return 'unreadable';
  const truth = exact === null ? null : parseFraction(exact);
  if (truth && equals(answer, truth)) return 'right';
  const number = toNumber(answer);
  if (Math.abs(number - value) <= 1e-9 * Math.abs(value)) return 'right';
  if (typed.includes('/')) return 'wrong';
  const { digits, unit } = precisionOf(typed);
  if (Math.abs(number - value) > unit * 0.5000001) return 'wrong';
  return digits >= leastDigits ? 'right' : 'short';
}

// Digits that count, and what one of the last place is worth.
function precisionOf(typed: string): { digits: number; unit: number } {
  const [mantissa = '', power = '0'] = typed.trim().toLowerCase().split('e');
  const [whole = '', places = ''] = mantissa.split(/[.,]/);
  return { digits: (whole + places).replace(/^0+/, '').length, unit: 10 ** (Number(power) - places.length) };
}
