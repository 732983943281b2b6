// The words of what is known: menus, likelihoods, interventions, conflicts.
import { formatCount } from '../format';

export const evidenceEnglish = {
  // ---- The menu of a state -------------------------------------------------------------------
  menuOf: (what: string) => `What to do with ${what}`,
  menuButton: (what: string) => `More for ${what}`,
  menuObserve: (what: string) => `Observe ${what}`,
  menuSet: (what: string) => `Set by intervention: do(${what})`,
  menuLikelihood: 'Likelihood…',
  menuClear: 'Clear',
  menuAsk: (variable: string) => `Ask about ${variable}`,

  // ---- Likelihoods ---------------------------------------------------------------------------
  likelihoodOf: (what: string) => `Likelihood of ${what}`,
  likelihoodHelp:
    'How well what was seen fits each state. Only the ratios count: 1 and 0.5 say the same as 2 and 1. All 1 says nothing, 0 rules a state out.',
  likelihoodWrong: 'Each is a number from 0 on, and one of them more than 0.',
  likelihoodDone: 'Done',
  likelihoodClear: 'Clear',
  editFinding: (finding: string) => `Edit ${finding}`,
  withLikelihood: (label: string, likelihood: string) => `${label}, likelihood ${likelihood}`,

  // ---- Kinds of findings ---------------------------------------------------------------------
  findingKinds: { observed: 'observed', likelihood: 'likelihood', set: 'set' },
  stateSetLabel: (variable: string, state: string) => `${variable} = ${state}, set from outside`,
  setNote: (names: string[]) =>
    names.length === 1
      ? `Set from outside: ${names[0]} does not listen to its parents.`
      : `Set from outside: ${names.join(', ')} do not listen to their parents.`,
  setMark: 'do',
  pEvidenceSet: 'P(e | do)',
  evidenceTitleSet: 'Probability of what is observed, in the network with the arrows into what is set cut; what is set does not count itself',
  evidenceTitleLikelihood: 'Probability of the evidence; the numbers of a likelihood count as they are written, divided by the largest where that is more than 1',

  // ---- Impossible evidence -------------------------------------------------------------------
  conflictTitle: (count: number) =>
    count === 1 ? 'This can never be' : `These ${formatCount(count)} observations cannot occur together`,
  conflictAlone: (finding: string) => `${finding} has probability 0, whatever else is observed.`,
  conflictPair: 'Each of the two is possible, but not with the other.',
  conflictMany: 'Leave out any one of them and the rest is possible: together they are not.',
  conflictForced: (others: string[], variable: string, states: string[]) =>
    `Given ${others.join(', ')}, ${variable} can only be ${states.join(' or ')}.`,
  conflictSet: (set: string[]) => `This holds while ${set.join(', ')} ${set.length === 1 ? 'is' : 'are'} set from outside.`,
  conflictOthers: (others: string[]) => `Not to blame: ${others.join(', ')}.`,
  conflictClear: 'Clear one of them:',
  conflictMark: 'in conflict',
};
