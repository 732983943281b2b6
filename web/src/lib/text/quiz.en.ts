// The words of the quiz on elimination, in English.
import { formatCount } from '../format';

const many = (count: number, one: string, more: string) => `${formatCount(count)} ${count === 1 ? one : more}`;

export const quizEnglish = {
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
