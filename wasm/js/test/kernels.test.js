// The kernel checks of the C core, compiled to WebAssembly (tests/wasm.cmake).
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(
  new URL('../../../build/wasm/tests/kernel_checks.cjs', import.meta.url));

test('kernels and functions give the same bits in WebAssembly as natively', () => {
  // Emscripten's loader would fetch the module by its path, which node refuses.
  const output = execFileSync(process.execPath, ['--no-experimental-fetch', program],
    { encoding: 'utf8' });
  assert.match(output, /^reference simd128: \d+ checks, 0 failed/m);
  assert.match(output, /^simd128: \d+ checks, 0 failed/m);
});
