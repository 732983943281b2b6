// What a network can be asked beyond posteriors and traces, each answer compared with the command's.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { codeOf, directoryFor, needsCommand, networkFiles, networkPath, networkText, openBayes, root, run } from './support.js';

const lab = await openBayes();
const open = (name) => lab.openNetwork(networkText(name), name);
const withoutSeconds = (json) => json.replace(/"seconds":[^,}]*/, '"seconds":0');
const withTables = networkFiles.filter((name) => !name.includes('structure'));
const formats = ['text', 'markdown', 'latex', 'html'];

// What the command prints, less the newline that ends a document of JSON.
function printed(name, verb, ...words) {
  const { stdout, stderr } = run('net', verb, networkPath(name), ...words);
  assert.ok(stdout, stderr);
  return stdout;
}
const json = (...words) => printed(...words, '--json').trimEnd();

// The last variable in its first state, as a request and as words of the command.
function known(network) {
  const { name, states } = network.variables.at(-1);
  return [{ evidence: { [name]: states[0] } }, ['-e', `${name}=${states[0]}`]];
}

for (const name of withTables) {
  test(`most probable states and what to observe of ${name} are the command's`, needsCommand, () => {
    const network = open(name);
    const [request, words] = known(network);
    const targets = network.variables.slice(0, 2).map((variable) => variable.name);
    const [target] = targets;
    assert.equal(network.mpeText(request), json(name, 'mpe', ...words));
    assert.equal(
      network.mapText({ ...request, targets }),
      json(name, 'map', ...words, '-t', targets.join()),
    );
    assert.equal(network.observeText({ ...request, target }), json(name, 'observe', ...words, '-t', target));
  });

  test(`joints and fractions of ${name} are the command's`, needsCommand, () => {
    const network = open(name);
    const [request, words] = known(network);
    const targets = network.variables.slice(0, 2).map((variable) => variable.name);
    for (const [more, option] of [[{ exact: true }], [{ exact: true, joint: true }, '--joint'], [{ joint: true }, '--joint']]) {
      const options = [...(more.exact ? ['--exact'] : []), ...(option ? [option] : [])];
      const here = network.queryText({ ...request, targets, ...more });
      assert.equal(withoutSeconds(here), withoutSeconds(json(name, 'query', ...words, '-t', targets.join(), ...options)));
    }
  });

  test(`${name} is written in every format as the command writes it`, needsCommand, () => {
    const network = open(name);
    for (const format of ['bif', 'xmlbif', 'xdsl', 'hugin', 'uai', 'json'])
      assert.equal(network.write(format), printed(name, 'convert', '--to', format), format);
  });
}

for (const name of networkFiles) {
  test(`pictures of ${name} are the command's`, needsCommand, () => {
    const network = open(name);
    for (const graph of ['dag', 'moral', 'triangulated', 'tree'])
      for (const format of ['svg', 'dot'])
        assert.equal(network.draw({ graph, format }), printed(name, 'draw', '--graph', graph, '--format', format));
  });

  test(`orders and independence in ${name} are the command's`, needsCommand, () => {
    const network = open(name);
    const [request, words] = known(network);
    const names = network.variables.map((variable) => variable.name);
    const asked = { ...request, targets: [names[0]] };
    assert.equal(network.ordersText(asked), json(name, 'orders', ...words, '-t', names[0]));
    const sides = { left: [names[0]], right: [names[1]], given: [names.at(-1)] };
    const given = [names[0], names[1], '-g', names.at(-1)];
    assert.equal(network.separateText(sides), json(name, 'separate', ...given));
    const around = { of: [names[0]], given: [names.at(-1)] };
    const alone = ['separate', names[0], '-g', names.at(-1)];
    assert.equal(network.independentText(around), json(name, ...alone));
    for (const format of formats) {
      assert.equal(network.independentText(around, format), printed(name, ...alone, '--format', format));
      assert.equal(network.ordersText(asked, format), printed(name, 'orders', ...words, '-t', names[0], '--format', format));
      assert.equal(network.separateText(sides, format), printed(name, 'separate', ...given, '--format', format));
      assert.equal(network.traceText(asked, format), printed(name, 'trace', ...words, '-t', names[0], '--format', format));
    }
  });

  test(`checks of ${name} are the command's`, needsCommand, () => {
    assert.equal(lab.checkText(networkText(name), networkPath(name)), json(name, 'check'));
  });
}

test('what is known in any way counts as it does for the command', needsCommand, () => {
  const here = open('asia.bif').queryText({
    targets: ['lung'],
    evidence: { dysp: 'yes' },
    excluded: { tub: 'yes' },
    likelihoods: { xray: { yes: 0.8, no: 0.3 } },
    do: { smoke: 'yes' },
    exact: true,
  });
  const words = ['-e', 'dysp=yes,tub!=yes', '-l', 'xray=yes:0.8,no:0.3', '--do', 'smoke=yes'];
  const there = json('asia.bif', 'query', '-t', 'lung', ...words, '--exact');
  assert.equal(withoutSeconds(here), withoutSeconds(there));
});

test('an intervention leaves the network as it was', () => {
  const network = open('asia.bif');
  const before = network.write('bif');
  network.query({ do: { either: 'yes' }, excluded: { smoke: ['yes'] } });
  assert.equal(network.write('bif'), before);
});

test('bars of a picture are those of the command', needsCommand, () => {
  const here = open('asia.bif').draw({ bars: true, targets: ['lung'], evidence: { xray: 'yes' } });
  assert.equal(here, printed('asia.bif', 'draw', '--bars', '-t', 'lung', '-e', 'xray=yes'));
});

test('orders that are given are compared, with the heuristics or without', needsCommand, () => {
  const network = open('homework.bif');
  const asked = { targets: ['B'], evidence: { W: network.variables.at(-1).states[0] } };
  const words = ['-t', 'B', '-e', `W=${asked.evidence.W}`, '--order', 'E,H,A'];
  assert.equal(network.ordersText({ ...asked, orders: [['E', 'H', 'A']] }), json('homework.bif', 'orders', ...words));
  const both = network.orders({ ...asked, orders: [['E', 'H', 'A'], 'min-fill'] }).orders;
  assert.deepEqual(both.map(({ name }) => name), ['E,H,A', 'min-fill']);
});

test('reports are those of the command in every format', needsCommand, () => {
  for (const name of ['homework', 'abcd']) {
    const path = join(root, `docs/examples/questions/${name}.txt`);
    for (const format of formats) {
      const here = open(`${name}.bif`).report(readFileSync(path, 'utf8'), format);
      assert.equal(here, printed(`${name}.bif`, 'report', path, '--format', format));
    }
  }
});

test('explanations in Chinese are those of the command', needsCommand, () => {
  const network = open('homework.bif');
  const asked = { targets: ['B'], evidence: { W: 'w' }, language: 'zh' };
  const words = ['-t', 'B', '-e', 'W=w', '--language', 'zh'];
  const sides = { left: ['B'], right: ['E'], language: 'zh' };
  const sheet = join(root, 'docs/examples/questions/homework.txt');
  for (const format of formats) {
    const chinese = ['--language', 'zh', '--format', format];
    assert.equal(network.traceText(asked, format), printed('homework.bif', 'trace', ...words, '--format', format));
    assert.equal(network.ordersText(asked, format), printed('homework.bif', 'orders', ...words, '--format', format));
    assert.equal(network.separateText(sides, format), printed('homework.bif', 'separate', 'B', 'E', ...chinese));
    const report = network.report(readFileSync(sheet, 'utf8'), format, { language: 'zh' });
    assert.equal(report, printed('homework.bif', 'report', sheet, ...chinese));
  }
  assert.equal(network.ordersText(asked), json('homework.bif', 'orders', ...words));
  assert.match(network.orders(asked).words.at(-1), /^计算量最小：/);
  assert.match(open('homework-structure.bif').separate(sides).numeric_reason, /^此网络没有数值$/);
  assert.equal(network.traceText(asked), network.traceText({ ...asked, language: 'en' }), 'data are in no language');
});

test('a file that cannot be read is a finding', () => {
  const check = lab.check('network n {\n}\nvariable v {\n  oops\n}', 'wrong.bif');
  assert.equal(check.readable, false);
  const { code, file, line } = check.findings.find(({ severity }) => severity === 'error');
  assert.deepEqual({ code, file, line }, { code: 'unreadable', file: 'wrong.bif', line: 4 });
});

test('rows that are far from the sum 1 are taken where that is asked for', () => {
  const far = networkText('asia.bif').replace('0.01, 0.99', '1, 3');
  assert.throws(() => lab.openNetwork(far, 'asia.bif'), codeOf('data'));
  assert.deepEqual(lab.openNetwork(far, 'asia.bif', { normalize: true }).variables[0].table, [0.25, 0.75]);
});

test('the names that UAI files cannot hold are written apart', needsCommand, (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'likelore-'));
  t.after(() => rmSync(directory, { recursive: true }));
  run('net', 'convert', networkPath('asia.bif'), '-o', join(directory, 'asia.uai'));
  assert.equal(open('asia.bif').write('uai-names'), readFileSync(join(directory, 'asia.uai.names'), 'utf8'));
});

test('questions that make no sense are usage errors', () => {
  const network = open('asia.bif');
  const nonsense = [
    () => network.map({ targets: [] }),
    () => network.trace({ targets: [] }),
    () => network.orders({ targets: [] }),
    () => network.separate({ left: [], right: ['lung'] }),
    () => network.separate({ left: ['asia'], right: [] }),
    () => network.separate({ left: ['asia'], right: ['asia'] }),
    () => network.separate({ left: ['asia'], right: ['lung'], mostOperations: -1 }),
    () => network.independent({ of: [] }),
    () => network.independent({ of: ['asia'], given: ['asia'] }),
    () => network.separate({ left: ['asia'], right: ['lung'], tolerance: 2 }),
    () => network.traceText({ targets: ['lung'] }, 'word'),
    () => network.report('P(lung=yes)', 'word'),
    () => network.traceText({ targets: ['lung'], language: 'fr' }, 'text'),
    () => network.report('P(lung=yes)', 'text', { language: 'fr' }),
    () => network.write('word'),
    () => network.query({ likelihoods: { lung: { yes: 1 } } }),
  ];
  for (const ask of nonsense) assert.throws(ask, codeOf('usage'), String(ask));
  assert.throws(() => network.draw({ graph: 'painting' }), codeOf('unknown-name'));
  assert.throws(() => network.observe({ target: 'nobody' }), codeOf('unknown-name'));
  assert.throws(() => network.query({ do: { nobody: 'yes' } }), codeOf('unknown-name'));
});

test('a failure tells of itself, not of one before', () => {
  const network = open('asia.bif');
  assert.throws(() => network.map({ targets: [] }), /name targets/);
  assert.throws(() => network.write('word'), (error) => !/name targets/.test(error.message));
});

test('questions hold no memory', async () => {
  const own = await openBayes();
  const network = own.openNetwork(networkText('asia.bif'), 'asia.bif');
  const ask = () => {
    const [evidence, targets] = [{ xray: 'yes' }, ['lung']];
    network.query({ evidence, exact: true, do: { smoke: 'yes' } });
    network.mpe({ evidence });
    network.observe({ target: 'lung', evidence });
    network.orders({ targets, evidence });
    network.separate({ left: ['asia'], right: ['lung'], given: ['dysp'] });
    network.independent({ of: ['asia'], given: ['dysp'] });
    network.report('P(lung=yes | xray=yes)');
    network.draw({ bars: true });
    own.check(networkText('asia.bif'), 'asia.bif');
    assert.throws(() => network.orders({ targets, orders: [['lung', 'nobody']] }));
  };
  ask();
  const before = own.liveBytes;
  for (let i = 0; i < 20; i++) ask();
  assert.equal(own.liveBytes, before);
});

// ---- UAI results ------------------------------------------------------------------------------

const seen = { evidence: { wet_grass: 'yes' } };
const results = [
  ['pr', 'query', [], 'PR\n-0.3\n'],
  ['mar', 'query', [], 'MAR\n4 2 0.5 0.5 2 0.3 0.7 2 0.52 0.48 2 1 0\n'],
  ['mpe', 'mpe', [], 'MPE\n4 1 1 0 0\n'],
  ['mmap', 'map', ['-t', 'rain'], 'MMAP\n1\n1 2 1\n'],
];

for (const [task, verb, words, other] of results) {
  test(`a UAI result of the task ${task} is compared as the command compares it`, needsCommand, (t) => {
    const network = open('sprinkler.bif');
    const file = join(directoryFor(t), 'other.uai');
    writeFileSync(file, other);
    const asked = ['-e', 'wet_grass=yes', ...words, '--compare', file];
    assert.equal(network.compareUaiText(other, seen), json('sprinkler.bif', verb, ...asked));
    const close = { ...seen, tolerance: 10 };
    assert.equal(
      network.compareUaiText(other, close),
      json('sprinkler.bif', verb, ...asked, '--tolerance', '10'),
    );
    assert.equal(network.compareUai(other, seen).agree, false);
    assert.equal(network.compareUai(other, close).agree, true);
    const ours = network.uaiText(task, { ...seen, ...(task === 'mmap' && { targets: ['rain'] }) });
    assert.equal(network.compareUai(ours, seen).largest_difference, 0);
  });
}

test('UAI results are read', () => {
  const network = open('sprinkler.bif');
  const read = (text) => network.uaiResult(text, 'x.MAR');
  assert.deepEqual(read('PR\n-2.5\n'), { version: 1, task: 'PR', log10: -2.5 });
  const { posteriors } = read('MAR\n4 2 .5 .5 2 .25 .75 2 1 0 2 0 1\n');
  assert.deepEqual(posteriors.sprinkler, { on: 0.25, off: 0.75 });
  const { assignment } = read('MPE\n4 0 1 1 0\n');
  assert.deepEqual(assignment, { cloudy: 'yes', sprinkler: 'off', rain: 'no', wet_grass: 'yes' });
  const targets = { version: 1, task: 'MMAP', assignment: { rain: 'no', cloudy: 'yes' } };
  assert.deepEqual(read('MMAP\n2 2 1 0 0\n'), targets);
  assert.throws(() => read('MAR\n3 2 0 1\n'), { code: 'data', file: 'x.MAR', line: 2, column: 1 });
  assert.throws(() => network.compareUai('MPE\n1\n', { fileName: 'y' }), { file: 'y', line: 2 });
});
