// Why findings cannot be together, checked by questions: what is possible without each of them, and
// what the rest leave open for one.
import type { Knowledge, NetworkHandle } from '../../lib/engine';
import { fixedState, knowledgeOf } from '../knowledge';
import type { Finding, Findings } from '../knowledge';
import type { BayesSession } from '../session.svelte';

export interface Reason {
  // Each of them can be left out for the rest to be possible.
  minimal: boolean;
  // The states that are left for an observed one, given the others.
  forced: { name: string; states: string[] } | null;
}

// Questions are quick, but there may be one for each finding.
const mostChecked = 8;

// What is set from outside stays so: it is no observation that could be wrong.
function knowledgeWith(session: BayesSession, kept: readonly Finding[]): Knowledge {
  const set = [...session.findings.values()].filter(({ kind }) => kind === 'set');
  const findings: Findings = new Map([...set, ...kept].map((finding) => [finding.name, finding]));
  return knowledgeOf(findings, (name) => session.find(name));
}

export async function reasonOf(session: BayesSession, conflict: readonly Finding[]): Promise<Reason | null> {
  const { network } = session;
  if (!network || conflict.length < 2 || conflict.length > mostChecked) return null;
  const without = (left: Finding) => conflict.filter((finding) => finding !== left);
  const possible = (left: Finding) => isPossible(network, knowledgeWith(session, without(left)));
  const minimal = (await Promise.all(conflict.map(possible))).every(Boolean);
  const told = conflict.findLast(({ kind }) => kind === 'observed');
  const states = told && minimal ? await statesLeft(network, told.name, knowledgeWith(session, without(told))) : [];
  return { minimal, forced: states.length > 0 ? { name: told!.name, states } : null };
}

async function isPossible(network: NetworkHandle, knowledge: Knowledge): Promise<boolean> {
  try {
    await network.query({ ...knowledge, targets: [openVariable(network, knowledge)] });
    return true;
  } catch {
    return false;
  }
}

// A question needs something to ask about; any variable that is not certain does.
function openVariable(network: NetworkHandle, { evidence = {}, do: set = {} }: Knowledge): string {
  return network.variables.find(({ name }) => !(name in evidence) && !(name in set))!.name;
}

async function statesLeft(network: NetworkHandle, name: string, knowledge: Knowledge): Promise<string[]> {
  const { posteriors } = await network.query({ ...knowledge, targets: [name] });
  return Object.entries(posteriors[name] ?? {}).flatMap(([state, p]) => (p > 0 ? [state] : []));
}

// The findings of a conflict, and the observations and likelihoods that have nothing to do with it.
export function partsOf(session: BayesSession): { conflict: Finding[]; others: Finding[]; set: Finding[] } {
  const all = [...session.findings.values()];
  const inConflict = ({ name }: Finding) => session.conflict.includes(name);
  return {
    conflict: all.filter((finding) => inConflict(finding)),
    others: all.filter((finding) => !inConflict(finding) && finding.kind !== 'set'),
    set: all.filter((finding) => !inConflict(finding) && fixedState(finding) !== undefined && finding.kind === 'set'),
  };
}
