import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { connectTrainingLab } from '../dist/worker/training-client.js';
import { trainingMethods } from '../dist/worker/training-methods.js';

import { channel, codeOf, directoryFor, lifetime, needsCommand, openTraining, run } from './support.js';

const text = 'the quick brown fox jumps over the lazy dog. pack my box with five dozen jugs.\n'.repeat(30);

// Small, with everything on that could break the bits: dropout, accumulation, decay of the rate.
const small = {
  n_layer: 2,
  n_head: 2,
  n_embd: 16,
  block_size: 16,
  batch_size: 3,
  gradient_accumulation_steps: 2,
  dropout: 0.1,
  max_iters: 200,
  lr_decay_iters: 200,
  warmup_iters: 10,
  learning_rate: 0.01,
  eval_interval: 100,
  keep_checkpoints: 9,
  eval_iters: 2,
};

const shapes = [{ preset: 'nanogpt' }, { preset: 'nanogpt-rope' }, { preset: 'cs336', n_kv_head: 1 }, { preset: 'chargpt' }];

// Trains natively, in reproducible mode, and gives what `lm train --json` prints and the run.
function trainNatively(t, settings) {
  const directory = directoryFor(t);
  const data = join(directory, 'text.txt');
  const out = join(directory, 'run');
  writeFileSync(data, text);
  writeFileSync(join(directory, 'train.json'), JSON.stringify({ ...settings, data, out }));
  return { ...native(['train', join(directory, 'train.json')]), out };
}

function native(words) {
  const { status, stdout, stderr } = run('lm', ...words, '--deterministic', '--json', '--threads', '2');
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

function filesOf(directory) {
  return readdirSync(directory).map((name) => ({
    name,
    bytes: new Uint8Array(readFileSync(join(directory, name))),
  }));
}

// Trains until so many steps are done in all.
function trainUntil(trainer, step) {
  for (;;) {
    const event = trainer.next();
    if (event.event === 'done' || (event.event === 'stepped' && event.step === step)) return event;
  }
}

for (const shape of shapes) {
  const name = JSON.stringify(shape);
  test(`200 steps have one digest, wherever they are done: ${name}`, needsCommand, async (t) => {
    const settings = { ...shape, ...small };
    const whole = trainNatively(t, settings);
    const lab = await openTraining();
    t.after(() => lab.dispose());

    await t.test('all here', () => {
      const trainer = lab.trainer(text, settings);
      trainUntil(trainer, 200);
      assert.equal(trainer.digest().weights, whole.digest);
      trainer.dispose();
    });

    await t.test('the first half by the command', () => {
      const files = filesOf(join(whole.out, 'step-000100'));
      const trainer = lab.resume({ files, text });
      assert.equal(trainer.info().step, 100);
      trainUntil(trainer, 200);
      assert.equal(trainer.digest().weights, whole.digest);
      trainer.dispose();
    });

    await t.test('the second half by the command', () => {
      const directory = directoryFor(t);
      const data = join(directory, 'text.txt');
      writeFileSync(data, text);
      const trainer = lab.trainer(text, settings);
      trainUntil(trainer, 100);
      for (const { name, bytes } of trainer.save()) writeFileSync(join(directory, name), bytes);
      trainer.dispose();
      assert.equal(native(['resume', directory, `--data=${data}`, `--out=${join(directory, 'run')}`]).digest, whole.digest);
    });
  });
}

test('a training in the module', async (t) => {
  const lab = await openTraining();
  t.after(() => lab.dispose());
  const settings = { preset: 'nanogpt', ...small, max_iters: 20, eval_interval: 10 };

  await t.test('tells what each piece of work did', () => {
    const trainer = lab.trainer(text, settings);
    assert.equal(trainer.settings.n_embd, 16);
    assert.deepEqual(trainer.notes, []);
    const events = [];
    do events.push(trainer.next());
    while (events.at(-1).event !== 'done');
    const steps = events.filter(({ event }) => event === 'stepped');
    const evaluations = events.filter(({ event }) => event === 'evaluated');
    assert.deepEqual(steps.map(({ step }) => step), Array.from({ length: 20 }, (_, i) => i + 1));
    assert.deepEqual(evaluations.map(({ step }) => step), [0, 10, 20]);
    assert.ok(steps.at(-1).loss < steps[0].loss && steps[0].grad_norm > 0);
    assert.ok(evaluations.at(-1).val_loss < evaluations[0].val_loss && evaluations.at(-1).best);
    assert.equal(trainer.info().tokens, 20 * 2 * 3 * 16);
    trainer.dispose();
  });

  await t.test('makes a model that draws text at once', () => {
    const trainer = lab.trainer(text, settings);
    trainUntil(trainer, 20);
    const model = lab.openModel(trainer.save());
    assert.equal(model.info.digest, trainer.digest().weights);
    assert.equal([...model.generate({ prompt: 'the ', maxTokens: 12 })].length, 12);
    model.dispose();
    trainer.dispose();
  });

  await t.test('ends with an evaluation when it is told to', () => {
    const trainer = lab.trainer(text, settings);
    trainUntil(trainer, 3);
    trainer.finish();
    const event = trainer.next();
    assert.equal(event.event, 'evaluating');
    while (trainer.next().event !== 'done');
    assert.equal(trainer.info().step, 3);
    trainer.dispose();
  });

  await t.test('refuses settings and texts that cannot be, naming them', () => {
    const before = lab.liveBytes;
    assert.throws(() => lab.trainer(text, { n_layers: 2 }), codeOf('unknown-name'));
    assert.throws(() => lab.trainer(text, { ...settings, n_head: 5 }), codeOf('usage'));
    assert.throws(() => lab.trainer('short', settings), codeOf('data'));
    assert.throws(() => lab.resume({ files: [], text }), /./);
    assert.equal(lab.liveBytes, before);
  });

  await t.test('goes on only with the text it has learned from, and with settings that may change', () => {
    const trainer = lab.trainer(text, settings);
    trainUntil(trainer, 5);
    const files = trainer.save();
    assert.throws(() => lab.resume({ files, text: text.slice(1) }), codeOf('data'));
    assert.throws(() => lab.resume({ files, text, settings: { n_embd: 8 } }), codeOf('usage'));
    const longer = lab.resume({ files, text, settings: { max_iters: 25 } });
    trainUntil(longer, Infinity);
    assert.equal(longer.info().step, 25);
    longer.dispose();
    trainer.dispose();
  });

  await t.test('gives everything back', () => {
    const before = lab.liveBytes;
    for (let i = 0; i < 5; i++) {
      const trainer = lab.trainer(text, settings);
      trainUntil(trainer, 2);
      trainer.dispose();
    }
    assert.equal(lab.liveBytes, before);
  });
});

test('a training in a worker can be stopped and goes on', async (t) => {
  const settings = { preset: 'nanogpt', ...small, max_iters: 30, eval_interval: 10 };
  const lab = connectTrainingLab(channel(t, trainingMethods(openTraining())), lifetime);
  const straight = await lab.trainer(text, settings);
  await straight.run();
  const trainer = await lab.trainer(text, settings);
  const stop = new AbortController();
  const seen = [];
  const stopped = await trainer.run(
    undefined,
    (event) => {
      seen.push(event);
      if (event.step === 4) stop.abort();
    },
    stop.signal,
  );
  assert.ok(stopped.step >= 4 && stopped.step < 30);
  assert.ok(seen.length > 0);
  assert.equal((await trainer.run(20)).step, 20);
  assert.equal((await trainer.run()).event, 'done');
  assert.deepEqual(await trainer.digest(), await straight.digest());
  const model = await lab.openModel(await trainer.save());
  const { ids } = await model.generate({ prompt: 'a', maxTokens: 5 });
  assert.equal(ids.length, 5);
  await trainer.dispose();
  await assert.rejects(trainer.info(), codeOf('usage'));
});
