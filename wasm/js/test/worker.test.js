// The worker tier over a MessageChannel, whose two ends here share a thread.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connectBayesLab, connectLanguageLab } from '../dist/worker/client.js';
import { bayesMethods } from '../dist/worker/bayes-methods.js';
import { languageMethods } from '../dist/worker/language-methods.js';
import { serve } from '../dist/worker/serve.js';
import {
  codeOf,
  needsCommand,
  networkText,
  openBayes,
  openLanguage,
  trainCheckpoint,
} from './support.js';

function channel(t, methods) {
  const { port1, port2 } = new MessageChannel();
  t.after(() => port1.close());
  serve(port2, methods);
  port1.start();
  port2.start();
  return port1;
}

const lifetime = { end: () => {}, onFailure: () => {} };
const bayesLab = (t, loading = openBayes()) =>
  connectBayesLab(channel(t, bayesMethods(loading)), lifetime);

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
  assert.deepEqual(await lab.check('', 'x.bif'), (await openBayes()).check('', 'x.bif'));
  assert.match((await lab.version()).version, /^\d+\.\d+\.\d+$/);
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
  await assert.rejects(network.query({ evidence }), codeOf('impossible-evidence'));
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
