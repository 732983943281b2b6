// The words of the page in English, but for those of views that are loaded when they are first shown:
// each of these has words of its own (NAME.en.ts, NAME.zh.ts and NAME.ts beside this file), loaded with it.
// Another language is another object of type Catalogue.
import { formatCount, formatPercent } from '../format';
import { eliminationEnglish } from './elimination.en';
import { editEnglish } from './edit.en';
import { evidenceEnglish } from './evidence.en';

export const english = {
  product: 'Likelore',
  skip: 'Skip to the content',
  viewBayes: 'Bayesian network',
  viewNaive: 'Naive Bayes',
  viewTokens: 'Tokens',
  viewLanguage: 'Language model',
  views: 'Views',
  toDark: 'Switch to the dark theme',
  toLight: 'Switch to the light theme',
  local: 'Everything is computed in your browser. Files you open never leave this machine.',
  dropHere: 'Drop to open',
  dismiss: 'Dismiss',
  inLanguage: 'The page is in English now.',
  languageFailed: 'The other language could not be loaded; try again when there is a connection',

  // ---- Bayesian network: opening -------------------------------------------------------------
  network: 'Network',
  openNetwork: 'Open…',
  openNetworkHint: 'Open a network file (BIF, XMLBIF, HUGIN .net, XDSL, UAI or JSON), or drop it anywhere on the page',
  exampleGroup: 'Examples',
  generatedExample: (count: number) => `Generated: ${formatCount(count)} nodes`,
  opening: 'Opening…',
  ownFile: (name: string) => `${name} (your file)`,
  examples: {
    abcd: 'Exercise: A, B, C and D',
    asia: 'Asia: chest clinic',
    cancer: 'Cancer',
    earthquake: 'Earthquake',
    homework: 'Homework: burglar alarm',
    'homework-structure': 'Homework: structure alone',
    'monty-hall': 'Monty Hall',
    'naive-bayes': 'Naive Bayes: cold, flu or allergy',
    sprinkler: 'Sprinkler',
    student: 'Student',
  },
  noExample: (id: string) => `There is no example named ${id}`,
  cannotOpen: 'This file cannot be opened',
  normalizeAndOpen: 'Normalise the rows and open',
  cannotCompute: 'This cannot be computed',
  exact: 'Fractions',
  exactTitle: 'Show exact fractions wherever there is room for them',
  reckoning: 'Computing fractions…',
  noFractions: 'There are no fractions for this; the decimals stand',
  // A fraction of that many characters in all, of which only the beginnings are shown.
  fractionLength: (characters: number) => `(${formatCount(characters)} characters)`,
  fraction: 'Fraction',
  engineFailed: 'The engine could not start; reload the page to try again',
  lineAndColumn: (line: number, column?: number) => (column ? `line ${line}, column ${column}` : `line ${line}`),
  byte: (offset: number) => `byte ${offset}`,

  // ---- Graph ---------------------------------------------------------------------------------
  showAs: 'Show as',
  graph: 'Graph',
  table: 'Table',
  graphLabel: (network: string) => `Graph of the network ${network}`,
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  zoomFit: 'Fit',
  zoomFitTitle: 'Show the whole network',
  stateLabel: (variable: string, state: string, p: string | undefined, observed: boolean) =>
    observed
      ? `${variable} = ${state}, observed`
      : `${variable} = ${state}${p === undefined ? '' : `, probability ${p}`}`,
  askAbout: (variable: string) => `Ask about ${variable}`,
  variable: 'Variable',
  state: 'State',
  probability: 'Probability',
  observation: 'Observed',
  observe: 'Observe',
  observeOne: (variable: string, state: string) => `Observe ${variable} = ${state}`,
  clear: 'Clear',
  tableCaption: 'Probability of every state, given the evidence',

  // ---- Graph: getting about ------------------------------------------------------------------
  graphHelp:
    'Click a state to observe it, click it again to clear it; drag its bar for a likelihood; click it with the right button, or rest a finger on it, for more. Click a name to ask about that variable. Drag nodes by their names, or the ground; Ctrl with the wheel, or two fingers, zooms.',
  graphKeys: 'Keys',
  graphKeyList: [
    ['Arrow keys', 'move between the states and nodes'],
    ['Enter', 'observes the state, asks about the name, opens “more”, or goes nearer to a small node'],
    ['D', 'opens the menu of the state: observe, set by intervention, likelihood, clear (also Shift + F10)'],
    ['L', 'opens the likelihood of the node'],
    ['Shift + arrow keys', 'move the node itself'],
    ['+ − 0', 'zoom in, zoom out, show all'],
    ['Ctrl + F', 'finds a node by its name'],
  ],
  graphShown: (shown: number, all: number) =>
    `${formatCount(shown)} of ${formatCount(all)} nodes are shown; the table has them all.`,
  layingOut: 'Laying out…',
  tidy: 'Tidy',
  tidyTitle: 'Lay the network out again and forget where nodes were moved',
  search: 'Find…',
  searchTitle: 'Find a node by its name (Ctrl+F in the graph)',
  searchLabel: 'Part of a name',
  searchHits: 'Nodes found',
  searchClose: 'Close the search',
  searchCount: (count: number) =>
    count === 0 ? 'No node has this in its name' : `${formatCount(count)} ${count === 1 ? 'node' : 'nodes'}`,
  smallNodeLabel: (
    variable: string,
    best: { state: string; p: number } | null,
    observed: boolean,
    asked: boolean,
  ) =>
    [
      variable,
      best === null ? '' : observed ? `observed ${best.state}` : `most probably ${best.state}, ${formatPercent(best.p)}`,
      asked ? 'asked about' : '',
      'show it larger',
    ]
      .filter((part) => part !== '')
      .join(', '),
  moreStates: (count: number) => `… ${formatCount(count)} more`,
  moreStatesOf: (variable: string, count: number) => `${variable}: show ${formatCount(count)} more states`,
  fewerStates: 'Show fewer',
  fewerStatesOf: (variable: string) => `${variable}: show fewer states`,
  parentMark: 'parent',
  childMark: 'child',
  relationMarks: { left: 'X', right: 'Y', given: 'known', blocking: 'blocks' },

  // ---- Editing -------------------------------------------------------------------------------
  edit: editEnglish,

  // ---- Evidence ------------------------------------------------------------------------------
  evidence: 'Evidence',
  computing: 'Computing…',
  noEvidence: 'nothing observed yet: click a state',
  clearAll: 'Clear all',
  clearOne: (variable: string, state: string) => `Clear ${variable} = ${state}`,
  clearFinding: (finding: string) => `Clear ${finding}`,
  impossible: 'These observations cannot occur together',
  impossibleNoSteps: 'There are no steps to show while the evidence is impossible.',
  pEvidence: 'P(e)',
  log10Evidence: 'log₁₀ P(e)',
  log10Z: 'log₁₀ Z',
  evidenceTitle: 'Probability of the evidence',

  ...evidenceEnglish,

  // ---- Panels --------------------------------------------------------------------------------
  panelsLabel: 'What to do with the network',
  panels: {
    elimination: 'Elimination',
    factors: 'Factors',
    independence: 'Independence',
    tables: 'Tables',
    observe: 'Observe next',
    report: 'Solution',
  },
  // By the remedies of the core.
  remedies: {
    normalize: 'Divide the numbers of the row by their sum in the file.',
    unseen: 'Leave that entry blank.',
    ignore: 'Fill in the column, or delete it.',
  },
  panelFailed: 'This panel could not be loaded; try again when there is a connection',
  viewFailed: 'This view could not be loaded; try again when there is a connection',

  // ---- Worked solution -----------------------------------------------------------------------
  saveAs: 'Save as',
  saveAsFormat: (format: string) => `Save as ${format}`,
  cannotSave: 'This cannot be saved',

  // ---- Elimination ---------------------------------------------------------------------------
  elimination: 'Variable elimination, step by step',
  target: 'Ask about',
  order: 'Order',
  orders: {
    'min-fill': 'min-fill',
    'min-weight': 'min-weight',
    'min-degree': 'min-degree',
    'weighted-min-fill': 'weighted min-fill',
    optimal: 'optimal (small networks)',
    own: 'my own order',
  },
  timeline: 'Steps',
  timelineHelp:
    'Drag the variables to change the order, or select one and move it with the arrows beside it (keyboard: Alt with the left or right arrow).',
  start: 'Start',
  result: 'Result',
  eliminate: (variable: string) => `Eliminate ${variable}`,
  moveEarlier: 'Eliminate earlier',
  moveLater: 'Eliminate later',
  first: 'First step',
  previous: 'Previous step',
  next: 'Next step',
  last: 'Last step',
  play: 'Play',
  pause: 'Pause',
  startText: (count: number) =>
    `With the observations put in, the joint distribution is the product of ${count} ${count === 1 ? 'factor' : 'factors'}. Each step multiplies the factors that mention one variable and sums that variable out.`,
  nothingToEliminate: 'No other variable matters here: the result is only a normalisation.',
  targetObserved: (variable: string) => `${variable} is observed, so there is nothing left to ask. Choose another variable.`,
  multiplyText: (variable: string, count: number) =>
    count === 1
      ? `One factor mentions ${variable}; it is summed as it stands.`
      : `${count} factors mention ${variable}. Multiplied, they form the join:`,
  joinOver: (names: string[]) => `Join over {${names.join(', ')}}`,
  sumOut: (variable: string) => `sum out ${variable}`,
  formula: 'Formula of this step',
  question: 'The question as a formula',
  allOnes: '= 1, whatever the numbers',
  remaining: 'Remaining factors',
  resultText: 'Multiply what remains and divide by its sum:',
  sizes: 'Sizes of the tables',
  sizesHelp: 'Size is the number of unobserved variables in the scope; cells is the number of entries.',
  sizesColumns: {
    step: 'Eliminate',
    join: 'Join',
    generated: 'Generated',
    multiplications: 'Multiplications',
    additions: 'Additions',
  },
  size: (size: number, cells: number) =>
    `size ${size}, ${formatCount(cells)} ${cells === 1 ? 'cell' : 'cells'}`,
  namedSize: (name: string, size: number, cells: number): string => `${name}: ${english.size(size, cells)}`,
  sizeShort: (size: number, cells: number) => `${size} · ${formatCount(cells)}`,
  sizeShortTitle: 'size · cells',
  largestGenerated: 'Largest generated factor',
  largestJoin: 'Largest join',
  largestInitial: 'Largest initial factor',
  total: 'Total',
  factorTable: (name: string) => `Table of ${name}`,
  noValues: 'This network has no numbers. Its structure alone is enough to eliminate variables.',
  moreRows: (count: number) => `Show ${formatCount(count)} more rows`,
  none: 'none',
  value: 'value',

  steps: eliminationEnglish,

  // ---- Language model ------------------------------------------------------------------------
  bundledModel: 'Moby-Dick, character by character',
  ownModel: 'Your checkpoint',
  missingFiles: (names: string[]) =>
    `A checkpoint has three files; missing: ${names.join(', ')}. Select the whole folder, or all its files together.`,
  cannotWrite: 'The model cannot go on',
};

export type Catalogue = typeof english;
