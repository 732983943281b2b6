// Networks of a given size, made by chance, the same for the same seed.

const columnsOfBlock = 5;
const largestNumber = 1000;

interface Node {
  name: string;
  states: string[];
  parents: number[];
}

// Numbers from 0 up to 1 (mulberry32, T. Ettinger, 2017).
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

// A network as Likelore's JSON: layers from top to bottom, at most three parents from the layer
// above, two to four states. The columns are in blocks that only the first layer connects, so that
// exact answers are little work at every size.
export function generateNetwork(count: number, seed = 1): string {
  const next = numbersFrom(seed);
  const width = columnsOfBlock * Math.max(1, Math.round(Math.sqrt(count) / columnsOfBlock));
  const nodes: Node[] = [];
  for (let index = 0; index < count; index++) {
    const states = ['a', 'b', 'c', 'd'].slice(0, 2 + Math.floor(next() * next() * 3));
    nodes.push({ name: `v${index + 1}`, states, parents: parentsOf(index, width, next) });
  }
  const variables = nodes.map(({ name, states, parents }) => ({
    name,
    states,
    parents: parents.map((parent) => nodes[parent]!.name),
    table: tableOf(states.length, parents.map((parent) => nodes[parent]!.states.length), next),
  }));
  return JSON.stringify({ version: 1, kind: 'bayes', name: `generated-${count}`, variables });
}

function parentsOf(index: number, width: number, next: () => number): number[] {
  const column = index % width;
  if (index < width) return column > 0 && column % columnsOfBlock === 0 ? [index - 1] : [];
  const block = column - (column % columnsOfBlock);
  const above = index - column - width;
  const near = [column, column - 1, column + 1].filter((each) => each >= block && each < block + columnsOfBlock);
  const chosen = near.filter((_, place) => next() < (place === 0 ? 0.85 : 0.35));
  return (chosen.length > 0 ? chosen : near.slice(0, 1)).sort((a, b) => a - b).map((each) => above + each);
}

function tableOf(states: number, cards: readonly number[], next: () => number): number[] {
  const rows = cards.reduce((product, card) => product * card, 1);
  return Array.from({ length: rows }, () => rowOf(states, next)).flat();
}

// Thousandths with the sum 1, none of them 0.
function rowOf(states: number, next: () => number): number[] {
  const weights = Array.from({ length: states }, () => 0.05 + next() ** 2);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const parts = weights.map((weight) => Math.max(1, Math.floor((weight / sum) * largestNumber)));
  parts[0]! += largestNumber - parts.reduce((total, part) => total + part, 0);
  return parts.map((part) => part / largestNumber);
}
