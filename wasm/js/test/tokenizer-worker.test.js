// The worker tier of tokenizers over a MessageChannel.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { connectTokenizerLab } from '../dist/worker/tokenizer-client.js';
import { tokenizerMethods } from '../dist/worker/tokenizer-methods.js';
import { channel, codeOf, lifetime, openTokenizers, root } from './support.js';

const corpus = readFileSync(join(root, 'docs/manual/queries.md'), 'utf8');
const training = { vocabSize: 400, specials: ['<|end|>'] };
const text = 'naïve café 東京 🙂 <|end|>';

const connected = (t, lab = openTokenizers()) => connectTokenizerLab(channel(t, tokenizerMethods(lab)), lifetime);

test('a tokenizer in a worker answers as in the api tier', async (t) => {
  const api = (await openTokenizers()).train([corpus], training);
  const lab = connected(t);
  const json = api.toJson();
  const tokenizer = await lab.openTokenizer(json);
  assert.deepEqual([tokenizer.count, tokenizer.specials], [api.count, api.specials]);
  const ids = api.encode(text);
  assert.deepEqual(await tokenizer.encode(text), ids);
  assert.deepEqual(await tokenizer.encode(text, { special: 'text' }), api.encode(text, { special: 'text' }));
  assert.deepEqual(await tokenizer.offsets(text), api.offsets(text));
  assert.deepEqual(await tokenizer.explain(text), api.explain(text));
  assert.equal(await tokenizer.decode(ids), text);
  assert.deepEqual(await tokenizer.decodeBytes(ids), new TextEncoder().encode(text));
  assert.equal(ids.length, api.encode(text).length); // what was sent is still the caller's
  assert.deepEqual(await tokenizer.token(256), new TextEncoder().encode('<|end|>'));
  assert.equal(await tokenizer.token(9999), undefined);
  assert.equal(await tokenizer.toJson(), json);
  const ranks = Array.from({ length: 256 }, (_, id) => `${Buffer.from([id]).toString('base64')} ${id}\n`).join('');
  assert.equal((await lab.openRanks(ranks, 'none')).count, 256);
  const { vocab } = JSON.parse(json).model;
  assert.equal((await lab.openMerges(JSON.stringify(vocab), '')).count, 400);
  assert.equal((await lab.patterns())[0].name, 'gpt2');
  const version = await lab.version();
  assert.match(version.version, /^\d+\.\d+\.\d+$/);
  assert.match(version.kernels, /simd128/);
});

test('texts and ids in parts, whose calls need not wait for each other', async (t) => {
  const lab = connected(t);
  const tokenizer = await lab.train([corpus], training);
  const [encoder, decoder] = [await tokenizer.encoder(), await tokenizer.decoder()];
  const [whole, ...parts] = await Promise.all([
    tokenizer.encode(text),
    ...Array.from({ length: text.length }, (_, i) => encoder.feed(text[i])),
    encoder.finish(),
  ]);
  assert.deepEqual(parts.flatMap((part) => [...part]), [...whole]);
  await tokenizer.dispose();
  const texts = await Promise.all([...Array.from(whole, (id) => decoder.feed([id])), decoder.finish()]);
  assert.equal(texts.join(''), text);
  await encoder.dispose();
  await decoder.dispose();
  await assert.rejects(encoder.feed('a'), codeOf('usage'));
  await assert.rejects(tokenizer.encode('a'), codeOf('usage'));
});

test('training tells its merges and is the same', async (t) => {
  const api = (await openTokenizers()).train([corpus], training);
  const lab = connected(t);
  const told = [];
  const tokenizer = await lab.train([corpus], training, (progress) => told.push(progress));
  assert.equal(await tokenizer.toJson(), api.toJson());
  assert.deepEqual(told[0].phase, 'counting');
  const merges = told.flatMap((progress) => progress.merges ?? []);
  assert.equal(merges.length, 400 - 257);

  const trainer = await lab.trainer(training);
  await trainer.feed(corpus.slice(0, 1000), false);
  await trainer.feed(corpus.slice(1000));
  const first = await trainer.step(3);
  assert.deepEqual(first.merges, merges.slice(0, 3));
  assert.equal((await trainer.step()).merges[0].result, merges[3].result);
  assert.equal((await trainer.tokenizer()).count, 257 + 4);
  await trainer.dispose();
  await assert.rejects(trainer.step(), codeOf('usage'));
});

test('training can be cancelled in each phase, and leaves nothing behind', async (t) => {
  const api = await openTokenizers();
  const lab = connected(t, Promise.resolve(api));
  const large = corpus.repeat(Math.ceil(2 ** 21 / corpus.length));
  await (await lab.train([corpus], training)).dispose();
  const before = api.liveBytes;
  for (const phase of ['counting', 'merging']) {
    const stop = new AbortController();
    const seen = new Set();
    const stopped = lab.train([large], { vocabSize: 5000 }, (progress) => {
      seen.add(progress.phase);
      if (progress.phase === phase) stop.abort();
    }, stop.signal);
    await assert.rejects(stopped, codeOf('cancelled'));
    assert.ok(seen.has(phase));
  }
  await assert.rejects(lab.train([corpus], training, undefined, AbortSignal.abort()), codeOf('cancelled'));
  assert.equal(api.liveBytes, before);
});

test('errors cross with code and byte', async (t) => {
  const lab = connected(t);
  const tokenizer = await lab.train([corpus], training);
  await assert.rejects(tokenizer.encode(`é${text}`, { special: 'error' }), (error) => {
    assert.ok(codeOf('data')(error));
    assert.equal(error.byte, new TextEncoder().encode('énaïve café 東京 🙂 ').length);
    return true;
  });
  await assert.rejects(lab.openTokenizer('{'), codeOf('syntax'));
  await assert.rejects(lab.train([corpus], { vocabSize: 3 }), codeOf('usage'));
});
