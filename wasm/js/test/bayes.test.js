import assert from 'node:assert/strict';
import { test } from 'node:test';

import { loadBayesBridge } from 'likelore/raw';

import {
  codeOf,
  needsCommand,
  networkFiles,
  networkPath,
  networkText,
  openBayes,
  run,
  wasmBinary,
} from './support.js';

const withoutSeconds = (json) => json.trimEnd().replace(/"seconds":[^,}]*/, '"seconds":0');
const lab = await openBayes();
const open = (name) => lab.openNetwork(networkText(name), name);

// The last variable in its first state.
function evidenceOf(network) {
  const last = network.variables.at(-1);
  return { [last.name]: last.states[0] };
}

test('a network tells its variables with states, parents and tables', () => {
  const { name, variables, notes } = open('asia.bif');
  assert.equal(name, 'asia');
  assert.deepEqual(notes, []);
  const [asia, tub] = variables;
  assert.deepEqual(asia, { name: 'asia', states: ['yes', 'no'], parents: [], table: [0.01, 0.99] });
  assert.deepEqual(tub.parents, ['asia']);
  assert.deepEqual(tub.table, [0.05, 0.95, 0.01, 0.99]);
});

test('remarks of the reader come with the network they are about', () => {
  const rounded = networkText('asia.bif').replace('0.01, 0.99', '0.01, 0.9901');
  assert.equal(lab.openNetwork(rounded, 'asia.bif').notes.length, 1);
  assert.deepEqual(open('asia.bif').notes, []);
});

for (const name of networkFiles.filter((file) => !file.includes('structure'))) {
  test(`queries on ${name} give the command's document byte for byte`, needsCommand, () => {
    const network = open(name);
    const [[variable, state]] = Object.entries(evidenceOf(network));
    for (const order of ['min-fill', 'min-weight', 'min-degree', 'weighted-min-fill']) {
      const here = network.queryText({ evidence: { [variable]: state }, order });
      const words = ['-e', `${variable}=${state}`, '--order', order, '--json'];
      const there = run('net', 'query', networkPath(name), ...words);
      assert.equal(there.status, 0, there.stderr);
      assert.equal(withoutSeconds(here), withoutSeconds(there.stdout));
    }
  });
}

for (const name of networkFiles) {

  test(`traces of ${name} are the command's document byte for byte`, needsCommand, () => {
    const network = open(name);
    const [[variable, state]] = Object.entries(evidenceOf(network));
    const target = network.variables[0].name;
    const evidence = { [variable]: state };
    const here = network.traceText({ targets: [target], evidence, order: 'min-fill' });
    const words = ['-t', target, '-e', `${variable}=${state}`, '--order', 'min-fill'];
    const there = run('net', 'trace', networkPath(name), ...words, '--format', 'json');
    assert.equal(there.status, 0, there.stderr);
    assert.equal(here, there.stdout.trimEnd());
  });
}

test('an empty list of findings, targets or variables is as none', () => {
  const network = open('asia.bif');
  const { seconds: _here, ...empty } = network.query({ evidence: {}, targets: [], order: [] });
  const { seconds: _there, ...none } = network.query();
  assert.deepEqual(empty, none);
});

test('tables of a trace with more cells than asked for are left out', () => {
  const trace = open('asia.bif').trace({ targets: ['dysp'], mostValues: 4 });
  for (const { cells, values } of [...trace.factors, ...trace.steps.map(({ output }) => output)])
    assert.equal(values === null, cells > 4);
  assert.ok(trace.factors.some(({ values }) => values === null));
  assert.ok(trace.result.values);
});

test('an order given by hand is followed', () => {
  const trace = open('asia.bif').trace({
    targets: ['tub'],
    evidence: { xray: 'yes' },
    order: ['either', 'lung', 'smoke', 'asia'],
  });
  assert.deepEqual(
    trace.steps.map(({ eliminate }) => eliminate),
    ['either', 'lung', 'smoke', 'asia'],
  );
});

test('names with characters of the notation are passed whole', () => {
  const text = `network odd {}
    variable "a,b=\u201cc\u201d" { type discrete [2] { "x:1", "y!" }; }
    probability ("a,b=\u201cc\u201d") { table 0.25, 0.75; }`;
  const network = lab.openNetwork(text, 'odd.bif');
  const [{ name, states }] = network.variables;
  assert.deepEqual(network.query({ evidence: { [name]: states[1] } }).p_evidence, 0.75);
});

test('a mistake of syntax tells file, line, column and byte', () => {
  assert.throws(
    () => lab.openNetwork('network n {\n}\nvariable v {\n  oops\n}', 'wrong.bif'),
    (error) => {
      const { code, file, line } = error;
      assert.deepEqual({ code, file, line }, { code: 'syntax', file: 'wrong.bif', line: 4 });
      assert.ok(error.column > 1 && error.byte > 14);
      return true;
    },
  );
});

test('impossible evidence is an error that names the observations in conflict', () => {
  assert.throws(
    () => open('asia.bif').query({ evidence: { asia: 'yes', tub: 'yes', either: 'no' } }),
    (error) =>
      error.code === 'impossible-evidence' &&
      /tub=yes/.test(error.message) &&
      /either=no/.test(error.message) &&
      !/asia/.test(error.message) &&
      error.conflict.join() === 'tub,either',
  );
});

test('unknown names and states are errors of their own', () => {
  const network = open('asia.bif');
  assert.throws(() => network.query({ evidence: { axia: 'yes' } }), codeOf('unknown-name'));
  assert.throws(() => network.query({ evidence: { asia: 'maybe' } }), codeOf('unknown-name'));
  assert.throws(() => network.query({ engine: 'magic' }), codeOf('unknown-name'));
});

test('a network that was disposed of is refused, and disposing again does nothing', () => {
  const network = open('asia.bif');
  network.dispose();
  network.dispose();
  assert.throws(() => network.query(), codeOf('usage'));
});

test('opening, querying and disposing of 1,000 networks holds no memory', async () => {
  const bridge = await loadBayesBridge({ wasmBinary: wasmBinary('bayes') });
  const bytes = new TextEncoder().encode(networkText('asia.bif'));
  const request = new TextEncoder().encode('{"evidence":"xray=yes"}');
  const cycle = () => {
    const network = bridge.open('lk_bridge_network_open', bytes, 'asia.bif');
    bridge.run('lk_bridge_network_query', network, request);
    bridge.call('lk_bridge_network_free', network);
  };
  cycle();
  const before = { live: bridge.liveBytes, memory: bridge.memoryBytes };
  for (let i = 0; i < 1000; i++) cycle();
  assert.deepEqual({ live: bridge.liveBytes, memory: bridge.memoryBytes }, before);
  bridge.free();
});

test('failed calls hold no memory', async () => {
  const own = await openBayes();
  const network = own.openNetwork(networkText('asia.bif'), 'asia.bif');
  const fail = () => {
    assert.throws(() => own.openNetwork('network {', 'x.bif'));
    assert.throws(() => network.query({ evidence: { tub: 'yes', either: 'no' } }));
    assert.throws(() => network.trace({ targets: ['tub'], order: ['nobody'] }));
  };
  fail();
  const before = own.liveBytes;
  for (let i = 0; i < 100; i++) fail();
  assert.equal(own.liveBytes, before);
  own.dispose();
});

test('a network that is forgotten is freed when it is collected', async () => {
  const own = await openBayes();
  const before = own.liveBytes;
  for (let i = 0; i < 20; i++) own.openNetwork(networkText('asia.bif'), 'asia.bif');
  for (let i = 0; i < 50 && own.liveBytes > before * 2; i++) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.ok(own.liveBytes <= before * 2, `${own.liveBytes} bytes are held, ${before} at first`);
});

test('networks in XML are read, with names in any script', needsCommand, () => {
  const { variables } = open('asia.bif');
  for (const [format, extension] of [['xmlbif', 'xml'], ['xdsl', 'xdsl']]) {
    const { stdout } = run('net', 'convert', networkPath('asia.bif'), '--to', format);
    assert.deepEqual(lab.openNetwork(stdout, `asia.${extension}`).variables, variables);
    const renamed = lab.openNetwork(stdout.replace(/\btub\b/g, 'Größe_肺'), `asia.${extension}`);
    assert.equal(renamed.variables[1].name, 'Größe_肺');
    assert.deepEqual(renamed.variables[5].parents, ['lung', 'Größe_肺']);
  }
});
