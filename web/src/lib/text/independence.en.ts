// The words of the panel of independence, in English.
import { formatCount } from '../format';

const list = (names: readonly string[]) =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
const trails = (count: number, directed: boolean) =>
  `${formatCount(count)} ${directed ? 'trail' : 'path'}${count === 1 ? '' : 's'}`;

export const independenceEnglish = {
  title: 'Independence',
  tooFew: 'Independence is between two variables; this network has one.',

  // ---- The question
  left: 'X',
  right: 'Y',
  given: 'Known (Z)',
  swap: 'Swap X and Y',
  nothingKnown: 'nothing',
  addKnown: 'Add…',
  addKnownLabel: 'A variable that is known; part of its name',
  hits: 'Variables found',
  noHit: 'No other variable has this in its name',
  takeObserved: 'Take what is observed',
  takeObservedTitle: 'Known are the variables of the evidence, whichever states they have',
  forgetAll: 'Forget all',
  forget: (name: string) => `${name} is known; forget it`,
  picking: 'A click on a name in the graph chooses',
  roles: { left: 'X', right: 'Y', given: 'known' },
  pickRight: (name: string) => `Choose ${name} as Y`,
  pickGiven: (name: string) => `${name} as a known variable`,
  question: (left: string, right: string, given: readonly string[]) =>
    `Is ${left} independent of ${right}${given.length > 0 ? `, given ${list(given)}` : ''}?`,

  // ---- All variables at once
  all: 'all others',
  ofWhich: (left: string, given: readonly string[]) =>
    `Which variables is ${left} independent of${given.length > 0 ? `, given ${list(given)}` : ''}?`,
  independents: (count: number, directed: boolean): string =>
    `Independent (${directed ? 'd-separated' : 'separated'}): ${formatCount(count)}`,
  dependents: (count: number, directed: boolean): string =>
    `Not made independent (${directed ? 'd-connected' : 'connected'}): ${formatCount(count)}`,
  independentsWhy: 'Whatever the numbers.',
  dependentsWhy: 'Numbers can happen to make one of them independent all the same.',
  none: 'None.',
  pressOne: 'Press a variable to see why: it becomes Y.',

  // ---- The verdict
  byStructure: 'By the structure',
  byNumbers: 'By the numbers',
  decided: (independent: boolean, how: string) => `${independent ? 'Yes' : 'No'}: ${how}`,
  separated: (directed: boolean): string => (directed ? 'd-separated' : 'separated'),
  connected: (directed: boolean): string => (directed ? 'd-connected' : 'connected'),
  separatedWhy: (directed: boolean, some: boolean) => {
    const trail = directed ? 'trail' : 'path';
    const why = some ? `Every ${trail} is blocked` : `No ${trail} leads from one to the other`;
    return `${why}, so that they are independent whatever the numbers.`;
  },
  connectedWhy: (directed: boolean) =>
    `A ${directed ? 'trail' : 'path'} is active, so that the structure does not make them independent.`,
  equal: 'equal',
  different: 'different',
  equalExactly: 'All the conditional probabilities are equal, compared as fractions.',
  equalWithin: (tolerance: string, largest: string) =>
    `No conditional probability differs by more than ${tolerance}; the largest difference is ${largest}.`,
  largest: (difference: string) => `The largest difference is ${difference}:`,
  nothingToCompare: 'There is nothing to compare: of Y only one state is possible.',
  noNumbers: 'This network has no numbers; the structure alone answers.',
  notCompared: 'The numbers were not compared:',
  agree: 'Both say the same.',
  disagree:
    'They disagree: these numbers happen to make them independent, though a trail is active. With other numbers in the tables they would depend on each other.',
  disagreeByRounding: 'They disagree: the numbers differ by more than rounding explains.',
  asking: 'Looking for trails…',

  // ---- Trails
  trails: (directed: boolean): string => (directed ? 'Trails' : 'Paths'),
  count: (all: number, active: number, countedAll: boolean, directed: boolean) =>
    countedAll
      ? `${trails(all, directed)}, ${formatCount(active)} active`
      : `More than ${trails(all, directed)}, at least ${formatCount(active)} active; counting ended there`,
  more: (count: number, countedAll: boolean) =>
    `… ${countedAll ? '' : 'more than '}${formatCount(count)} more; the shortest are listed.`,
  noTrails: 'No way along the arrows, in whichever direction, leads from one to the other.',
  trailsHelp: 'Point at a trail, or move to it with the Tab key, to see it in the graph; press it to keep it there.',
  active: 'active',
  blockedAt: (name: string) => `blocked at ${name}`,
  trailLabel: (verdict: string, spoken: string) => `${verdict}: ${spoken}`,
  from: (name: string) => `from ${name}`,
  along: (name: string) => `with the arrow to ${name}`,
  against: (name: string) => `against the arrow to ${name}`,
  edgeTo: (name: string) => `along the edge to ${name}`,
  join: (parts: readonly string[]) => parts.join(', '),
  kinds: { chain: 'chain', fork: 'fork', collider: 'collider', undirected: 'on the path' },
  reasons: {
    passed: () => 'not known, so it lets the trail pass.',
    known: () => 'known, which blocks the trail here.',
    'known collider': () => 'known, which opens the trail here.',
    'known descendant': (descendant: string) => `its descendant ${descendant} is known, which opens the trail here.`,
    'closed collider': () => 'neither it nor a descendant of it is known, which blocks the trail here.',
  },
  direct: (directed: boolean) =>
    `An ${directed ? 'arrow' : 'edge'} leads straight from one to the other: nothing can block it.`,
  opens: 'open',
  blocks: 'blocks',
  junctions: 'Its variables, one by one',

  // ---- What would change it
  change: 'What would change the verdict',
  changeTo: (verdict: string) => `Then they would be ${verdict}.`,
  alsoKnow: (names: readonly string[]) => `Also know ${list(names)}`,
  forgetThese: (names: readonly string[]) => `Forget ${list(names)}`,
  alsoKnowAndForget: (added: readonly string[], removed: readonly string[]) =>
    `Also know ${list(added)} and forget ${list(removed)}`,
  obstacles: {
    arrow: 'Nothing one could know separates them: an arrow joins them.',
    edge: 'Nothing one could know separates them: an edge joins them.',
    'no separator': 'Nothing one could know separates them.',
    'no trail': 'Nothing one could know connects them.',
  },

  // ---- The numbers beside each other
  compare: 'The numbers side by side',
  compareHelp: 'Which states:',
  stateOf: (name: string) => `State of ${name}`,
  difference: 'Difference',
  cannotHappen: 'These states cannot occur together, so there is nothing to compare. Choose others.',
};
