// The words of the naive Bayes view, in English.
import { formatCount } from '../format';

export const naiveEnglish = {
  notLoaded: 'This view could not be loaded; try again when there is a connection',

  // ---- Starting ------------------------------------------------------------------------------
  oneClick: 'Open with one click:',
  homeworkKnown: 'Homework: poor, married, healthy',
  homeworkBlank: 'Homework: poor, married, health not known',
  spamStart: 'Spam or not?',
  examples: { homework: 'Homework: who is satisfied?', spam: 'Messages: spam or not?' },
  ownName: 'my-table.csv',
  ownSaved: 'Your table, as you left it',

  // ---- The table -----------------------------------------------------------------------------
  examplesTitle: 'Training examples',
  data: 'Table',
  openCsv: 'Open CSV…',
  openCsvHint: 'Open a table as CSV, names of the columns first, or drop it anywhere on the page',
  paste: 'Paste…',
  pasteHelp: 'A table from a spreadsheet, or CSV; the first line names the columns:',
  usePasted: 'Use this table',
  cancel: 'Cancel',
  newTable: 'New',
  saveCsv: 'Save CSV',
  classColumn: 'Class',
  features: 'Features',
  otherColumns: 'the other columns',
  wordsOf: (column: string) => `the words of ${column}`,
  tools: 'Change the table',
  undo: 'Undo',
  redo: 'Redo',
  addRow: 'Add a row',
  addColumn: 'Add a column',
  removeRow: 'Remove row',
  removeRowOf: (row: number) => `Remove row ${row}`,
  removeColumnOf: (column: string) => `Remove column ${column}`,
  classStays: 'The class cannot be removed: choose another column for it first',
  gridLabel: (name: string) => `Training examples of ${name}`,
  rowNumber: 'Row',
  classMark: 'class',
  textMark: 'text',
  editing: (column: string, row: number) => (row === 0 ? `Name of the column ${column}` : `${column}, row ${row}`),
  moreRows: (count: number) => `… ${formatCount(count)} more, all of them learned from`,
  showRows: (count: string) => `Show ${count} more`,
  rowCount: (count: number) => `${formatCount(count)} ${count === 1 ? 'row' : 'rows'}.`,
  skipped: (count: number) =>
    count === 1 ? 'One has no class or text and is left out.' : `${formatCount(count)} have no class or text and are left out.`,
  blankColumns: (names: string[]) => `Left out, since nothing is in them: ${names.join(', ')}.`,
  gridHelp: 'Type to change a cell; paste a block from a spreadsheet. Blank cells are values that are not known.',
  keyList: [
    ['Arrow keys', 'move between the cells; with Ctrl to the edge'],
    ['Enter, F2', 'edit the cell; Enter again goes down'],
    ['Tab', 'goes to the next cell; from the last one typed into, to a new row'],
    ['Delete', 'empties the cell'],
    ['Ctrl + C, X, V', 'copy, cut, paste'],
    ['Ctrl + Z, Y', 'undo, redo'],
    ['Esc', 'gives up the change; once more leaves the table'],
  ],

  // ---- Smoothing -----------------------------------------------------------------------------
  smoothing: 'Smoothing',
  alpha: 'α of the features',
  alphaHelp: 'Added to the count of each value (or word) in each class. 0: frequencies as they are, so what was never seen has probability 0.',
  alphaPrior: 'α of the classes',
  alphaPriorHelp: 'Added to the number of rows of each class. 0: the classes are as probable as they are frequent.',
  typed: (label: string) => `${label}, as a number`,

  // ---- The row -------------------------------------------------------------------------------
  classifyRow: 'A row to classify',
  classifyMessage: 'A message to classify',
  notKnown: 'not known',
  blankHelp: 'What is not known is left out of the product.',
  learning: 'Learning…',
  mendTable: 'Once the table is mended, a row can be classified here.',
  message: 'Message',
  messagePlaceholder: 'Type or paste a message',
  speaksFor: (name: string) => `speaks for ${name}`,
  unseen: 'not seen in training',
  unseenWords: (count: number) =>
    count === 1 ? 'Not seen in training, and left out:' : `${formatCount(count)} words not seen in training, and left out:`,
  textModel: 'What counts',
  multinomial: 'each occurrence (multinomial)',
  bernoulli: 'there or not (Bernoulli)',
  multinomialHelp: 'A word that occurs twice counts twice.',
  bernoulliHelp: 'A word counts once, and words that are absent count, too.',

  // ---- The answer ----------------------------------------------------------------------------
  class: 'Class',
  fraction: 'Fraction',
  posteriorCaption: 'Probability of every class, given the row',
  contributions: 'What speaks for which class',
  oddsText: (yes: string, no: string) =>
    `Log odds of ${yes} against ${no}: the natural logarithm of the ratio of the two probabilities. They add up.`,
  because: 'Because of',
  prior: 'prior',
  absent: 'words not there',
  logOdds: 'Log odds',
  arithmetic: 'The arithmetic',
  asFormulas: 'Formulas',
  asText: 'Text',
  productText: 'For each class, multiply its frequency and that of each known value in it:',
  normalizeText: 'Divide each product by the sum of all:',
  priorText: 'Nothing is known of the row, so only the frequencies of the classes speak:',
  factor: 'Factor',
  product: 'Product',
  normalized: 'Divided by the sum',

  // ---- What was learned ----------------------------------------------------------------------
  learned: 'What was learned',
  counts: 'Counts',
  speakersText: (count: number) => `${formatCount(count)} words. Those that speak most for each class, by the logarithm of their probability in it over that in the others:`,
  logRatio: 'Log ratio',
  attribute: 'Attribute',
  rowsOfClass: 'Rows',

  // ---- The network ---------------------------------------------------------------------------
  openAsNetwork: 'Open as a Bayesian network',
  openAsNetworkHelp: 'The same classifier, with the class as the parent of every feature.',
  noNetworkOfText: 'A multinomial model of texts is not a Bayesian network of finite size.',
  noNetwork: 'This cannot be made into a network',

  // ---- Problems ------------------------------------------------------------------------------
  cannotLearn: 'Nothing can be learned from this table as it is',
  impossible: 'Every class rules this row out',
  impossibleHint: 'Each class has a value here that was never seen with it, so every product is 0. Smoothing gives such values a small probability:',
  smooth: 'Set α of the features to 1',
};
