// The elimination step by step, in English: cells, the interaction graph, orders compared, the quiz.
import { formatCount } from '../format';

const many = (count: number, one: string, more: string) => `${formatCount(count)} ${count === 1 ? one : more}`;

export const englishElimination = {
  views: 'What to do with the steps',
  viewNames: { steps: 'Steps', compare: 'Compare orders', quiz: 'Quiz' },
  pruned: 'Not needed for this question:',
  more: (count: number) => `… ${formatCount(count)} more`,
  fewer: 'Show fewer',
  list: (names: readonly string[]) => names.join(', '),
  likelihoodSign: (signs: readonly string[]) =>
    `${signs.join(', ')}: the likelihood of each state.`,
  withheld: (most: number) =>
    `Numbers are shown of up to ${formatCount(most)} cells, and computed with all the same. Another order may keep the table smaller.`,
  jointTitle: 'Joint probability',
  jointText: 'All variables are known: the answer is the product of one entry of each table.',
  jointEntry: 'Entry',
  jointProduct: 'Product',
  toSolution: 'Write it up',

  // ---- Getting about ---------------------------------------------------------------------------
  scrub: 'Place in the steps',
  inDetail: 'In detail',
  inDetailTitle: 'Join, sum and new factor one after the other',
  phases: { join: 'join', sum: 'sum out', new: 'new factor' },
  placeOf: (step: number, all: number, phase: string | null) =>
    `Step ${step} of ${all}${phase === null ? '' : `: ${phase}`}`,
  tabulated: (shown: number, all: number) => `${formatCount(shown)} of ${formatCount(all)} tables`,

  // ---- Cells -----------------------------------------------------------------------------------
  cells: 'How a cell comes about',
  cellsHint: 'Point at a number, tap it, or go through a table with the arrow keys, to see what it is made of.',
  clearCell: 'Let go of the cell',
  showJoin: 'Show the join',
  hideJoin: 'Hide the join',
  joinTable: (names: readonly string[]) => `Table of the join over ${names.join(', ')}`,
  moreTerms: (count: number) => `${formatCount(count)} more`,
  usedIn: (cell: string, products: number, cells: number, isResult: boolean) =>
    `${cell} is a factor of ${many(products, 'product', 'products')}, and of ${many(cells, 'cell', 'cells')} of ${
      isResult ? 'the result' : 'the new factor'
    }.`,
  sumOverJoin: (variable: string) => `Add up the cells that differ in ${variable} alone:`,

  // ---- Interaction graph -----------------------------------------------------------------------
  interaction: 'Interaction graph',
  interactionHelp: 'Variables are connected when a factor that is left holds both.',
  showAs: 'Show the interaction graph as',
  graph: 'Drawn',
  table: 'Listed',
  graphLabel: (variables: number, edges: number) =>
    `Interaction graph: ${many(variables, 'variable', 'variables')}, ${many(edges, 'edge', 'edges')}`,
  aroundLabel: (variable: string) => `Interaction graph around ${variable}`,
  eliminated: 'eliminated now',
  neighbour: 'neighbour',
  asked: 'asked about',
  fillIn: 'fill-in edge',
  fillInText: (variable: string, edges: readonly string[]) =>
    edges.length === 0
      ? `${variable} adds no edge: its neighbours are connected already.`
      : `${variable} adds ${many(edges.length, 'fill-in edge', 'fill-in edges')}: ${edges.slice(0, 12).join(', ')}${
          edges.length > 12 ? `, … ${formatCount(edges.length - 12)} more` : ''
        }.`,
  nothingLeft: 'Only what is asked about is left.',
  beforeText: 'Before the first elimination.',
  tooMany: (variables: number, edges: number) =>
    `${many(variables, 'variable', 'variables')} and ${many(edges, 'edge', 'edges')} are too many to draw. Each step shows what is around the variable that it eliminates.`,
  onlyAround: (variable: string, all: number) =>
    `Only ${variable} and its neighbours are drawn, of ${many(all, 'variable', 'variables')} in play.`,
  columns: { variable: 'Eliminate', neighbours: 'Neighbours', fillIn: 'Fill-in edges' },
  none: 'none',

  // ---- Files -----------------------------------------------------------------------------------
  saveSteps: 'Save the worked steps as',
  saveOrders: 'Save the comparison as',
  saved: (name: string) => `${name} has been saved`,
  cannotSave: 'This document could not be written',

  // ---- Orders compared -------------------------------------------------------------------------
  compare: 'Orders compared',
  addOrder: 'Add an order',
  addOrderHint: 'variables, first to last: E, H, A',
  add: 'Add',
  addCurrent: 'Add the order on show',
  unknownVariable: (name: string) => `There is no open variable named ${name}`,
  emptyOrder: 'Name at least one variable',
  twiceInOrder: (name: string) => `${name} is named twice`,
  targetInOrder: (name: string) => `${name} is asked about, so it is not eliminated`,
  takeOrder: (order: string) => `Take the order ${order}`,
  removeOrder: (order: string) => `Remove the order ${order}`,
  inUse: 'on show',
  best: 'best',
  orderColumns: {
    order: 'Order',
    width: 'Width',
    generated: 'Largest generated',
    join: 'Largest join',
    initial: 'Largest initial',
    cells: 'Generated cells',
  },
  refused: 'No such order:',
  widthHelp: 'Width is the number of variables of the largest join, less one. ★ marks the best of a column.',
  chart: 'Cells of the join at each step',
  chartHelp: 'Each bar is the join of a step, its darker part the factor that is left of it; the scale is logarithmic.',
  chartShowAs: 'Show the sizes as',
  chartLabel: (order: string, sizes: readonly string[]) =>
    `${order}: ${sizes.slice(0, 40).join(', ')}${sizes.length > 40 ? ', …' : ''}`,
  barTitle: (step: number, variable: string, join: number, generated: number) =>
    `Step ${step}, ${variable}: join of ${many(join, 'cell', 'cells')}, new factor of ${formatCount(generated)}`,
  stepColumn: (step: number) => `Step ${step}`,
  inWords: 'In words',
  comparing: 'Comparing…',
  noElimination: 'Nothing is to be eliminated, so there is nothing to compare.',

  // ---- Quiz ------------------------------------------------------------------------------------
  quiz: 'Quiz',
  quizHelp: 'Answer first; what is right, and why, follows.',
  score: (right: number, asked: number) => `${right} of ${asked} right`,
  questionOf: (step: number, all: number) => `Step ${step} of ${all}`,
  criterion: 'By the rule',
  askNext: (rule: string) => `Which variable is best eliminated next, by ${rule}?`,
  askScope: (variable: string) => `${variable} is eliminated now. Which variables does the new factor hold?`,
  askCell: (cell: string) => `What is ${cell}?`,
  askCellHint: 'A number with three digits at least, or a fraction',
  noneOfThem: 'Tick none if the new factor is a mere number.',
  factorsNow: 'The factors',
  check: 'Check',
  giveUp: 'Tell me',
  nextQuestion: 'Next question',
  startAgain: 'Start again',
  right: 'Right.',
  wrong: 'Not quite.',
  told: 'The answer:',
  finished: (right: number, asked: number) => `That was the last step: ${right} of ${asked} right.`,
  choose: 'Choose a variable first.',
  notNumber: 'This is neither a number nor a fraction such as 3/8.',
  needDigits: 'So far it agrees: give three digits at least.',
  costs: {
    'min-fill': (variable: string, cost: number) =>
      cost === 0 ? `${variable} adds no edge` : `${variable} adds ${many(cost, 'edge', 'edges')}`,
    'min-degree': (variable: string, cost: number) => `${variable} has ${many(cost, 'neighbour', 'neighbours')}`,
    'min-weight': (variable: string, cost: number) =>
      `${variable} makes a factor of ${many(cost, 'cell', 'cells')}`,
    'weighted-min-fill': (variable: string, cost: number) =>
      cost === 0 ? `${variable} adds no edge` : `${variable} adds edges of weight ${formatCount(cost)}`,
  },
  whyNext: (chosen: string, least: string, alone: boolean) =>
    alone ? `${chosen}: nothing costs less.` : `${chosen}; ${least}.`,
  alsoBest: (names: readonly string[]) => `As good: ${names.join(', ')}.`,
  orderTakes: (variable: string) => `The order on show goes on with ${variable}.`,
  costTable: 'What each would cost',
  costColumns: { variable: 'Variable', cost: 'Cost' },
  whyScope: (variable: string, factors: readonly string[], union: readonly string[], scope: readonly string[]) =>
    `${factors.join(' and ')} ${factors.length === 1 ? 'mentions' : 'mention'} ${variable}. Together they hold {${union.join(', ')}}; without ${variable} that is {${scope.join(', ')}}.`,
  missing: (names: readonly string[], variable: string) =>
    `Missing: ${names.join(', ')}, in a factor together with ${variable}.`,
  extra: (names: readonly string[], variable: string) =>
    `Too many: ${names.join(', ')}, in no factor together with ${variable}.`,
  extraItself: (variable: string) => `${variable} itself is summed out.`,
  whyCell: 'The products of the cells that go together, added up:',
  noQuiz: 'Nothing is to be eliminated, so there is nothing to ask.',
};
