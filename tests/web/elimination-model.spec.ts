// The parts of the elimination panel that need no browser, against brute force on small random factors.
import { expect, test } from '@playwright/test';
import { cellCount, extend, indicesAt, joinOf, litBy, project, statesAt, termsOf } from '../../web/src/bayes/elimination/cells';
import type { Grid } from '../../web/src/bayes/elimination/cells';
import { bestOf, columns, initialScopes, readOrder, rowOf } from '../../web/src/bayes/elimination/comparison';
import { equals, multiply, parseFraction, toNumber, writeFraction } from '../../web/src/bayes/elimination/fraction';
import { costOf, edgesOf, factorsAtSteps, fillInOf, graphOf } from '../../web/src/bayes/elimination/interaction';
import { crossings, withFewCrossings } from '../../web/src/bayes/elimination/layout';
import { atPlace, lastPlace, placeAt } from '../../web/src/bayes/elimination/places';
import { candidatesOf, costsOf, judgeCell, judgeNext, judgeScope } from '../../web/src/bayes/elimination/quiz';
import { rowsShown, stepOf } from '../../web/src/bayes/elimination/rows';
import { edgesDrawn, sceneOf } from '../../web/src/bayes/elimination/scene';
import { sizesOf } from '../../web/src/bayes/elimination/sizes';
import { arithmeticOf, namedCell, pieceText, speak, workOfResult, workOfStep } from '../../web/src/bayes/elimination/work';
import type { Trace, TraceFactor } from '../../wasm/js/src/types';
import { numbers } from './networks';

// ---- Random factors, and their elimination by brute force --------------------------------------

type Row = Record<string, string>;

const seeds = Array.from({ length: 16 }, (_, index) => index + 1);

function factor(name: string, scope: string[], states: string[][], values: number[]): TraceFactor {
  const cells = values.length;
  return { name, symbol: name, expression: name, scope, observed: {}, size: scope.length, cells, all_ones: false, states, values };
}

// All rows over some variables, the last fastest.
function rowsOver(scope: string[], statesOf: (name: string) => string[]): Row[] {
  return scope.reduce<Row[]>((rows, name) => rows.flatMap((row) => statesOf(name).map((state) => ({ ...row, [name]: state }))), [{}]);
}

function lookUp({ scope, states, values }: TraceFactor, row: Row): number {
  const rows = rowsOver(scope, (name) => states[scope.indexOf(name)]!);
  return values![rows.findIndex((each) => scope.every((name) => each[name] === row[name]))]!;
}

function randomTrace(seed: number): { trace: Trace; statesOf: (name: string) => string[] } {
  const next = numbers(seed * 7919);
  const below = (count: number) => Math.floor(next() * count);
  const names = ['A', 'B', 'C', 'D', 'E', 'F'].slice(0, 3 + below(4));
  const sets = new Map(names.map((name) => [name, ['0', '1', '2'].slice(0, 1 + below(3)).map((each) => name.toLowerCase() + each)]));
  const statesOf = (name: string) => sets.get(name)!;
  const make = (name: string, scope: string[]) =>
    factor(name, scope, scope.map(statesOf), rowsOver(scope, statesOf).map(() => Math.round(next() * 100) / 100));
  const factors = names.map((name, place) => {
    const others = names.filter((other) => other !== name && next() < 0.4).slice(0, 2);
    return make(`g${place}(${[name, ...others].sort().join(',')})`, [name, ...others].sort());
  });
  const order = names.slice(1).sort(() => next() - 0.5);
  let left = factors;
  const steps = order.map((eliminate, place) => {
    const inputs = left.filter(({ scope }) => scope.includes(eliminate));
    const join = [...new Set(inputs.flatMap(({ scope }) => scope))].sort();
    const scope = join.filter((name) => name !== eliminate);
    const values = rowsOver(scope, statesOf).map((row) =>
      statesOf(eliminate)
        .map((state) => inputs.reduce((product, input) => product * lookUp(input, { ...row, [eliminate]: state }), 1))
        .reduce((sum, product) => sum + product, 0),
    );
    const output = factor(scope.length > 0 ? `f${place + 1}(${scope.join(',')})` : `f${place + 1}`, scope, scope.map(statesOf), values);
    const at = left.indexOf(inputs[0]!);
    left = left.flatMap((each, index) => (index === at ? [output] : inputs.includes(each) ? [] : [each]));
    const cells = rowsOver(join, statesOf).length;
    return {
      ...{ eliminate, inputs: inputs.map(({ name }) => name), join: { scope: join, size: join.length, cells }, output },
      ...{ multiplications: (inputs.length - 1) * cells, additions: cells - values.length, remaining: left.map(({ name }) => name) },
    };
  });
  const products = statesOf('A').map((A) => left.reduce((product, each) => product * lookUp(each, { A }), 1));
  const normalization = products.reduce((sum, product) => sum + product, 0);
  const result = {
    ...{ expression: 'P(A) = f(A) / Σ_A f(A)', scope: ['A'], states: [statesOf('A')], values: products.map((product) => product / normalization) },
    ...{ normalization, log10_normalization: Math.log10(normalization) },
  };
  const summary = { largest_generated: null, largest_join: null, largest_initial: null, cells: 0, multiplications: 0, additions: 0 };
  return { statesOf, trace: { version: 1, query: 'P(A)', targets: ['A'], evidence: {}, order, pruned: [], factors, steps, result, summary } };
}

const sumOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0);

// ---- Cells -------------------------------------------------------------------------------------

const grid: Grid = { scope: ['A', 'B'], states: [['a', 'not_a'], ['x', 'y', 'z']] };

test('cells run with the last variable fastest', () => {
  expect(cellCount(grid)).toBe(6);
  expect(indicesAt(grid, 4)).toEqual([1, 1]);
  expect(statesAt(grid, 5)).toEqual(['not_a', 'z']);
  expect(cellCount({ scope: [], states: [] })).toBe(1);
  expect(extend(grid, { scope: ['B'], states: [grid.states[1]!] }, 2)).toEqual([2, 5]);
  expect(extend(grid, { scope: [], states: [] }, 0, 4).length).toBe(4);
});

test('a cell of the new factor is the sum of the products of the cells that are lit with it', () => {
  for (const seed of seeds) {
    const { trace } = randomTrace(seed);
    const stages = factorsAtSteps(trace);
    for (const [index, { output, join }] of trace.steps.entries()) {
      const work = workOfStep(trace, index + 1, stages[index]!);
      expect(work.join.cells).toBe(join.cells);
      const cells = [...Array(output.cells).keys()];
      const terms = cells.map((cell) => termsOf(work, cell));
      const products = terms.map((sum) => sum.map(({ inputs }) => inputs.reduce((product, at, place) => product * work.inputs[place]!.numberAt(at)!, 1)));
      expect(Math.max(...products.map((each, cell) => Math.abs(sumOf(each) - output.values![cell]!)))).toBeLessThan(1e-12);
      expect(terms.map((sum) => sum.map((term) => work.join.numberAt(term.join)))).toEqual(products);
      expect(cells.map((cell) => litBy(work, { place: 'output', cell }))).toEqual(
        terms.map((sum, cell) => ({
          inputs: work.inputs.map((_, place) => new Set(sum.map(({ inputs }) => inputs[place]!))),
          join: new Set(sum.map(({ join: at }) => at)),
          output: new Set([cell]),
        })),
      );
    }
  }
});

test('a cell of an input lights the products that it is in, and the cells that these go into', () => {
  for (const seed of seeds) {
    const { trace } = randomTrace(seed);
    const work = workOfStep(trace, 1, trace.factors);
    for (const [place, input] of work.inputs.entries())
      for (let cell = 0; cell < input.cells; cell++) {
        const expected = [...Array(work.join.cells).keys()].filter((product) => project(work.join, input, product) === cell);
        const lit = litBy(work, { place, cell });
        expect([...lit.join]).toEqual(expected);
        expect(lit.output).toEqual(new Set(expected.map((product) => project(work.join, work.output, product))));
        expect([...lit.inputs[place]!]).toEqual([cell]);
      }
  }
});

test('the result is the product of what remains, divided by its sum', () => {
  for (const seed of seeds) {
    const { trace } = randomTrace(seed);
    const work = workOfResult(trace, factorsAtSteps(trace).at(-1)!);
    for (const [cell, value] of trace.result.values!.entries())
      expect(work.join.numberAt(cell)! / trace.result.normalization!).toBeCloseTo(value, 12);
    expect(arithmeticOf(work, { place: 'output', cell: 0 })!.divisor!.number).not.toBe(null);
  }
});

test('the arithmetic of a cell is told with names, with numbers, and in words', () => {
  const states = { A: ['a', 'not_a'], B: ['b'], E: ['e', 'not_e'] };
  const pe = factor('P(E)', ['E'], [states.E], [0.002, 0.998]);
  const pa = factor('P(A|B=b,E)', ['A', 'E'], [states.A, states.E], [0.95, 0.94, 0.05, 0.06]);
  const output = factor('f1(A,B=b)', ['A'], [states.A], [0.94002, 0.05998]);
  const step = { eliminate: 'E', inputs: [], join: { scope: ['A', 'E'], size: 2, cells: 4 }, output, multiplications: 4, additions: 2, remaining: [] };
  const { trace } = randomTrace(1);
  const work = workOfStep({ ...trace, steps: [step] }, 1, [pe, pa]);
  const arithmetic = arithmeticOf(work, { place: 'output', cell: 0 })!;
  expect(speak(arithmetic)).toBe('f1(A=a, B=b) = 0.002 × 0.95 + 0.998 × 0.94 = 0.94002');
  expect(arithmetic.terms[0]!.names.map(pieceText)).toEqual(['P(E=e)', 'P(A=a | B=b, E=e)']);
  expect(arithmetic.terms.map(({ product }) => product)).toEqual(['0.0019', '0.93812']);
  expect(speak(arithmeticOf(work, { place: 'join', cell: 3 })!)).toBe('{A=not_a, E=not_e} = 0.998 × 0.06 = 0.05988');
  expect(arithmeticOf(work, { place: 0, cell: 0 })).toBe(null);
  expect(namedCell({ ...work.output, name: 'f2', scope: [], states: [] }, 0).map(pieceText)).toEqual(['f2']);
  // Without numbers: names alone. With fractions: products of fractions.
  const bare = workOfStep({ ...trace, steps: [step] }, 1, [{ ...pe, values: null }, { ...pa, values: null }]);
  expect(speak(arithmeticOf({ ...bare, output: { ...bare.output, textAt: () => null } }, { place: 'output', cell: 0 })!)).toBe(
    'f1(A=a, B=b) = P(E=e) × P(A=a | B=b, E=e) + P(E=not_e) × P(A=a | B=b, E=not_e)',
  );
  const exact = [
    { ...pe, exact: { values: ['1/500', '499/500'] } },
    { ...pa, exact: { values: ['19/20', '47/50', '1/20', '3/50'] } },
  ];
  const fractions = workOfStep({ ...trace, steps: [{ ...step, output: { ...output, exact: { values: ['47001/50000', '2999/50000'] } } }] }, 1, exact);
  const [first] = arithmeticOf(fractions, { place: 'output', cell: 0 })!.terms;
  expect(first).toMatchObject({ numbers: ['1/500', '19/20'], product: '19/10000' });
});

test('joins have all variables of the factors, each with its states', () => {
  const join = joinOf([grid, { scope: ['C'], states: [['c']] }], ['A', 'B', 'C']);
  expect(join.states).toEqual([['a', 'not_a'], ['x', 'y', 'z'], ['c']]);
});

// ---- Fractions ---------------------------------------------------------------------------------

test('fractions are read as they are written or typed, and multiplied in lowest terms', () => {
  const read = (text: string) => {
    const fraction = parseFraction(text);
    return fraction && writeFraction(fraction);
  };
  expect(['75/107', '2 / 4', '0.25', '.5', '1', '3e-4', '1,5', '2e3'].map(read)).toEqual(['75/107', '1/2', '1/4', '1/2', '1', '3/10000', '3/2', '2000']);
  expect(['', 'x', '1/0', '-1', '1/2/3', '.', '1e999', '0x10', '1/'].map(read)).toEqual(Array(9).fill(null));
  expect(writeFraction(multiply(parseFraction('2/3')!, parseFraction('3/4')!))).toBe('1/2');
  expect(equals(parseFraction('0.5')!, parseFraction('2/4')!)).toBe(true);
  expect(toNumber(parseFraction('1/3')!)).toBe(1 / 3);
  expect(toNumber(parseFraction(`1${'0'.repeat(390)}/2${'0'.repeat(390)}`)!)).toBe(0.5);
});

// ---- The interaction graph ---------------------------------------------------------------------

test('variables are connected when a factor holds both, and an elimination adds the edges that its neighbours lack', () => {
  for (const seed of seeds) {
    const { trace, statesOf } = randomTrace(seed);
    const stages = factorsAtSteps(trace);
    for (const [index, { eliminate, output }] of trace.steps.entries()) {
      expect(stages[index + 1]!.map(({ name }) => name)).toEqual(trace.steps[index]!.remaining);
      const before = graphOf(stages[index]!.map(({ scope }) => scope));
      const after = graphOf(stages[index + 1]!.map(({ scope }) => scope));
      const kept = edgesOf(before).filter((edge) => !edge.includes(eliminate));
      const key = (edge: readonly string[]) => [...edge].sort().join();
      const added = fillInOf(before, eliminate);
      expect([...kept, ...added].map(key).sort()).toEqual(edgesOf(after).map(key).sort());
      expect(new Set([...kept, ...added].map(key)).size).toBe(kept.length + added.length);
      // Costs, as the heuristics of the core count them.
      const count = (name: string) => statesOf(name).length;
      expect(costOf(before, eliminate, 'min-degree', count)).toBe(output.size);
      expect(costOf(before, eliminate, 'min-weight', count)).toBe(output.cells);
      expect(costOf(before, eliminate, 'min-fill', count)).toBe(added.length);
      expect(costOf(before, eliminate, 'weighted-min-fill', count)).toBe(sumOf(added.map(([a, b]) => count(a) * count(b))));
    }
  }
});

test('what is drawn while a variable goes is the graph before, and afterwards the one without it', () => {
  const chain = [{ scope: ['A', 'B'] }, { scope: ['B', 'C'] }];
  const after = [{ scope: ['A', 'C'] }];
  const now = sceneOf(chain, after, 'B', false);
  expect([now.active, now.fillIn, [...now.neighbours]]).toEqual(['B', [['A', 'C']], ['A', 'C']]);
  const gone = sceneOf(chain, after, 'B', true);
  expect([...gone.graph.neighbours.keys()]).toEqual(['A', 'C']);
  // The new edge is drawn as a fill-in edge, not twice.
  const nodes = new Map(['A', 'B', 'C'].map((name) => [name, { name, x: 0, y: 0, width: 1 }]));
  expect(edgesDrawn(gone, { nodes, width: 1, height: 1, isLayered: false })).toEqual([]);
});

test('a circle is ordered so that fewer edges cross, and none where that can be seen', () => {
  const square = [['A', 'C'], ['C', 'B'], ['B', 'D'], ['D', 'A']] as const;
  expect(crossings(['A', 'B', 'C', 'D'], square)).toBe(1);
  expect(crossings(withFewCrossings(['A', 'B', 'C', 'D'], square), square)).toBe(0);
});

// ---- Sizes, places, rows -----------------------------------------------------------------------

test('the sizes of an order follow from the scopes alone', () => {
  for (const seed of seeds) {
    const { trace, statesOf } = randomTrace(seed);
    const sizes = sizesOf(trace.factors.map(({ scope }) => scope), trace.order, (name) => statesOf(name).length);
    for (const [index, { eliminate, join, output, multiplications, additions }] of trace.steps.entries())
      expect(sizes[index]).toEqual({
        ...{ variable: eliminate, join: join.cells, joinSize: join.size, generated: output.cells, size: output.size },
        ...{ multiplications, additions },
      });
  }
});

test('places count the phases of the steps when these are shown in detail', () => {
  for (const detail of [false, true])
    for (const steps of [0, 1, 3]) {
      const last = lastPlace(steps + 1, detail);
      expect(last).toBe(detail ? 3 * steps + 1 : steps + 1);
      for (let place = 0; place <= last; place++) expect(placeAt(atPlace(place, steps + 1, detail), steps + 1, detail)).toBe(place);
    }
  expect(atPlace(5, 4, true)).toEqual({ step: 2, phase: 'sum' });
  expect(placeAt({ step: 2, phase: 'new' }, 4, false)).toBe(2);
});

test('a long table shows a page, and what is lit further down', () => {
  const rows = rowsShown(5000, 0, new Set([3, 300, 301, 900]));
  expect(rows.list.slice(-4)).toEqual([127, 300, 301, 900]);
  expect([...rows.gaps]).toEqual([300, 900]);
  expect(rows.left).toBe(4872);
  expect(rowsShown(130, 1, new Set()).left).toBe(0);
  expect([...rowsShown(200, 0, new Set([128])).gaps]).toEqual([]);
  expect(stepOf('ArrowDown', rows.list, 127)).toBe(300);
  expect(stepOf('Home', rows.list, 127)).toBe(0);
  expect(stepOf('End', rows.list, 0)).toBe(900);
  expect(stepOf('ArrowUp', rows.list, 0)).toBe(0);
  expect(stepOf('a', rows.list, 0)).toBe(undefined);
});

// ---- Orders compared ---------------------------------------------------------------------------

const figuresOf = (name: string, changes: object) => ({
  ...{ name, heuristic: false, order: ['E', 'H', 'A'], pruned: ['W'], width: 2 },
  ...{ largest_generated: { size: 2, cells: 4 }, largest_join: { size: 3, cells: 8 } },
  ...{ cells: 8, multiplications: 16, additions: 8, ...changes },
});

test('the steps of an order are drawn only when they add up to the figures of the core', () => {
  const table = null;
  const parents = { B: [], E: [], A: ['B', 'E'], H: ['A'], W: ['A'] };
  const variables = Object.entries(parents).map(([name, list]) => ({ name, states: ['0', '1'], parents: list, table }));
  const known = { isOpen: (name: string) => name !== 'W', isSet: () => false, isLikely: () => false };
  const scopes = initialScopes(variables, [], known);
  expect(scopes).toEqual([['B'], ['E'], ['A', 'B', 'E'], ['H', 'A'], ['A']]);
  const row = rowOf(figuresOf('E,H,A', {}), scopes, () => 2);
  expect(row.steps!.map(({ join, generated }) => [join, generated])).toEqual([[8, 4], [4, 2], [4, 2]]);
  expect(row.initial).toEqual({ size: 3, cells: 8 });
  expect(rowOf(figuresOf('E,H,A', { cells: 9 }), scopes, () => 2).steps).toBe(null);
  // What a variable is set to leaves it no table; a likelihood is a table more.
  const set = { ...known, isSet: (name: string) => name === 'W', isLikely: (name: string) => name === 'H' };
  expect(initialScopes(variables, ['E'], set)).toEqual([['B'], ['A', 'B', 'E'], ['H', 'A'], ['H']]);
  // A Markov network begins with its potentials.
  const potentials = [{ scope: ['B', 'A'] }, { scope: ['A', 'W'] }, { scope: ['E'] }];
  expect(initialScopes(variables, ['E'], known, potentials)).toEqual([['B', 'A'], ['A']]);
});

test('the best of a column is marked where the orders differ in it', () => {
  const rows = [figuresOf('a', {}), figuresOf('b', { cells: 10, multiplications: 24, additions: 10 })].map((figures) => ({ figures, steps: null, initial: null }));
  expect([...bestOf(rows)]).toEqual([['cells', 8], ['multiplications', 16], ['additions', 8]]);
  expect(columns.length).toBe(7);
});

test('orders are read as they are typed, and what is wrong with one is told', () => {
  const isOpen = (name: string) => ['A', 'B', 'x y'].includes(name);
  expect(readOrder('A, B', isOpen, 'C')).toEqual(['A', 'B']);
  expect(readOrder('B A "x y"', isOpen, 'C')).toEqual(['B', 'A', 'x y']);
  expect(readOrder('B，A', isOpen, null)).toEqual(['B', 'A']);
  expect(readOrder('B；\u3000A', isOpen, null)).toEqual(['B', 'A']);
  expect(readOrder(' ', isOpen, null)).toEqual({ kind: 'empty' });
  expect(readOrder('A Z', isOpen, null)).toEqual({ kind: 'unknown', name: 'Z' });
  expect(readOrder('A A', isOpen, null)).toEqual({ kind: 'twice', name: 'A' });
  expect(readOrder('C', isOpen, 'C')).toEqual({ kind: 'target', name: 'C' });
});

// ---- The quiz ----------------------------------------------------------------------------------

test('a variable is right when none costs less, and a scope when it is that of the new factor', () => {
  for (const seed of seeds) {
    const { trace, statesOf } = randomTrace(seed);
    const stages = factorsAtSteps(trace);
    const verdicts = trace.steps.map(({ eliminate, output }, index) => {
      const graph = graphOf(stages[index]!.map(({ scope }) => scope));
      const costs = costsOf(graph, 'A', 'min-weight', (name) => statesOf(name).length);
      const least = Math.min(...costs.map(({ cost }) => cost));
      const next = costs.every(({ name, cost }) => judgeNext(costs, name).right === (cost === least));
      const scope = judgeScope(stages[index]!, eliminate, new Set(output.scope));
      const wrong = judgeScope(stages[index]!, eliminate, new Set([eliminate]));
      const offered = candidatesOf(graph, eliminate);
      return [next, scope.right, wrong.right, wrong.hasItself, wrong.missing.length === output.size, output.scope.every((name) => offered.includes(name))];
    });
    expect(verdicts).toEqual(verdicts.map(() => [true, true, false, true, true, true]));
  }
});

test('a cell is right as a fraction, or with three digits at least', () => {
  const judge = (typed: string, exact: string | null = null) => judgeCell(typed, 0.94002, exact);
  expect(['0.94002', '0.940', '.9400', '47001/50000', '9.40e-1'].map((each) => judge(each))).toEqual(Array(5).fill('right'));
  expect(['0.94', '0.9'].map((each) => judge(each))).toEqual(['short', 'short']);
  expect(['0.95', '0.941', '47/50', '94'].map((each) => judge(each))).toEqual(Array(4).fill('wrong'));
  expect(['', 'x', '1/0'].map((each) => judge(each))).toEqual(Array(3).fill('unreadable'));
  expect(judge('94002/100000', '47001/50000')).toBe('right');
  expect([judgeCell('1', 1, null), judgeCell('0', 0, null), judgeCell('0.5', 0.5, null)]).toEqual(['right', 'right', 'right']);
});
