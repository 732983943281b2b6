// What is known of the variables: observed states, likelihoods, states that are set from outside.
// Of a variable one thing is known at most.
import type { Evidence, Knowledge, Variable } from '../lib/engine';

export type Finding =
  | { kind: 'observed'; name: string; state: string }
  // A number for each state, in their order; only their ratios matter.
  | { kind: 'likelihood'; name: string; numbers: number[] }
  // Pearl's do: the variable does not listen to its parents any more.
  | { kind: 'set'; name: string; state: string };

export type Findings = ReadonlyMap<string, Finding>;

export const nothingKnown: Findings = new Map();

export function withFinding(findings: Findings, finding: Finding): Findings {
  return new Map(findings).set(finding.name, finding);
}

export function withoutFinding(findings: Findings, name: string): Findings {
  return new Map([...findings].filter(([known]) => known !== name));
}

// The likelihood of each of so many states: 1 where nothing else has been said.
export function likelihoodOf(finding: Finding | undefined, count: number): number[] {
  return finding?.kind === 'likelihood' ? finding.numbers : Array.from({ length: count }, () => 1);
}

// A likelihood that is 1 of every state is none.
export function saysNothing(finding: Finding | undefined): boolean {
  return finding?.kind === 'likelihood' && finding.numbers.every((number) => number === 1);
}

// Whether these can be a likelihood.
export function isLikelihood(numbers: readonly number[]): boolean {
  return numbers.every((number) => number >= 0 && Number.isFinite(number)) && numbers.some((number) => number > 0);
}

// The state that is certain, if one is.
export function fixedState(finding: Finding | undefined): string | undefined {
  return finding && finding.kind !== 'likelihood' ? finding.state : undefined;
}

// As the core is asked.
export function knowledgeOf(findings: Findings, find: (name: string) => Variable | undefined): Knowledge {
  const all = [...findings.values()];
  const states = (kind: 'observed' | 'set'): Evidence =>
    Object.fromEntries(all.flatMap((finding) => (finding.kind === kind ? [[finding.name, finding.state]] : [])));
  const likelihoods = Object.fromEntries(
    all.flatMap((finding) => {
      if (finding.kind !== 'likelihood') return [];
      const names = find(finding.name)?.states ?? [];
      return [[finding.name, Object.fromEntries(names.map((state, index) => [state, finding.numbers[index] ?? 0]))]];
    }),
  );
  return { evidence: states('observed'), likelihoods, do: states('set') };
}

// ---- In the address ----------------------------------------------------------------------------

// e.VARIABLE=state, l.VARIABLE=numbers with spaces between, do.VARIABLE=state.
export function addressOf(findings: Findings): [string, string][] {
  return [...findings.values()].map((finding) => {
    if (finding.kind === 'observed') return [`e.${finding.name}`, finding.state];
    if (finding.kind === 'set') return [`do.${finding.name}`, finding.state];
    return [`l.${finding.name}`, finding.numbers.join(' ')];
  });
}

// An address may be older than the network it names: what does not exist any more is left out.
export function findingsOf(
  address: URLSearchParams,
  find: (name: string) => Variable | undefined,
): Findings {
  const findings = new Map<string, Finding>();
  for (const [key, value] of address) {
    const [, kind, name = ''] = /^(e|l|do)\.(.*)$/s.exec(key) ?? [];
    const variable = find(name);
    const finding = kind && variable ? findingOf(kind, variable, value) : null;
    if (finding) findings.set(name, finding);
  }
  return findings;
}

function findingOf(kind: string, { name, states }: Variable, value: string): Finding | null {
  if (kind === 'l') {
    const numbers = value.split(' ').map(Number);
    return numbers.length === states.length && isLikelihood(numbers) ? { kind: 'likelihood', name, numbers } : null;
  }
  if (!states.includes(value)) return null;
  return { kind: kind === 'e' ? 'observed' : 'set', name, state: value };
}
