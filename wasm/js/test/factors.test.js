// Operations on factors, checked by loops written here and by what is known of networks.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { codeOf, networkText, openBayes } from './support.js';

const lab = await openBayes();
const homework = lab.openNetwork(networkText('homework.bif'), 'homework.bif');

// All joint states of variables, as objects.
function* joints(scope, states) {
  if (scope.length === 0) return yield {};
  const [name, ...others] = scope;
  for (const state of states[0])
    for (const rest of joints(others, states.slice(1))) yield { [name]: state, ...rest };
}

function cell(factor, joint) {
  let index = 0;
  factor.scope.forEach((name, i) => {
    index = index * factor.states[i].length + factor.states[i].indexOf(joint[name]);
  });
  return index;
}

test('the factors of a network are its tables', () => {
  const factors = homework.factors();
  assert.deepEqual(
    factors.map(({ name }) => name),
    ['P(B)', 'P(E)', 'P(A|B,E)', 'P(H|A)', 'P(W|A)'],
  );
  const [alarm] = homework.factors({ variables: ['A'] });
  assert.deepEqual(alarm.scope, ['B', 'E', 'A']);
  for (const joint of joints(['B', 'E'], alarm.states)) {
    const row = alarm.states[2].map((A) => alarm.values[cell(alarm, { ...joint, A })]);
    assert.ok(Math.abs(row.reduce((sum, p) => sum + p) - 1) < 1e-12);
  }
});

test('the factors of a question are those of its trace', () => {
  const question = { targets: ['B'], evidence: { W: 'w' } };
  const trace = homework.trace(question);
  const factors = homework.factors(question);
  assert.deepEqual(
    factors.map(({ name }) => name),
    trace.factors.map(({ name }) => name),
  );
  assert.deepEqual(factors.at(-1).observed, { W: 'w' });
  assert.deepEqual(factors.at(-1).values, trace.factors.at(-1).values);
});

test('the first factor of the homework is what loops add up', () => {
  const [earthquake, alarm] = homework.factors({ variables: ['E', 'A'] });
  const request = { operation: 'sum-out', factors: [earthquake, alarm], variables: ['E'], symbol: 'f1' };
  const made = lab.combineFactors(request);
  assert.equal(made.name, 'f1(A,B)');
  assert.equal(made.expression, 'Σ_E P(E) P(A|B,E)');
  for (const joint of joints(made.scope, made.states)) {
    const terms = earthquake.states[0].map((E) => {
      const all = { ...joint, E };
      return earthquake.values[cell(earthquake, all)] * alarm.values[cell(alarm, all)];
    });
    const sum = terms.reduce((total, term) => total + term);
    assert.ok(Math.abs(made.values[cell(made, joint)] - sum) < 1e-12);
  }
  const [step] = homework.trace({ targets: ['B'], evidence: { W: 'w' }, order: ['E', 'H', 'A'] }).steps;
  assert.deepEqual(made.values, step.output.values);
});

test('a question worked by hand is answered as by the query, to the digit', () => {
  let factors = homework.factors({ targets: ['B'], evidence: { W: 'w' }, exact: true });
  for (const variable of ['E', 'A']) {
    const joined = factors.filter(({ scope }) => scope.includes(variable));
    const request = { operation: 'sum-out', factors: joined, variables: [variable], exact: true };
    factors = [...factors.filter((factor) => !joined.includes(factor)), lab.combineFactors(request)];
  }
  const product = lab.combineFactors({ operation: 'multiply', factors, exact: true });
  const answer = lab.combineFactors({ operation: 'normalize', factors: [product], exact: true });
  const { exact } = homework.query({ targets: ['B'], evidence: { W: 'w' }, exact: true });
  assert.deepEqual(
    Object.fromEntries(answer.states[0].map((state, i) => [state, answer.exact.values[i]])),
    exact.posteriors.B,
  );
});

test('a maximum tells its states', () => {
  const [alarm] = homework.factors({ variables: ['A'] });
  const made = lab.combineFactors({ operation: 'max-out', factors: [alarm], variables: ['A'] });
  for (const joint of joints(made.scope, made.states)) {
    const [A] = made.largest[cell(made, joint)];
    assert.equal(made.values[cell(made, joint)], alarm.values[cell(alarm, { ...joint, A })]);
  }
});

test('what does not fit is refused with its reason', () => {
  const [earthquake] = homework.factors({ variables: ['E'] });
  assert.throws(() => lab.combineFactors({ operation: 'multiply', factors: [earthquake] }), codeOf('usage'));
  assert.throws(() => homework.factors({ variables: ['X'] }), codeOf('unknown-name'));
  const factors = [{ ...earthquake, values: [-1, 2] }];
  assert.throws(() => lab.combineFactors({ operation: 'normalize', factors }), codeOf('data'));
});

test('potentials of a Markov network are told of, and asked for by their numbers', () => {
  const text = 'MARKOV\n3\n2 2 3\n2\n2 0 1\n2 1 2\n4\n1 2 0.5 4\n6\n1 0 2 3 0.25 5\n';
  const network = lab.openNetwork(text, 'pairs.uai');
  assert.deepEqual(network.potentials, [
    { scope: ['v0', 'v1'], values: [1, 2, 0.5, 4] },
    { scope: ['v1', 'v2'], values: [1, 0, 2, 3, 0.25, 5] },
  ]);
  assert.equal(homework.potentials, null);
  const [second] = network.factors({ potentials: [1] });
  assert.equal(second.name, 'φ2(v1,v2)');
  assert.deepEqual(second.values, [1, 0, 2, 3, 0.25, 5]);
  assert.deepEqual(network.factors({ potentials: [] }), []);
  assert.throws(() => network.factors({ potentials: [2] }), codeOf('usage'));
  assert.throws(() => network.factors({ potentials: [-1] }), codeOf('usage'));
  assert.throws(() => homework.factors({ potentials: [0] }), codeOf('usage'));
});
