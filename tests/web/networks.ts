// Networks that are made for tests, as BIF.

interface Node {
  name: string;
  states: string[];
  parents: number[];
}

// Numbers from 0 up to 1, the same for the same seed (Park and Miller, 1988).
export function numbers(seed: number): () => number {
  let value = seed;
  return () => (value = (value * 48271) % 2147483647) / 2147483647;
}

// A network of `count` variables with two or three states: a tree, and of some nodes the parent's
// parent is a parent too. Its treewidth is 2, so that it is answered at once whatever its size.
export function generatedNetwork(count: number, seed = 1): string {
  const next = numbers(seed);
  const nodes: Node[] = [];
  for (let index = 0; index < count; index++) {
    const parent = index === 0 ? undefined : Math.max(0, index - 1 - Math.floor(next() * 30));
    const grandparent = parent === undefined || next() < 0.6 ? undefined : nodes[parent]!.parents[0];
    nodes.push({
      name: `node_${index}`,
      states: next() < 0.5 ? ['no', 'yes'] : ['low', 'middle', 'high'],
      parents: [parent, grandparent].filter((each) => each !== undefined),
    });
  }
  return bif(`generated${count}`, nodes, next);
}

// A variable with many states, S0, S1…, and a child.
export function longNetwork(states: number): string {
  const next = numbers(7);
  const names = Array.from({ length: states }, (_, index) => `S${index}`);
  return bif(
    'long',
    [
      { name: 'long', states: names, parents: [] },
      { name: 'child', states: ['no', 'yes'], parents: [0] },
    ],
    next,
  );
}

// A chain, each link with the one before as its parent.
export function chainNetwork(count: number): string {
  const links = Array.from({ length: count }, (_, index) => ({
    name: `link_${index}`,
    states: ['no', 'yes'],
    parents: index === 0 ? [] : [index - 1],
  }));
  return bif('chain', links, numbers(3));
}

function bif(name: string, nodes: Node[], next: () => number): string {
  const variables = nodes.map(
    (node) =>
      `variable ${node.name} {\n  type discrete [ ${node.states.length} ] { ${node.states.join(', ')} };\n}\n`,
  );
  const tables = nodes.map((node) => {
    const rows = node.parents.reduce((product, parent) => product * nodes[parent]!.states.length, 1);
    const heading = [node.name, node.parents.map((parent) => nodes[parent]!.name).join(', ')];
    const given = node.parents.length > 0 ? heading.join(' | ') : heading[0];
    const lines = Array.from({ length: rows }, (_, row) => {
      const values = distribution(node.states.length, next).join(', ');
      return node.parents.length === 0 ? `  table ${values};` : `  (${labels(node, nodes, row)}) ${values};`;
    });
    return `probability ( ${given} ) {\n${lines.join('\n')}\n}\n`;
  });
  return `network ${name} {\n}\n${variables.join('')}${tables.join('')}`;
}

function labels(node: Node, nodes: Node[], row: number): string {
  let rest = row;
  return node.parents
    .map((parent) => {
      const { states } = nodes[parent]!;
      const label = states[rest % states.length];
      rest = Math.floor(rest / states.length);
      return label;
    })
    .join(', ');
}

// Multiples of 1/1000 that sum to 1 exactly, as written.
function distribution(states: number, next: () => number): string[] {
  let left = 1000;
  return Array.from({ length: states }, (_, index) => {
    const share = index === states - 1 ? left : Math.round(((next() * left) / (states - index)) * 1.5);
    left -= share;
    return (share / 1000).toFixed(3);
  });
}
