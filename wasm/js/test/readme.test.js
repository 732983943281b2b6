// The examples of the README, run.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

import { networkPath, networkText, openBayes, openTokenizers, openTraining, root } from './support.js';

const readme = readFileSync(join(root, 'wasm/js/README.md'), 'utf8');
const blocks = [...readme.matchAll(/```js\n([^]*?)```/g)].map(([, code]) => code);
const [inNode] = blocks.filter((code) => code.includes('node:fs'));
const [long] = blocks.filter((code) => code.includes('AbortController') && code.includes('estimate'));
const shown = blocks.filter((code) => /; \/\/ \S/.test(code) && !code.includes('import '));

test('the example for node runs as it stands', () => {
  const options = { cwd: dirname(networkPath('asia.bif')), encoding: 'utf8' };
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', inNode], options);
  assert.match(stdout, /lung: \{ yes: 0\.48/, stderr);
});

// Each statement that says its value has it.
for (const [i, code] of shown.entries()) {
  test(`example ${i + 1} answers as it says`, async () => {
    const [bayes, tokenizers, training] = [await openBayes(), await openTokenizers(), await openTraining()];
    const network = bayes.openNetwork(networkText('asia.bif'), 'asia.bif');
    const checked = code.replaceAll(/^(?!const )((?:[^;]|;(?! \/\/))*?); \/\/ (.*)$/gm, 'check($1, $2);');
    let checks = 0;
    const check = (value, expected) => {
      checks++;
      assert.deepEqual(value, expected);
    };
    const labs = { bayes, network, tokenizers, training, check };
    new Function(...Object.keys(labs), checked)(...Object.values(labs));
    assert.equal(checks, code.match(/; \/\/ \S/g).length);
  });
}

test('the example of long work calls what there is', async () => {
  const calls = [];
  const call = (name) => async (...parameters) => calls.push([name, parameters.length]);
  const network = { estimate: call('estimate'), query: call('query'), fit: call('fit') };
  const Asynchronous = (async () => {}).constructor;
  await new Asynchronous('network', 'table', 'show', long)(network, '', () => {});
  assert.deepEqual(calls, [['estimate', 3], ['query', 2], ['fit', 4]]);
});
