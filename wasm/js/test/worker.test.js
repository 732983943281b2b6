// The worker tier over a MessageChannel, whose two ends here share a thread.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { connectBayesLab, connectLanguageLab } from '../dist/worker/client.js';
import { bayesMethods } from '../dist/worker/bayes-methods.js';
import { languageMethods } from '../dist/worker/language-methods.js';
import {
  channel,
  codeOf,
  lifetime,
  needsCommand,
  networkText,
  openBayes,
  openBayesStart,
  openLanguage,
  root,
  trainCheckpoint,
} from './support.js';

// A lab whose worker has both modules; `loads` counts how often that with everything was loaded.
function bayesLab(t, start = openBayesStart(), all = openBayes) {
  const lab = {
    loads: 0,
    ...connectBayesLab(channel(t, bayesMethods({ start, all: () => (lab.loads++, all()) })), lifetime),
  };
  return lab;
}

test('a lab in a worker answers as the api tier does', async (t) => {
  const api = (await openBayes()).openNetwork(networkText('asia.bif'), 'asia.bif');
  const lab = bayesLab(t);
  const network = await lab.openNetwork(networkText('asia.bif'), 'asia.bif');
  assert.deepEqual(network.variables, api.variables);
  const request = { evidence: { xray: 'yes' } };
  const [here, there] = [api.query(request), await network.query(request)];
  assert.deepEqual({ ...there, seconds: 0 }, { ...here, seconds: 0 });
  const asked = { targets: ['tub'], ...request };
  assert.deepEqual(await network.trace(asked), api.trace(asked));
  assert.deepEqual(await network.mpe(request), api.mpe(request));
  assert.equal(await network.ordersText(asked, 'markdown'), api.ordersText(asked, 'markdown'));
  assert.equal(await network.draw({ graph: 'tree' }), api.draw({ graph: 'tree' }));
  const result = api.uaiText('mar');
  assert.deepEqual(await network.uaiResult(result), api.uaiResult(result));
  assert.deepEqual(await network.compareUai(result, request), api.compareUai(result, request));
  assert.deepEqual(await lab.check('', 'x.bif'), (await openBayes()).check('', 'x.bif'));
  const factors = await network.factors({ variables: ['tub', 'asia'] });
  assert.deepEqual(factors, api.factors({ variables: ['tub', 'asia'] }));
  const product = { operation: 'multiply', factors, exact: true };
  assert.deepEqual(await lab.combineFactors(product), (await openBayes()).combineFactors(product));
  assert.match((await lab.version()).version, /^\d+\.\d+\.\d+$/);
});

test('an answer that crosses as numbers is the object of the api tier', async (t) => {
  const api = (await openBayes()).openNetwork(networkText('student.bif'), 'student.bif');
  const network = await bayesLab(t).openNetwork(networkText('student.bif'), 'student.bif');
  const [name, other] = api.variables.map((variable) => variable.name);
  const evidence = { [name]: api.variables[0].states[0] };
  for (const request of [{}, { evidence }, { evidence, targets: [other] }, { do: evidence }]) {
    const [here, there] = [api.query(request), await network.query(request)];
    assert.equal(JSON.stringify({ ...there, seconds: 0 }), JSON.stringify({ ...here, seconds: 0 }));
  }
  const request = { evidence: { ...evidence }, targets: [other] };
  const answer = network.query(request);
  delete request.evidence[name]; // the question was asked before
  request.targets.pop();
  const { evidence: known, posteriors } = await answer;
  assert.deepEqual([known, Object.keys(posteriors)], [evidence, [other]]);
});

test('errors cross with code and place', async (t) => {
  const lab = bayesLab(t);
  await assert.rejects(lab.openNetwork('network n {\n}\nvariable v {\n  oops\n}', 'wrong.bif'), (error) => {
    assert.ok(codeOf('syntax')(error));
    assert.equal(error.file, 'wrong.bif');
    assert.equal(error.line, 4);
    return true;
  });
  const network = await lab.openNetwork(networkText('asia.bif'), 'asia.bif');
  const evidence = { tub: 'yes', either: 'no' };
  await assert.rejects(network.query({ evidence }), (error) => {
    assert.ok(codeOf('impossible-evidence')(error));
    assert.deepEqual(error.conflict, ['tub', 'either']);
    return true;
  });
  const request = { do: { tub: 'yes' }, likelihoods: { either: { yes: 0, no: 1 } }, evidence: { lung: 'no' } };
  await assert.rejects(network.query(request), (error) => error.conflict.join() === 'either');
  await network.dispose();
  await assert.rejects(network.query(), codeOf('usage'));
});

test('a module that cannot be loaded rejects every request', async (t) => {
  const failure = Promise.reject(new Error('no such file'));
  const lab = bayesLab(t, failure);
  await assert.rejects(lab.version(), codeOf('internal'));
  await assert.rejects(lab.openNetwork('', 'x.bif'), /no such file/);
});

test('closing a lab rejects what is under way and what comes later', async (t) => {
  const lab = bayesLab(t, new Promise(() => {}));
  const waiting = lab.version();
  lab.close();
  await assert.rejects(waiting, codeOf('cancelled'));
  await assert.rejects(lab.version(), codeOf('cancelled'));
});

test('what to observe comes in steps, between which other questions are answered and it can be stopped', async (t) => {
  const lab = bayesLab(t);
  const network = await lab.openNetwork(networkText('asia.bif'), 'asia.bif');
  const api = (await openBayes()).openNetwork(networkText('asia.bif'), 'asia.bif');
  const request = { target: 'lung', likelihoods: { xray: { yes: 0.8, no: 0.1 } } };
  const seen = [];
  assert.deepEqual(await network.observe(request, (progress) => seen.push(progress)), api.observe(request));
  assert.deepEqual(seen, [{ done: 1, all: 3 }, { done: 2, all: 3 }]);

  const controller = new AbortController();
  const stopped = network.observe(request, () => controller.abort(), controller.signal);
  await assert.rejects(stopped, codeOf('cancelled'));

  const order = [];
  await Promise.all([
    network.observe(request).then(() => order.push('observe')),
    network.query({ evidence: { smoke: 'yes' } }).then(() => order.push('query')),
  ]);
  assert.deepEqual(order, ['query', 'observe']);
  await assert.rejects(network.observe({ target: 'nobody' }), codeOf('unknown-name'));
});

test('the module with everything is loaded when something asks for it, and once', async (t) => {
  const lab = bayesLab(t);
  const network = await lab.openNetwork(networkText('asia.bif'), 'asia.bif');
  const api = (await openBayes()).openNetwork(networkText('asia.bif'), 'asia.bif');
  await network.query({ evidence: { xray: 'yes' } });
  await network.mpe();
  await network.map({ targets: ['lung'] });
  await network.observe({ target: 'lung' });
  await network.info();
  await network.trace({ targets: ['lung'] });
  assert.equal(lab.loads, 0);
  const exact = { evidence: { xray: 'yes' }, exact: true };
  const [here, there, drawn] = await Promise.all([
    api.query(exact),
    network.query(exact),
    network.draw(),
  ]);
  assert.deepEqual({ ...there, seconds: 0 }, { ...here, seconds: 0 });
  assert.equal(drawn, api.draw());
  assert.equal(await network.write('xmlbif'), api.write('xmlbif'));
  assert.equal(lab.loads, 1);
  await network.dispose();
  await assert.rejects(network.write('bif'), codeOf('usage'));
  await assert.rejects(network.estimate(), codeOf('usage'));
});

test('a file in XML opens in the module with everything', async (t) => {
  const text = (await openBayes()).openNetwork(networkText('asia.bif'), 'asia.bif').write('xdsl');
  const lab = bayesLab(t);
  const network = await lab.openNetwork(text, 'asia.xdsl');
  assert.equal(lab.loads, 1);
  assert.equal(network.variables.length, 8);
  assert.equal(await network.write('xdsl'), text);
  assert.equal((await network.query({ evidence: { xray: 'yes' } })).evidence.xray, 'yes');
  await assert.rejects(lab.openNetwork('<oops', 'wrong.xdsl'), (error) => error.file === 'wrong.xdsl');
});

test('loading the module with everything is tried again after a failure', async (t) => {
  let failed = false;
  const lab = bayesLab(t, openBayesStart(), () => {
    if (failed) return openBayes();
    failed = true;
    return Promise.reject(new Error('offline'));
  });
  const network = await lab.openNetwork(networkText('asia.bif'), 'asia.bif');
  await assert.rejects(network.write('bif'), /offline/);
  assert.match(await network.write('bif'), /network/);
  assert.equal(lab.loads, 2);
});

const satisfaction = readFileSync(join(root, 'docs/examples/data/satisfaction.csv'), 'utf8');

test('naive Bayes in a worker answers as the api tier does', async (t) => {
  const request = { class: 'satisfied', alpha: 1 };
  const api = (await openBayes()).trainNaiveBayes(satisfaction, request);
  const lab = bayesLab(t);
  const model = await lab.trainNaiveBayes(satisfaction, request);
  assert.deepEqual(model.classes, api.classes);
  assert.equal(await model.write(), api.write());
  const row = { row: { rich: 0 }, explain: true, exact: true };
  assert.deepEqual(await model.predict(row), api.predict(row));
  assert.equal(await model.explainText(row), api.explainText(row));
  assert.deepEqual(await model.evaluate(satisfaction), api.evaluate(satisfaction));
  assert.equal(await model.predictTable(satisfaction), api.predictTable(satisfaction));
  assert.deepEqual(await model.info(3), api.info(3));
  const again = await lab.openNaiveBayes(api.write());
  assert.equal(await (await again.toNetwork()).write('bif'), api.toNetwork().write('bif'));
  await model.dispose();
  await assert.rejects(model.predict(row), codeOf('usage'));
  await assert.rejects(lab.openNaiveBayes('{'), codeOf('syntax'));
});

test('long work tells how far it is and can be stopped', async (t) => {
  const lab = bayesLab(t);
  const network = await lab.openNetwork(networkText('asia.bif'), 'asia.bif');
  const api = (await openBayes()).openNetwork(networkText('asia.bif'), 'asia.bif');
  const table = api.sample({ count: 500 }).replaceAll(/^(\w+),\w+,\w+/gm, '$1,?,?').replace(/^.*/, api.variables.map(({ name }) => name).join());
  const em = { em: true, seed: 1 };

  await t.test('estimates', async () => {
    const [progress, request] = [[], { maxSamples: 20_000 }];
    const answer = await network.estimate(request, (each) => progress.push(each.samples));
    assert.deepEqual({ ...answer, seconds: 0 }, { ...api.estimate(request), seconds: 0 });
    assert.deepEqual(progress, [4096, 8192, 12288, 16384, 20480]);
    const stop = new AbortController();
    const long = network.estimate({ precision: 1e-9, maxSamples: 2 ** 50 }, () => stop.abort(), stop.signal);
    await assert.rejects(long, codeOf('cancelled'));
  });

  await t.test('fitting', async () => {
    const progress = [];
    const { network: fitted, ...last } = await network.fit(table, em, (each) => progress.push(each));
    const there = api.fit(table, em);
    assert.equal(await fitted.write('bif'), there.network.write('bif'));
    assert.deepEqual(fitted.variables, there.network.variables);
    assert.deepEqual(progress.at(-1), last);
    assert.ok(progress.length > 1);
    const stop = new AbortController();
    const slow = { ...em, tolerance: 1e-15 };
    await assert.rejects(network.fit(table, slow, () => stop.abort(), stop.signal), codeOf('cancelled'));
    await fitted.dispose();
    await assert.rejects(fitted.query(), codeOf('usage'));
  });

  await t.test('rows of a table', async () => {
    const [rows, request] = [`smoke\n${'yes\nno\n'.repeat(300)}`, { targets: ['lung'] }];
    const progress = [];
    const plain = (answers) => answers.map((answer) => ({ ...answer, seconds: 0 }));
    const answers = await network.queryTable(rows, request, (each) => progress.push(each.rows));
    assert.deepEqual(plain(answers), plain(api.queryTable(rows, request)));
    assert.deepEqual(progress, [256, 512]);
    const stop = new AbortController();
    const stopped = network.queryTable(rows, request, () => stop.abort(), stop.signal);
    await assert.rejects(stopped, codeOf('cancelled'));
  });

  await t.test('sampling', async () => {
    const progress = [];
    const cases = await network.sample({ count: 9000 }, (each) => progress.push(each.cases));
    assert.equal(cases, api.sample({ count: 9000 }));
    assert.deepEqual(progress, [4096, 8192, 9000]);
    const stop = new AbortController();
    const long = network.sample({ count: 2 ** 40 }, () => stop.abort(), stop.signal);
    await assert.rejects(long, codeOf('cancelled'));
  });

  await t.test('training', async () => {
    const rows = `a,class\n${'1,x\n0,y\n'.repeat(150_000)}`;
    const progress = [];
    const model = await lab.trainNaiveBayes(rows, { class: 'class' }, ({ share }) => progress.push(share));
    assert.deepEqual(model.classes, ['x', 'y']);
    assert.ok(progress.length > 1 && progress.every((share, i) => i === 0 || share >= progress[i - 1]));
    const stop = new AbortController();
    const stopped = lab.trainNaiveBayes(rows, { class: 'class' }, () => stop.abort(), stop.signal);
    await assert.rejects(stopped, codeOf('cancelled'));
  });

  await t.test('exact queries', async () => {
    const steps = api.exactSteps();
    assert.equal(steps.next().done, false); // so that there is something to stop
    steps.return();
    const stop = new AbortController();
    const long = network.query({ exact: true }, stop.signal);
    stop.abort();
    await assert.rejects(long, codeOf('cancelled'));
    const early = network.query({ exact: true }, AbortSignal.abort());
    await assert.rejects(early, codeOf('cancelled'));
  });

  await t.test('and the network answers afterwards', async () => {
    assert.deepEqual(await network.mpe(), api.mpe());
  });
});

test('memory of a worker is flat over 50 rounds of opening and closing', async (t) => {
  const [start, whole] = [await openBayesStart(), await openBayes()];
  const lab = bayesLab(t, Promise.resolve(start), () => Promise.resolve(whole));
  const round = async () => {
    const network = await lab.openNetwork(networkText('asia.bif'), 'asia.bif');
    await network.query();
    await network.query({ exact: true });
    await network.estimate({ maxSamples: 1 });
    const stop = new AbortController();
    const stopped = network.estimate({ precision: 1e-9 }, () => stop.abort(), stop.signal);
    await assert.rejects(stopped, codeOf('cancelled'));
    const model = await lab.trainNaiveBayes(satisfaction, { class: 'satisfied' });
    await (await model.toNetwork()).dispose();
    await model.dispose();
    await network.dispose();
  };
  await round();
  const bytes = () => [start, whole].flatMap((each) => [each.liveBytes, each.bridge.memoryBytes]);
  const before = bytes();
  for (let i = 0; i < 50; i++) await round();
  assert.deepEqual(bytes(), before);
});

test('generation in a worker', needsCommand, async (t) => {
  const { files } = trainCheckpoint(t);
  const api = (await openLanguage()).openModel(files);
  const lab = connectLanguageLab(channel(t, languageMethods(openLanguage())), lifetime);
  const model = await lab.openModel(files.map(({ name, bytes }) => ({ name, bytes: bytes.slice() })));
  assert.deepEqual(model.info, api.info);
  const request = { prompt: 'the ', maxTokens: 30 };

  await t.test('streams the tokens of the api tier in order', async () => {
    const streamed = [];
    const result = await model.generate(request, (token) => streamed.push(token));
    assert.deepEqual(streamed, [...api.generate(request)]);
    assert.equal(result.text, streamed.map(({ text }) => text).join(''));
    assert.equal(result.finish, 'length');
  });

  await t.test('stops between tokens when it is cancelled', async () => {
    const controller = new AbortController();
    const streamed = [];
    const onToken = (token) => {
      streamed.push(token.text);
      if (streamed.length === 5) controller.abort();
    };
    const long = { prompt: 'the ', maxTokens: 100_000 };
    const result = await model.generate(long, onToken, controller.signal);
    assert.equal(result.finish, 'cancelled');
    assert.equal(result.text, streamed.join(''));
    assert.ok(streamed.length >= 5 && streamed.length < 1000, `${streamed.length} tokens`);
  });

  await t.test('does nothing when it was cancelled before it began', async () => {
    const result = await model.generate(request, undefined, AbortSignal.abort());
    assert.equal(result.finish, 'cancelled');
  });

  await t.test('answers other requests meanwhile', async () => {
    const controller = new AbortController();
    const long = model.generate({ prompt: 'a', maxTokens: 100_000 }, undefined, controller.signal);
    await lab.version();
    controller.abort();
    assert.equal((await long).finish, 'cancelled');
  });
});
