// Data: naive Bayes, fitting, sampling, estimates, and exact answers in steps, each compared with the
// command's.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import {
  codeOf,
  directoryFor,
  needsCommand,
  networkPath,
  networkText,
  openBayes,
  openBayesStart,
  printed,
  root,
  withoutSeconds,
} from './support.js';

const lab = await openBayes();
const open = (name) => lab.openNetwork(networkText(name), name);

// ---- Naive Bayes ------------------------------------------------------------------------------

const satisfactionPath = join(root, 'docs/examples/data/satisfaction.csv');
const satisfaction = readFileSync(satisfactionPath, 'utf8');
const mail = [
  'text;kind',
  '"win money now, win";spam',
  '"lunch at noon?";ham',
  '"money for lunch";ham',
  '"now win big";spam',
  ';ham',
].join('\n');
const columns = 'a,b,n,class\n1,0,7,x\n0,0,8,y\n1,1,?,x\n0,1,9,y\n';

// Name, table, request, the same as words of the command, and a row in both notations.
const trainings = [
  ['categorical', satisfaction, { class: 'satisfied' }, ['-c', 'satisfied'], { row: { rich: 0, married: '1' } }, ['-r', 'rich=0,married=1']],
  ['smoothed', satisfaction, { class: 'satisfied', alpha: 1, alphaPrior: 0.5, ignore: ['healthy'] },
    ['-c', 'satisfied', '--alpha', '1', '--alpha-prior', '0.5', '--ignore', 'healthy'], { row: { rich: '1' } }, ['-r', 'rich=1']],
  ['bernoulli', columns, { class: 'class', model: 'bernoulli', ignore: ['n'], alpha: 1 },
    ['-c', 'class', '--model', 'bernoulli', '--ignore', 'n', '--alpha', '1'], { row: { a: 1, b: 0 } }, ['-r', 'a=1,b=0']],
  ['columns of counts', columns, { class: 'class', model: 'multinomial', alpha: 0.5, missing: ['?'] },
    ['-c', 'class', '--model', 'multinomial', '--alpha', '0.5', '--missing', '?'], { row: { n: 3 } }, ['-r', 'n=3']],
  ['texts', mail, { class: 'kind', text: 'text', alpha: 1, separator: ';' },
    ['-c', 'kind', '--text', 'text', '--alpha', '1', '--separator', ';'], { words: 'win lunch now' }, ['-w', 'win lunch now']],
  ['words that are there or not', mail, { class: 'kind', text: 'text', model: 'bernoulli', alpha: 1, minTexts: 2, maxWords: 3 },
    ['-c', 'kind', '--text', 'text', '--model', 'bernoulli', '--alpha', '1', '--min-texts', '2', '--max-words', '3'],
    { words: 'win money' }, ['-w', 'win money']],
];

for (const [name, table, request, words, row, rowWords] of trainings) {
  test(`naive Bayes, ${name}: all is as the command has it`, needsCommand, (t) => {
    const directory = directoryFor(t);
    const [data, file] = [join(directory, 'data.csv'), join(directory, 'model.json')];
    writeFileSync(data, table);
    const saved = printed('nb', 'train', data, ...words);
    writeFileSync(file, saved);
    const model = lab.trainNaiveBayes(table, request);
    assert.equal(`${model.write()}\n`, saved);
    const ask = (verb, ...more) => printed('nb', verb, file, ...more);
    for (const [how, option] of [[{}, []], [{ explain: true }, ['--explain']], [{ explain: true, exact: true }, ['--explain', '--exact']]]) {
      const there = ask('predict', ...rowWords, '--json', ...option);
      assert.equal(`${model.predictText({ ...row, ...how })}\n`, there);
    }
    assert.equal(model.explainText(row), ask('predict', ...rowWords, '--explain'));
    const both = model.explainText({ ...row, exact: true });
    assert.equal(both, ask('predict', ...rowWords, '--explain', '--exact'));
    assert.equal(`${model.infoText(2)}\n`, ask('info', '--json', '--top', '2'));
    assert.equal(model.infoText(3, 'text'), ask('info', '--top', '3'));
    const chinese = ['--language', 'zh'];
    assert.equal(model.explainText({ ...row, language: 'zh' }), ask('predict', ...rowWords, '--explain', ...chinese));
    assert.equal(model.infoText(3, 'text', 'zh'), ask('info', '--top', '3', ...chinese));
    const reading = { missing: request.missing, separator: request.separator };
    const readingWords = words.filter((_, i) => ['--separator', '--missing'].includes(words[i]) || ['--separator', '--missing'].includes(words[i - 1]));
    assert.equal(model.predictTable(table, reading), ask('predict', data, ...readingWords));
    assert.equal(`${model.evaluateText(table, reading)}\n`, ask('evaluate', data, '--json', ...readingWords));
    assert.equal(model.evaluateText(table, reading, 'text'), ask('evaluate', data, ...readingWords));
    const again = lab.openNaiveBayes(model.write());
    assert.equal(again.write(), model.write());
    if (model.model === 'multinomial') assert.throws(() => model.toNetwork(), codeOf('unsupported'));
    else assert.equal(model.toNetwork().write('bif'), ask('export'));
    model.dispose();
    assert.throws(() => model.predict(row), codeOf('usage'));
  });
}

test('a model tells what it is', () => {
  const model = lab.trainNaiveBayes(satisfaction, { class: 'satisfied' });
  assert.equal(model.model, 'categorical');
  assert.equal(model.classColumn, 'satisfied');
  assert.equal(model.textColumn, null);
  assert.deepEqual(model.classes, ['0', '1']);
  const { prediction, exact } = model.predict({ row: { rich: 0, married: 1 }, exact: true });
  assert.equal(prediction, '0');
  assert.deepEqual(exact.class, { 0: '8/13', 1: '5/13' });
  const texts = lab.trainNaiveBayes(mail, { class: 'kind', text: 'text' });
  assert.equal(texts.textColumn, 'text');
});

test('names of features are found whatever they hold', () => {
  const table = '"a, ""b""=",class\n"x=1, y",p\nz,q\n';
  const model = lab.trainNaiveBayes(table, { class: 'class' });
  assert.equal(model.predict({ row: { 'a, "b"=': 'x=1, y' } }).prediction, 'p');
});

test('a network made of a classifier answers as the classifier does', () => {
  const model = lab.trainNaiveBayes(satisfaction, { class: 'satisfied', alpha: 1 });
  const { posteriors } = model.toNetwork().query({ targets: ['satisfied'], evidence: { rich: '0' } });
  const { class: classes } = model.predict({ row: { rich: '0' } });
  for (const name of model.classes)
    assert.ok(Math.abs(posteriors.satisfied[name] - classes[name]) < 1e-14);
});

test('bad training, models and rows are told of', () => {
  const train = (table, request) => () => lab.trainNaiveBayes(table, request);
  assert.throws(train(satisfaction, {}), codeOf('usage'));
  assert.throws(train(satisfaction, { class: 'nobody' }), codeOf('unknown-name'));
  assert.throws(train(satisfaction, { class: 'satisfied', alpha: -1 }), codeOf('usage'));
  assert.throws(train(satisfaction, { class: 'satisfied', alpha: NaN }), codeOf('usage'));
  assert.throws(train(satisfaction, { class: 'satisfied', model: 'other' }), codeOf('usage'));
  assert.throws(train(satisfaction, { class: 'satisfied', minTexts: 2 }), codeOf('usage'));
  assert.throws(train(mail, { class: 'kind', text: 'text', ignore: ['x'], separator: ';' }), codeOf('usage'));
  assert.throws(train(mail, { class: 'kind', separator: '+' }), codeOf('usage'));
  assert.throws(train('', { class: 'x' }), (error) => error.name === 'LikeloreError');
  assert.throws(train('a,class\n1,x\n2\n', { class: 'class', fileName: 'd.csv' }), (error) => {
    assert.equal(error.code, 'data');
    assert.deepEqual([error.file, error.line], ['d.csv', 3]);
    return true;
  });
  assert.throws(() => lab.openNaiveBayes('{', 'm.json'), (error) => error.code === 'syntax' && error.file === 'm.json');
  assert.throws(() => lab.openNaiveBayes('{}'), (error) => error.name === 'LikeloreError');
  const model = lab.trainNaiveBayes(satisfaction, { class: 'satisfied' });
  assert.throws(() => model.predict({ row: { nobody: 1 } }), codeOf('unknown-name'));
  assert.throws(() => model.predict({ row: { rich: 7 } }), codeOf('unknown-name'));
  assert.throws(() => model.predict({ words: 'x' }), codeOf('usage'));
  assert.throws(() => model.predict({ row: {}, unseen: 'other' }), codeOf('usage'));
  model.predict({ row: { rich: 7 }, unseen: 'ignore' });
});

// ---- Data and networks ------------------------------------------------------------------------

test('cases are drawn as the command draws them', needsCommand, () => {
  const network = open('asia.bif');
  const path = networkPath('asia.bif');
  const sample = (...words) => printed('net', 'sample', path, '-q', ...words);
  assert.equal(network.sample({ count: 10 }), sample('-n', '10'));
  assert.equal(network.sample({ count: 9000, seed: 7 }), sample('-n', '9000', '--seed', '7'));
  const known = { evidence: { xray: 'yes' }, likelihoods: { lung: { yes: 0.3, no: 0.5 } }, do: { smoke: 'no' } };
  const words = ['-e', 'xray=yes', '-l', 'lung=yes:0.3,no:0.5', '--do', 'smoke=no', '--weights'];
  assert.equal(network.sample({ count: 50, weights: true, ...known }), sample('-n', '50', ...words));
  assert.equal(network.sample({ count: 5, do: known.do }), sample('-n', '5', '--do', 'smoke=no'));
  for (const bad of [{ count: 0 }, { count: 1.5 }, { count: 5, seed: -1 }, { count: 5, evidence: known.evidence }])
    assert.throws(() => network.sample(bad), codeOf('usage'));
});

// A table of cases, every seventh field left open when `holes`.
function casesOf(network, holes) {
  let n = 0;
  const lines = network.sample({ count: 300 }).split('\n');
  const pierce = (line) => line.replace(/[^,]+/g, (field) => (++n % 7 === 0 ? '?' : field));
  return lines.map((line, i) => (holes && i > 0 ? pierce(line) : line)).join('\n');
}

test('tables are fitted as the command fits them', needsCommand, (t) => {
  const network = open('asia.bif');
  const data = join(directoryFor(t), 'data.csv');
  const fits = [
    [false, {}, []],
    [false, { method: 'laplace', alpha: 2 }, ['--method', 'laplace', '--alpha', '2']],
    [false, { method: 'bdeu', ess: 10 }, ['--method', 'bdeu', '--ess', '10']],
    [true, { em: true, seed: 3 }, ['--em', '--seed', '3']],
    [true, { em: true, method: 'laplace', maxIterations: 3 }, ['--em', '--method', 'laplace', '--max-iterations', '3']],
    [true, { em: true, tolerance: 1e-3 }, ['--em', '--tolerance', '1e-3']],
  ];
  for (const [holes, request, words] of fits) {
    const table = casesOf(network, holes);
    writeFileSync(data, table);
    const reports = [];
    const fitted = network.fit(new TextEncoder().encode(table), request, (report) => reports.push(report));
    const there = printed('net', 'fit', networkPath('asia.bif'), data, '-q', ...words);
    assert.equal(fitted.network.write('bif'), there, JSON.stringify(request));
    assert.deepEqual(reports.map(({ iteration }) => iteration), reports.map((_, i) => i + 1));
    assert.equal(reports.length > 1, holes);
    const { network: _, ...last } = fitted;
    assert.deepEqual(last, reports.at(-1));
    assert.equal(last.done, true);
    assert.equal(last.converged, request.maxIterations === undefined);
    fitted.network.dispose();
  }
});

test('what a fit gets wrong is told of', () => {
  const network = open('asia.bif');
  const table = casesOf(network, false);
  assert.throws(() => network.fit(casesOf(network, true)), codeOf('data'));
  assert.throws(() => network.fit(table, { method: 'other' }), codeOf('usage'));
  assert.throws(() => network.fit(table, { alpha: 1 }), codeOf('usage'));
  assert.throws(() => network.fit(table, { method: 'bdeu', ess: 0 }), codeOf('usage'));
  assert.throws(() => network.fit(table, { tolerance: 0.1 }), codeOf('usage'));
  assert.throws(() => network.fit(`${table.replace('asia', 'nobody')}`), codeOf('unknown-name'));
  network.fit(`${table.replace('asia', 'nobody')}`, { ignoreColumns: true, em: true, maxIterations: 1 });
});

test('estimates are those of the command', needsCommand, () => {
  const network = open('asia.bif');
  const ask = (...words) =>
    withoutSeconds(printed('net', 'query', networkPath('asia.bif'), '--engine', 'lw', '--json', '-q', ...words)).trimEnd();
  const estimate = (request) => withoutSeconds(network.estimateText(request));
  assert.equal(estimate({ precision: 0.01 }), ask('--precision', '0.01'));
  const request = { targets: ['lung'], evidence: { dysp: 'yes' }, do: { smoke: 'yes' }, maxSamples: 9000, seed: 5 };
  const words = ['-t', 'lung', '-e', 'dysp=yes', '--do', 'smoke=yes', '--max-samples', '9000', '--seed', '5'];
  assert.equal(estimate(request), ask(...words));
  const seen = [];
  const { samples, precise } = network.estimate(request, (progress) => seen.push(progress));
  assert.deepEqual(seen.map((progress) => progress.samples), [4096, 8192, 12288]);
  assert.equal(samples, 12288);
  assert.equal(precise, seen.at(-1).largestError <= 0.001);
  for (const bad of [{ precision: 0 }, { maxSamples: 0.5 }, { targets: ['lung'], evidence: { lung: 'yes' } }])
    assert.throws(() => network.estimate(bad), codeOf('usage'));
});

test('steps that are left early hold nothing, and outlive their network', async () => {
  const own = await openBayes();
  const begin = () => {
    const network = own.openNetwork(networkText('asia.bif'), 'asia.bif');
    const steps = [
      network.exactSteps({ evidence: { xray: 'yes' } }),
      network.estimateSteps(),
      network.sampleSteps({ count: 9000 }),
      network.fitSteps(casesOf(network, true), { em: true }),
    ];
    for (const each of steps) each.next();
    network.dispose();
    return steps;
  };
  const leave = () => {
    for (const each of begin()) each.return();
    return own.liveBytes;
  };
  const before = leave(); // the largest text so far included
  assert.equal(leave(), before);
  for (const each of begin()) for (let next = each.next(); !next.done; ) next = each.next();
  const [, , , fit] = begin();
  let next = fit.next();
  while (!next.done) next = fit.next();
  assert.equal(next.value.network.variables.length, 8);
});

test('the content of a UAI evidence file and the UAI results are those of the command', needsCommand, (t) => {
  const network = open('asia.bif');
  const path = join(directoryFor(t), 'asia.evid');
  const uaiEvidence = '1 0 1\n';
  writeFileSync(path, uaiEvidence);
  const ask = (verb, ...words) => printed('net', verb, networkPath('asia.bif'), '--uai-evidence', path, ...words);
  assert.equal(network.uaiText('pr', { uaiEvidence }), ask('query', '--format', 'uai-pr'));
  assert.equal(network.uaiText('mar', { uaiEvidence }), ask('query', '--format', 'uai-mar'));
  assert.equal(network.uaiText('mpe', { uaiEvidence }), ask('mpe', '--format', 'uai-mpe'));
  const targets = ['lung', 'tub'];
  assert.equal(network.uaiText('mmap', { uaiEvidence, targets }), ask('map', '-t', 'lung,tub', '--format', 'uai-mmap'));
  assert.equal(withoutSeconds(network.queryText({ uaiEvidence })), withoutSeconds(ask('query', '--json').trimEnd()));
});

test('fractions of traces, independence and reports are those of the command', needsCommand, () => {
  const path = join(root, 'docs/examples/questions/homework.txt');
  const [network, file] = [open('homework.bif'), networkPath('homework.bif')];
  const [a, b] = network.variables.map(({ name }) => name);
  assert.equal(network.traceText({ targets: [a], exact: true }), printed('net', 'trace', file, '-t', a, '--exact', '--json').trimEnd());
  const sides = { left: [a], right: [b], exact: true };
  assert.equal(network.separateText(sides), printed('net', 'separate', file, a, b, '--exact', '--json').trimEnd());
  assert.throws(() => network.separate({ ...sides, tolerance: 0.1 }), codeOf('usage'));
  const sheet = readFileSync(path, 'utf8');
  assert.equal(network.report(sheet, 'text', { exact: true }), printed('net', 'report', file, path, '--format', 'text', '--exact'));
});

test('what a network consists of is what the command says', needsCommand, () => {
  for (const name of ['asia.bif', 'homework.bif'])
    assert.equal(`${open(name).infoText()}\n`, printed('net', 'info', networkPath(name), '--json'));
});

// ---- The module that a page starts with -------------------------------------------------------

test('the first module answers to the bit as the one with everything', async () => {
  const first = (await openBayesStart()).openNetwork(networkText('asia.bif'), 'asia.bif');
  const whole = open('asia.bif');
  const known = { evidence: { xray: 'yes' }, do: { smoke: 'no' } };
  assert.equal(withoutSeconds(first.queryText(known)), withoutSeconds(whole.queryText(known)));
  assert.equal(first.mpeText(known), whole.mpeText(known));
  assert.equal(first.observeText({ target: 'lung' }), whole.observeText({ target: 'lung' }));
  assert.equal(first.infoText(), whole.infoText());
  const asked = { targets: ['lung'], ...known };
  assert.equal(first.traceText(asked), whole.traceText(asked));
});

test('the first module says what it lacks', async () => {
  const start = await openBayesStart();
  const network = start.openNetwork(networkText('asia.bif'), 'asia.bif');
  const lacking = [
    () => network.query({ exact: true }),
    () => network.trace({ targets: ['lung'], exact: true }),
    () => network.traceText({ targets: ['lung'] }, 'text'),
    () => network.write('bif'),
    () => network.sample({ count: 1 }),
    () => start.check('', 'x.bif'),
    () => start.trainNaiveBayes(satisfaction, { class: 'satisfied' }),
    () => start.openNetwork(` ${open('asia.bif').write('xmlbif')}`, 'asia.bif'),
    () => start.openNetwork('x', 'asia.xdsl'),
  ];
  for (const ask of lacking) assert.throws(ask, codeOf('unsupported'), String(ask));
  const { liveBytes } = start;
  assert.throws(() => network.draw());
  assert.equal(start.liveBytes, liveBytes);
});

test('the first module reads every format without XML', async () => {
  const start = await openBayesStart();
  for (const format of ['bif', 'hugin', 'uai', 'json']) {
    const text = open('asia.bif').write(format);
    const [here, there] = [start, lab].map((each) => each.openNetwork(text, `asia.${format}`));
    assert.deepEqual(here.variables, there.variables, format);
  }
});

// ---- Memory -----------------------------------------------------------------------------------

test('memory is flat over 50 rounds of opening and closing', async () => {
  const own = await openBayes();
  const table = casesOf(open('asia.bif'), true);
  const round = () => {
    const network = own.openNetwork(networkText('asia.bif'), 'asia.bif');
    network.query({ evidence: { xray: 'yes' }, exact: true });
    network.estimate({ maxSamples: 1 });
    network.fit(table, { em: true, maxIterations: 2 }).network.dispose();
    network.sample({ count: 20 });
    network.dispose();
    const model = own.trainNaiveBayes(satisfaction, { class: 'satisfied' });
    model.evaluate(satisfaction);
    model.predictTable(satisfaction);
    const again = own.openNaiveBayes(model.write());
    again.toNetwork().dispose();
    for (const each of [model, again]) each.dispose();
    assert.throws(() => own.trainNaiveBayes('a,b\n1\n', { class: 'a' }));
    assert.throws(() => network.fit('', {}));
  };
  round();
  const [live, memory] = [own.liveBytes, own.bridge.memoryBytes];
  for (let i = 0; i < 50; i++) round();
  assert.equal(own.liveBytes, live);
  assert.equal(own.bridge.memoryBytes, memory);
});

// ---- Rows of evidence -------------------------------------------------------------------------

const rows = 'id;asia;tub;dysp\n1;yes;no;-\n2;-;yes;no\n3;-;-;-\n4;no;yes;yes\n';

for (const [name, request, words] of [
  ['posteriors', {}, []],
  ['joints', { targets: ['bronc', 'lung'], joint: true }, ['-t', 'bronc,lung', '--joint']],
  ['fractions', { targets: ['bronc'], exact: true }, ['-t', 'bronc', '--exact']],
  ['rows beside evidence of all', { excluded: { either: 'yes' } }, ['-e', 'either!=yes']],
]) {
  test(`rows of a table are answered as the command answers them: ${name}`, needsCommand, (t) => {
    const file = join(directoryFor(t), 'rows.csv');
    writeFileSync(file, rows);
    const options = { ...request, separator: ';', missing: ['-'], ignoreColumns: true, fileName: file };
    const network = open('asia.bif');
    const plain = (text) => text.split('\n').map(withoutSeconds).join('\n');
    const asked = ['--cases', file, '--separator', ';', '--missing', '-', '--ignore-columns', '--json'];
    const there = printed('net', 'query', networkPath('asia.bif'), ...words, ...asked);
    assert.equal(plain(network.queryTableText(rows, options)), plain(there));
    const answers = network.queryTable(rows, options);
    assert.equal(answers.length, 4);
    const impossible = answers.filter((answer) => 'error' in answer);
    assert.equal(impossible.length, name.startsWith('rows') ? 2 : 0);
    for (const { error } of impossible) assert.equal(error.code, 'impossible-evidence');
  });
}

test('rows come some hundred a step, and leaving the steps frees the work', async () => {
  const own = await openBayes();
  const network = own.openNetwork(networkText('asia.bif'), 'asia.bif');
  const table = `smoke\n${'yes\nno\n'.repeat(300)}`;
  const progress = [];
  const answers = network.queryTable(table, { targets: ['lung'] }, (each) => progress.push(each.rows));
  assert.deepEqual(progress, [256, 512]);
  assert.equal(answers.length, 600);
  assert.ok(Math.abs(answers[598].posteriors.lung.yes - 0.1) < 1e-15);
  const before = own.liveBytes;
  const steps = network.queryTableSteps(table, { targets: ['lung'] });
  steps.next();
  assert.ok(own.liveBytes > before);
  steps.return();
  assert.equal(own.liveBytes, before);
  network.queryTableSteps(table); // never begun
  assert.equal(own.liveBytes, before);
});

test('a table that does not fit is refused with its place', () => {
  const network = open('asia.bif');
  const options = { fileName: 'rows.csv' };
  const refused = (text, line, column) =>
    assert.throws(() => network.queryTable(text, options), { file: 'rows.csv', line, column });
  refused('asia\nyes\nmaybe\n', 3, 1);
  assert.throws(() => network.queryTable('Asia\nyes\n', options), { file: 'rows.csv' });
  assert.throws(() => network.queryTable('asia\n', options), codeOf('data'));
  assert.throws(() => network.queryTable('asia\nyes\n', { targets: ['asia'] }), codeOf('data'));
  const after = network.queryTable('asia\nyes\n');
  assert.equal(after[0].evidence.asia, 'yes');
});

test('a failure names what may help, not the option of the command', () => {
  const model = lab.trainNaiveBayes('a,b,c\n1,0,x\n1,0,x\n0,1,y\n', { class: 'c', alpha: 0 });
  const failure = (work) => {
    try {
      work();
    } catch (error) {
      assert.ok(!error.message.includes('--'), error.message);
      return error.remedy;
    }
    return assert.fail('it did not fail');
  };
  assert.equal(failure(() => model.predict({ row: { a: '1', b: '1' } })), 'smooth');
  assert.equal(failure(() => model.predict({ row: { a: '7' } })), 'unseen');
  const row = (numbers) => JSON.stringify({ version: 1, name: 'x', variables: [{ name: 'A', states: ['a', 'b'], parents: [], table: numbers }] });
  assert.equal(failure(() => lab.openNetwork(row([1, 3]), 'x.json')), 'normalize');
  assert.equal(failure(() => lab.openNetwork('{', 'x.json')), undefined);
});
