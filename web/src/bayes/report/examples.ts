// One question of each kind, in the names of the network that is open: to be read, or to be asked.
import type { Variable } from '../../lib/engine';
import { independenceQuestion, list, posteriorQuestion, quoted } from './questions';

export const exampleKinds = [
  'joint',
  'posterior',
  'table',
  'comparison',
  'conditional',
  'trace',
  'orders',
  'independence',
] as const;
export type ExampleKind = (typeof exampleKinds)[number];

// Of more variables, an example of all of them would be hard to read.
const mostNames = 5;

export function exampleQuestions(variables: readonly Variable[]): Partial<Record<ExampleKind, string>> {
  const [a, b, c, d] = variables;
  if (!a) return {};
  const term = termOf(variables);
  const all = variables.length <= mostNames ? variables : variables.slice(0, 2);
  const examples: Partial<Record<ExampleKind, string>> = { joint: `P(${all.map(term).join(', ')})` };
  if (!b) return { ...examples, table: posteriorQuestion(a.name, []) };
  examples.posterior = `P(${term(a)} | ${term(b)})`;
  examples.table = `P(${quoted(a.name)} | ${term(b)})`;
  examples.comparison = `P(${term(a)}) = P(${term(a)} | ${term(b)}) ?`;
  examples.trace = `trace P(${quoted(a.name)} | ${term(b)})`;
  examples.independence = independenceQuestion(a.name, b.name, c ? [c.name] : []);
  if (c) examples.conditional = `P(${term(a)} | ${term(c)}) = P(${term(a)} | ${term(c)}, ${term(b)}) ?`;
  const others = variables.slice(2).map(({ name }) => name);
  if (d && others.length <= mostNames)
    examples.orders = `orders P(${quoted(a.name)} | ${term(b)}): ${list(others)}; ${list(others.toReversed())}`;
  return examples;
}

// That a variable is in its first state: +a where names are letters, as on paper, else name=state.
function termOf(variables: readonly Variable[]): (variable: Variable) => string {
  const names = new Set(variables.map(({ name }) => name.toLowerCase()));
  const asOnPaper =
    names.size === variables.length &&
    variables.every(({ name, states }) => /^\p{L}$/u.test(name) && states.length === 2);
  return ({ name, states }) => (asOnPaper ? `+${name.toLowerCase()}` : `${quoted(name)}=${quoted(states[0] ?? '')}`);
}
