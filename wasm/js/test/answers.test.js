// Posteriors as the module gives them in numbers, from queries that stand between questions, against
// the document of a query that is made for one question.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { engines } from '../dist/api/shape.js';
import { codeOf, networkFiles, networkText, openBayes, openBayesStart } from './support.js';

const [lab, start] = [await openBayes(), await openBayesStart()];
const open = (name) => lab.openNetwork(networkText(name), name);

// Numbers from 0 up to 1 that are the same in every run (mulberry32).
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pick = (random, list) => list[Math.floor(random() * list.length)];

// The answer as text, so that the order of members counts as well; or the error.
function outcome(ask) {
  try {
    return JSON.stringify({ ...ask(), seconds: 0 });
  } catch (error) {
    if (error.name !== 'LikeloreError') throw error;
    return error.details();
  }
}

const fast = (network, request) => outcome(() => network.query(request));
const slow = (network, request) => outcome(() => JSON.parse(network.queryText(request)));

function changed(random, network, evidence) {
  const { name, states } = pick(random, network.variables);
  const { [name]: old, ...others } = evidence;
  if (old !== undefined && random() < 0.4) return others;
  return { ...(random() < 0.5 ? evidence : others), [name]: pick(random, states) };
}

function question(random, network, evidence) {
  const free = network.variables.map(({ name }) => name).filter((name) => !(name in evidence));
  if (random() < 0.7) return { evidence };
  return { evidence, targets: free.filter(() => random() < 0.3).sort(() => random() - 0.5) };
}

// Asks as findings come, change and go; after each change the question before once more.
function checkWalk(network, steps, seed) {
  const random = randomNumbers(seed);
  let evidence = {};
  let [before, answerBefore] = [{}, fast(network, {})];
  let possible = 0;
  for (let i = 0; i < steps; i++) {
    const next = changed(random, network, evidence);
    const asked = question(random, network, next);
    const answer = fast(network, asked);
    assert.deepEqual(answer, slow(network, asked));
    assert.deepEqual(fast(network, before), answerBefore);
    [before, answerBefore] = [asked, answer];
    if (typeof answer !== 'string') continue; // from evidence that is possible
    possible++;
    evidence = Object.keys(next).length > network.variables.length / 2 ? {} : next;
  }
  return possible;
}

for (const name of networkFiles) {
  test(`answers in numbers on ${name} are those of the documents to the last bit`, () => {
    for (const each of [lab, start]) {
      const network = each.openNetwork(networkText(name), name);
      const possible = checkWalk(network, 400, name.length);
      assert.ok(possible > 200 || name.includes('structure'), `${possible} possible`);
      network.dispose();
    }
  });
}

const { LIKELORE_CONFORMANCE: conformance } = process.env;
const skip = conformance ? false : 'LIKELORE_CONFORMANCE names no directory';
for (const [name, steps] of [['alarm', 150], ['insurance', 100], ['hailfinder', 60], ['andes', 8]]) {
  test(`answers in numbers on ${name} are those of the documents as well`, { skip }, () => {
    const text = readFileSync(join(conformance, `bayes/networks/${name}.bif`), 'utf8');
    const network = lab.openNetwork(text, `${name}.bif`);
    assert.ok(checkWalk(network, steps, steps) > steps / 4);
    network.dispose();
  });
}

test('the engines are numbered as in the core', () => {
  assert.deepEqual(lab.bridge.abi.engines, engines);
});

test('what is plain is answered in numbers, everything else by the document', () => {
  const network = open('asia.bif');
  const evidence = { xray: 'yes' };
  const plain = [
    undefined,
    {},
    { evidence },
    { evidence, targets: ['tub', 'lung'], engine: 'auto', joint: false, exact: false },
    { evidence: undefined, targets: [], order: undefined },
  ];
  for (const request of plain) assert.ok(network.queryNumbers(request) instanceof Float64Array);
  const others = [
    { order: 'min-fill' },
    { order: [] },
    { engine: 'jt' },
    { targets: ['tub'], joint: true },
    { keepIrrelevant: true },
    { evidence, excluded: { smoke: 'yes' } },
    { evidence, likelihoods: { tub: { yes: 0.5, no: 1 } } },
    { do: { smoke: 'yes' } },
    { uaiEvidence: '1 0 0' },
  ];
  for (const request of others) {
    assert.equal(network.queryNumbers(request), undefined);
    assert.equal(fast(network, request), slow(network, request));
  }
});

test('numbers have the posteriors of all variables one after the other', () => {
  const network = open('asia.bif');
  const numbers = network.queryNumbers({ evidence: { asia: 'no' }, targets: ['lung'] });
  const { posteriors, p_evidence } = network.query({ evidence: { asia: 'no' }, targets: ['lung'] });
  const { yes, no } = posteriors.lung;
  assert.deepEqual([...numbers.slice(0, 8)], [0, 1, 0, 0, 0, 0, yes, no]);
  assert.deepEqual([...numbers.slice(8, 17)], [0, 0, 0, 0, 0, 0, 0, 0, p_evidence]);
});

test('what is wrong with a question is told as by the document', () => {
  const network = open('asia.bif');
  const wrong = [
    { evidence: { axia: 'yes' } },
    { evidence: { asia: 'maybe' } },
    { evidence: { asia: undefined } },
    { targets: ['tube'] },
    { targets: ['tub', 'tub'] },
    { targets: ['tub'], evidence: { tub: 'yes' } },
    { evidence: { asia: 'yes', tub: 'yes', either: 'no' } },
    { evidence: { tub: 'yes', either: 'no' }, targets: ['lung'] },
  ];
  for (const request of wrong) {
    const error = fast(network, request);
    assert.ok(error.code, JSON.stringify(request));
    assert.deepEqual(error, slow(network, request));
    assert.equal(fast(network, {}), slow(network, {})); // and the next question is answered
  }
  network.dispose();
  assert.throws(() => network.query(), codeOf('usage'));
});

// A network of one variable with children, that do not depend on it much.
function star(root, child, children) {
  const variables = children.map((name) => ({ ...child, name, parents: [root.name] }));
  return JSON.stringify({ version: 1, kind: 'bayes', name: 'star', variables: [root, ...variables] });
}

test('names that objects have already, and numbers as names, are names', () => {
  const root = { name: '10', states: ['1', '0'], parents: [], table: [0.25, 0.75] };
  const child = { states: ['constructor', 'toString'], table: [0.5, 0.5, 0.125, 0.875] };
  for (const names of [['9', 'constructor', 'hasOwnProperty'], ['9', '__proto__']]) {
    const network = lab.openNetwork(star(root, child, names), 'star.json');
    const questions = [
      {},
      { evidence: { 10: '0' } },
      { evidence: { 10: 0, 9: 'toString' } },
      { targets: ['9', '10'], evidence: { [names[1]]: 'constructor' } },
      { targets: [names[1]], evidence: { 9: 'constructor' } },
    ];
    for (const request of questions) assert.equal(fast(network, request), slow(network, request));
  }
});

test('a probability too small for a double is null beside its logarithm', () => {
  const root = { name: 'root', states: ['a', 'b'], parents: [], table: [0.5, 0.5] };
  const child = { states: ['c', 'd'], table: [0.001, 0.999, 0.002, 0.998] };
  const names = Array.from({ length: 150 }, (_, i) => `child${i}`);
  const network = lab.openNetwork(star(root, child, names), 'star.json');
  for (const count of [100, 120, 150])
    for (const state of ['c', 'd', 'c']) {
      const evidence = Object.fromEntries(names.slice(0, count).map((name) => [name, 'c']));
      evidence.child0 = state;
      assert.equal(fast(network, { evidence }), slow(network, { evidence }));
      const { p_evidence, log10_p_evidence } = network.query({ evidence });
      assert.equal(p_evidence === null, log10_p_evidence < -307.6);
      assert.ok(log10_p_evidence < -260);
    }
});

test('Markov networks are answered in numbers', () => {
  const text = 'MARKOV\n3\n2 2 3\n2\n2 0 1\n2 1 2\n4\n1 2 0.5 4\n6\n1 0 2 3 0.25 5\n';
  const network = lab.openNetwork(text, 'pairs.uai');
  assert.ok(checkWalk(network, 100, 3) > 30);
  assert.ok(network.queryNumbers({}) instanceof Float64Array);
  assert.ok(network.query().log10_z > 0);
});

// A network of so many variables, each with parents among the few before it.
function generated(count, seed) {
  const random = randomNumbers(seed);
  const variables = [];
  for (let i = 0; i < count; i++) {
    const parents = [];
    for (let k = Math.max(0, i - 4); k < i; k++) if (random() < 0.5) parents.push(`v${k}`);
    const table = [];
    for (let row = 0; row < 3 ** parents.length; row++) {
      const [a, b] = [0.1 + random() / 3, 0.1 + random() / 3];
      table.push(a, b, 1 - a - b);
    }
    variables.push({ name: `v${i}`, states: ['a', 'b', 'c'], parents, table });
  }
  return JSON.stringify({ version: 1, kind: 'bayes', name: 'generated', variables });
}

const count = process.env.LIKELORE_LONG ? 400 : 60;
const large = generated(count, 1);
const last = `v${count - 1}`;

test('memory is flat over 50 openings of a large network', () => {
  const round = () => {
    const network = start.openNetwork(large, 'large.json');
    network.query();
    network.query({ evidence: { [last]: 'a' } });
    network.query({ evidence: { [last]: 'b' } });
    network.query({ evidence: { [last]: 'b', v10: 'c' } });
    network.dispose();
    return [start.liveBytes, start.bridge.memoryBytes];
  };
  const before = round();
  for (let i = 0; i < 50; i++) assert.deepEqual(round(), before);
});

test('memory is flat over 1,000 changes, however many variables have been observed', () => {
  const idle = start.liveBytes;
  const network = start.openNetwork(large, 'large.json');
  const ask = (i) =>
    network.query({ evidence: { [`v${(i * 7) % 20}`]: 'abc'[i % 3], [last]: 'abc'[(i >> 1) % 3] } });
  const bytes = [];
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 60; i++) ask(i);
    bytes.push(start.liveBytes, start.bridge.memoryBytes);
  }
  assert.deepEqual(bytes.slice(2, 4), bytes.slice(4, 6));
  const one = { live: 0 };
  for (let i = 0; i < 1000; i++) {
    network.query({ evidence: { v0: 'abc'[i % 3], [last]: 'abc'[(i >> 2) % 3] } });
    if (i === 3) one.live = start.liveBytes;
  }
  assert.equal(start.liveBytes, one.live);
  assert.ok(start.liveBytes < 200e6, `${start.liveBytes} bytes`);
  network.dispose();
  assert.equal(start.liveBytes, idle);
});
