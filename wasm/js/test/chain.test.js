// The end of the chain: what the command has trained writes the same text here.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

import { command, directoryFor, needsCommand, openLanguage, readCheckpoint, root, run } from './support.js';

test('the models of the chain write the text that the command writes', needsCommand, async (t) => {
  const directory = directoryFor(t);
  const manual = join(root, 'docs/manual');
  const pages = readdirSync(manual).filter((name) => name.endsWith('.md'));
  writeFileSync(join(directory, 'text.txt'), pages.map((name) => readFileSync(join(manual, name))).join('\n'));
  const settings = ['--n_layer=2', '--n_embd=32', '--block_size=24', '--max_iters=40', '--lr_decay_iters=40'];
  const words = [join(directory, 'text.txt'), join(directory, 'chain'), ...settings, '--eval_interval=20', '--eval_iters=1'];
  const PATH = `${dirname(command)}:${process.env.PATH}`;
  const { status, stderr } = spawnSync(join(root, 'docs/examples/chain/run'), words, {
    env: { ...process.env, PATH },
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);

  const lab = await openLanguage();
  t.after(() => lab.dispose());
  for (const name of ['learned', 'rope']) {
    const path = join(directory, 'chain', name);
    const best = join(path, readFileSync(join(path, 'best'), 'utf8').trim());
    const model = lab.openModel(readCheckpoint(best));
    for (const [request, options] of [
      [{ topK: 200 }, ['--top-k', '200']],
      [{ topK: 0, topP: 0.9 }, ['--top-k', '0', '--top-p', '0.9']],
    ]) {
      const wanted = run('lm', 'sample', path, '--deterministic', '--json', '--prompt', 'It was ', '-n', '40', ...options);
      assert.equal(wanted.status, 0, wanted.stderr);
      const text = [...model.generate({ prompt: 'It was ', maxTokens: 40, ...request })].map((token) => token.text);
      assert.equal(text.join(''), JSON.parse(wanted.stdout).text);
    }
  }
});
