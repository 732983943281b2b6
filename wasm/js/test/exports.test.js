import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import {
  bayesExports,
  languageExports,
  languageTrainExports,
  startExports,
  tokenizerExports,
} from 'likelore/raw';

import { root, wasmBinary } from './support.js';

const start = ['abi.c', 'bridge.c', 'bridge_answers.c', 'bridge_bayes.c'];
const more = ['exact', 'explain', 'factors', 'learn', 'naive', 'rows', 'uai'].map((part) => `bridge_${part}.c`);
const labs = [
  ['bayes-start', startExports, start],
  ['bayes', bayesExports, [...start, ...more]],
  ['lm', languageExports, ['abi.c', 'bridge.c', 'bridge_lm.c']],
  ['lm-train', languageTrainExports, ['abi.c', 'bridge.c', 'bridge_lm.c', 'bridge_lm_train.c']],
  ['tok', tokenizerExports, ['abi.c', 'bridge.c', 'bridge_tok.c', 'bridge_tok_train.c']],
];

// What Emscripten exports for itself.
const own = new Set(['___wasm_call_ctors', '___errno_location']);

test('what a page starts with is at most 120 kB compressed', () => {
  const glue = readFileSync(join(root, 'wasm/js/dist/wasm/likelore-bayes-start.js'));
  const bytes = gzipSync(wasmBinary('bayes-start')).length + gzipSync(glue).length;
  assert.ok(bytes <= 120_000, `${bytes} bytes`);
});

function definedIn(file) {
  const source = readFileSync(join(root, 'wasm', file), 'utf8');
  return [...source.matchAll(/^LK_EXPORT [^(]*?\b(lk_\w+)\(/gm)].map(([, name]) => name);
}

for (const [lab, names, sources] of labs) {
  test(`the module of ${lab} exports what the raw tier lists and nothing else`, async () => {
    const { default: create } = await import(`../dist/wasm/likelore-${lab}.js`);
    const module = await create({ wasmBinary: wasmBinary(lab) });
    const exported = Object.keys(module).filter(
      (name) => name.startsWith('_') && typeof module[name] === 'function' && !own.has(name),
    );
    assert.deepEqual(exported.map((name) => name.slice(1)).sort(), [...names].sort());
  });

  test(`the bridge of ${lab} defines what the raw tier lists and nothing else`, () => {
    const defined = sources.flatMap(definedIn);
    assert.deepEqual([...defined, 'malloc', 'free'].sort(), [...names].sort());
  });
}
