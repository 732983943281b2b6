// The words of comparing elimination orders, in English.
import { formatCount } from '../format';

const many = (count: number, one: string, more: string) => `${formatCount(count)} ${count === 1 ? one : more}`;

export const compareEnglish = {
  saveOrders: 'Save the comparison as',
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
};
