// The elimination step by step, in English: cells and the interaction graph.
import { formatCount } from '../format';

const many = (count: number, one: string, more: string) => `${formatCount(count)} ${count === 1 ? one : more}`;

export const eliminationEnglish = {
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
  saved: (name: string) => `${name} has been saved`,
  cannotSave: 'This document could not be written',
};
