import assert from 'node:assert/strict';
import { test } from 'node:test';

import { codeOf, needsCommand, openLanguage, run, trainCheckpoint } from './support.js';

// All tokens of a generation and its result.
function collect(model, request) {
  const tokens = [];
  const generation = model.generate(request);
  for (;;) {
    const next = generation.next();
    if (next.done) return { tokens, result: next.value };
    tokens.push(next.value);
  }
}

test('a checkpoint of the command', needsCommand, async (t) => {
  const { checkpoint, files } = trainCheckpoint(t);
  const lab = await openLanguage();
  const model = lab.openModel(files);

  await t.test('tells what `lm info` tells', () => {
    const { status, stdout } = run('lm', 'info', checkpoint, '--json');
    assert.equal(status, 0);
    const there = JSON.parse(stdout);
    for (const key of ['digest', 'parameters', 'vocabulary_size', 'config'])
      assert.deepEqual(model.info[key], there[key], key);
  });

  const requests = [
    [{ prompt: 'the ', maxTokens: 60 }, []],
    [{ prompt: '', maxTokens: 40, seed: 7, sample: 0, temperature: 1.3 }, ['--temperature', '1.3', '--seed', '7']],
    [{ prompt: 'a', maxTokens: 40, topK: 3 }, ['--top-k', '3']],
    [{ prompt: 'a', maxTokens: 40, topP: 0.7 }, ['--top-p', '0.7']],
    [{ prompt: 'a', maxTokens: 40, temperature: 0 }, ['--temperature', '0']],
  ];
  for (const [request, words] of requests) {
    await t.test(`writes what the command writes: ${JSON.stringify(request)}`, () => {
      const there = run(
        ...['lm', 'sample', checkpoint, '--deterministic', '--json', '--samples', '1'],
        ...['--prompt', request.prompt, '--max-tokens', String(request.maxTokens), ...words],
      );
      assert.equal(there.status, 0, there.stderr);
      const expected = JSON.parse(there.stdout);
      const { tokens, result } = collect(model, request);
      assert.equal(result.text, expected.text);
      assert.deepEqual(result.ids, expected.ids);
      assert.equal(result.finish, expected.finish);
      assert.deepEqual(tokens.map(({ logProb }) => logProb), expected.log_probs);
    });
  }

  await t.test('reports the likeliest candidates with each token, best first', () => {
    const { tokens } = collect(model, { prompt: 'the ', maxTokens: 5 });
    for (const { candidates } of tokens) {
      const p = candidates.map((candidate) => candidate.p);
      assert.ok(p.length > 0 && p.length <= 10);
      assert.deepEqual(p, p.slice().sort((a, b) => b - a));
      assert.ok(p.reduce((sum, value) => sum + value, 0) <= 1 + 1e-5);
    }
  });

  await t.test('ends where the text ends with the stop text', () => {
    const { result } = collect(model, { prompt: 'the ', maxTokens: 500, stop: ' ' });
    assert.equal(result.finish, 'stop');
    assert.ok(result.text.endsWith(' '));
  });

  await t.test('writes nothing when no token is asked for', () => {
    const { result } = collect(model, { prompt: 'the', maxTokens: 0 });
    assert.deepEqual(result, { text: '', ids: [], finish: 'length' });
  });

  await t.test('refuses a prompt with a character that it does not know, and bad settings', () => {
    assert.throws(() => collect(model, { prompt: 'λ', maxTokens: 1 }), codeOf('data'));
    assert.throws(() => collect(model, { prompt: 'a', maxTokens: 1.5 }), codeOf('usage'));
    assert.throws(() => collect(model, { prompt: 'a', maxTokens: 1, topP: -1 }), codeOf('usage'));
  });

  await t.test('gives back what generations take, finished or left', () => {
    collect(model, { prompt: 'a', maxTokens: 3 });
    const before = lab.liveBytes;
    for (let i = 0; i < 20; i++) {
      collect(model, { prompt: 'a', maxTokens: 3 });
      for (const token of model.generate({ prompt: 'a', maxTokens: 100 })) if (token) break;
    }
    assert.equal(lab.liveBytes, before);
  });

  await t.test('is refused when a file is missing, cut short or of another kind', () => {
    const cut = files.map(({ name, bytes }) => ({ name, bytes: bytes.subarray(0, -1) }));
    const before = lab.liveBytes;
    assert.throws(() => lab.openModel([]), /./);
    assert.throws(() => lab.openModel(files.slice(1)), /./);
    assert.throws(() => lab.openModel(cut), /./);
    assert.throws(() => lab.openModel([{ name: 'x.txt', bytes: new Uint8Array(3) }]), /./);
    assert.equal(lab.liveBytes, before);
  });

  await t.test('can be opened and disposed of again and again', () => {
    const before = lab.liveBytes;
    for (let i = 0; i < 20; i++) lab.openModel(files).dispose();
    assert.equal(lab.liveBytes, before);
  });
});
