// The words of the editing bar and of the tables, in English.
import type { Reason } from '../../bayes/model/refusal';
import { formatCount, formatValue } from '../format';

export const editorEnglish = {
  toolsLabel: 'Edit the network',
  networkName: 'Name of the network',
  addNode: 'Add node',
  addNodeTitle: 'Add a node (N in the graph, or a double click on its ground)',
  connect: 'Connect…',
  connectTitle: 'Draw an arrow (C in the graph, or pull from the handle below a node)',
  connectLabel: 'Draw an arrow',
  from: 'from',
  to: 'to',
  drawArrow: 'Draw arrow',
  cancel: 'Cancel',
  remove: (what: string) => (what === '' ? 'Delete' : `Delete ${what}`),
  removeTitle: 'Delete the arrow that is selected, or the variable asked about (Delete in the graph)',
  arrow: (from: string, to: string) => `${from} → ${to}`,
  undo: 'Undo',
  redo: 'Redo',
  undoTitle: 'Undo (Ctrl+Z)',
  redoTitle: 'Redo (Ctrl+Shift+Z)',
  help: 'Double-click the ground to add a node, pull from the handle below a node to draw an arrow, click an arrow to select it. In the graph: N adds, C connects, F2 names, Delete removes.',
  renamed: (name: string) => `Renamed to ${name}`,
  moved: (name: string) => `${name} moved`,
  tableTitle: 'Conditional table',
  variableLabel: (name: string) => `The variable ${name}`,
  name: 'Name',
  states: 'States',
  stateLabel: (number: number) => `State ${number}`,
  stateName: (number: number) => `state ${number}`,
  addState: 'Add state',
  stateAdded: (state: string) => `State ${state} added, with probability 0`,
  moveUp: (state: string) => `Move ${state} up`,
  moveDown: (state: string) => `Move ${state} down`,
  removeState: (state: string) => `Delete the state ${state}`,
  parents: 'Parents',
  addParent: (name: string) => `Add a parent of ${name}`,
  addParentShort: 'Add a parent…',
  removeArrow: (from: string, to: string) => `Delete the arrow ${from} → ${to}`,
  noTable: (name: string) => `${name} has no table: the network is structure alone.`,
  makeTables: 'Fill all tables with equal probabilities',
  tablesMade: 'Every table has equal probabilities now',
  gridLabel: (name: string) => `Conditional table of ${name}`,
  gridTools: 'Cell, row and table',
  gridHelp:
    'Type a decimal, a percentage or a fraction such as 1/3; of two states the other follows. Enter goes down, Tab to the right, Escape gives up. A block from a spreadsheet is pasted at the cell.',
  followed: (state: string, value: string) => `${state} is ${value} now`,
  cellLabel: (row: string, state: string) => (row === '' ? state : `${row}: ${state}`),
  sum: 'Sum',
  notOne: 'not 1',
  locked: 'locked',
  unlocked: 'unlocked',
  lockCell: 'Lock cell',
  lockRow: 'Lock row',
  lockTitle: 'Repair leaves what is locked as it is',
  uniform: 'Uniform row',
  uniformTitle: 'Equal probabilities in this row',
  uniformDone: 'The row has equal probabilities now',
  repairRow: 'Repair row',
  repairTitle: 'Scale what is not locked so that the sum is 1',
  repairAll: (count: number) => (count > 1 ? `Repair ${formatCount(count)} rows` : 'Repair table'),
  repaired: (count: number) => (count === 1 ? 'The row has the sum 1 now' : `${formatCount(count)} rows have the sum 1 now`),
  pasted: (cells: number) => `${formatCount(cells)} ${cells === 1 ? 'number' : 'numbers'} pasted`,
  unfinished: (variable: string, row: string, more: number) =>
    `${row === '' ? `The table of ${variable}` : `The row ${row} of ${variable}`} does not have the sum 1. Until it does, the probabilities go by what it was when it last had${more > 0 ? ` (and likewise for ${formatCount(more)} more)` : ''}.`,
  showTable: 'Show the table',
  forgetShort: 'Delete network',
  forgetTitle: 'Delete this network from this browser',
  forgetQuestion: (name: string) => `Delete “${name}” for good?`,
  forget: 'Delete it',
  refusedTitle: 'This cannot be done',
  refused: (reason: Reason): string => {
    switch (reason.kind) {
      case 'cycle':
        return `${reason.path.join(' → ')} would be a cycle.`;
      case 'unknown':
        return `There is no variable ${reason.name}.`;
      case 'empty':
        return 'A name cannot be empty.';
      case 'long':
        return `A name has at most ${formatCount(reason.most)} bytes.`;
      case 'taken':
        return `There is a variable named ${reason.name} already.`;
      case 'state-taken':
        return `${reason.variable} has a state named ${reason.name} already.`;
      case 'arrow':
        return `There is an arrow from ${reason.from} to ${reason.to} already.`;
      case 'last-variable':
        return 'A network has at least one variable.';
      case 'last-state':
        return `${reason.variable} has only this state.`;
      case 'too-large':
        return `The table of ${reason.variable} would have ${formatCount(reason.cells)} cells; here it can have at most ${formatCount(reason.most)}.`;
      case 'not-a-number':
        return `“${reason.text}” is not a probability. Type a decimal such as 0.25, a percentage such as 25% or a fraction such as 1/4; none is negative.`;
      case 'locked':
        return `The locked cells of the row alone have the sum ${formatValue(reason.sum)}. Unlock one of them.`;
      case 'all-locked':
        return 'All cells of the row are locked. Unlock one of them.';
      case 'no-numbers':
        return 'This network is structure alone: it has no tables yet.';
      case 'markov':
        return 'This is a Markov network, which has potentials and no arrows. Only Bayesian networks can be edited here.';
    }
  },
};
