// The core takes a likelihood of X as an observed child of X, "likelihood of X" in its state "seen". Here
// its table is λ(X), as in the textbooks.
import type { Knowledge, Trace } from '../../lib/engine';

export function likelihoodName(variable: string): string {
  return `λ(${variable})`;
}

export function withLikelihoodsNamed(trace: Trace, variables: readonly string[]): Trace {
  if (variables.length === 0) return trace;
  const rename = (text: string) => variables.reduce(renameOne, text);
  const named = JSON.stringify(trace, (_, value: unknown) => (typeof value === 'string' ? rename(value) : value));
  return JSON.parse(named) as Trace;
}

function renameOne(text: string, variable: string): string {
  const child = `likelihood of ${variable}`;
  const name = likelihoodName(variable);
  if (text === child) return name;
  return text.replaceAll(`P(${child}=seen|${variable})`, name).replaceAll(`${child}=seen`, name);
}

// The question as an expression: P(lung|dysp=yes,do(tub=yes),λ(xray)). Of a variable that is observed, only
// the probability of all that is observed can be asked.
export function questionOf(target: string, { evidence = {}, do: set = {}, likelihoods = {} }: Knowledge): string {
  const observed = Object.entries(evidence).map(([name, state]) => `${name}=${state}`);
  const others = [
    ...Object.entries(set).map(([name, state]) => `do(${name}=${state})`),
    ...Object.keys(likelihoods).map(likelihoodName),
  ];
  const asksEvidence = target in evidence;
  const given = asksEvidence ? others : [...observed, ...others];
  return `P(${asksEvidence ? observed.join(',') : target}${given.length > 0 ? `|${given.join(',')}` : ''})`;
}
