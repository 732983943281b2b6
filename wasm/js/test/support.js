// What the tests share: the modules' bytes, the example networks, and the native command, with
// whose answers those of the package are compared.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { loadBayes, loadBayesStart, loadLanguage, loadLanguageTraining, loadTokenizers } from 'likelore';

import { serve } from '../dist/worker/serve.js';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');

export function wasmBinary(lab) {
  return readFileSync(join(root, `wasm/js/dist/wasm/likelore-${lab}.wasm`));
}

export function openBayes() {
  return loadBayes({ wasmBinary: wasmBinary('bayes') });
}

export function openBayesStart() {
  return loadBayesStart({ wasmBinary: wasmBinary('bayes-start') });
}

export function openLanguage() {
  return loadLanguage({ wasmBinary: wasmBinary('lm') });
}

export function openTraining() {
  return loadLanguageTraining({ wasmBinary: wasmBinary('lm-train') });
}

export function openTokenizers() {
  return loadTokenizers({ wasmBinary: wasmBinary('tok') });
}

const networks = join(root, 'docs/examples/networks');
export const networkFiles = readdirSync(networks).filter((name) => name.endsWith('.bif'));
export const networkPath = (name) => join(networks, name);
export const networkText = (name) => readFileSync(networkPath(name), 'utf8');

const places = ['release', 'dev'].map((preset) => join(root, 'build', preset, 'native/likelore'));
export const command = [process.env.LIKELORE_COMMAND, ...places].find(
  (path) => path && existsSync(path),
);

// For the options of a test that needs the command.
export const needsCommand = command ? {} : { skip: 'the native command has not been built' };

export function run(...words) {
  const { status, stdout, stderr } = spawnSync(command, words, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

// The same, of which something must have been printed.
export function printed(...words) {
  const { stdout, stderr } = run(...words);
  if (!stdout) throw new Error(stderr);
  return stdout;
}

// An empty directory for the time of a test.
export function directoryFor(t) {
  const directory = mkdtempSync(join(tmpdir(), 'likelore-'));
  t.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

export const withoutSeconds = (json) => json.replace(/"seconds":[^,}]*/, '"seconds":0');

const text = 'the quick brown fox jumps over the lazy dog. pack my box with five dozen jugs.\n';

// The files of a small checkpoint that the command has trained for a moment, and its directory.
export function trainCheckpoint(t) {
  const directory = directoryFor(t);
  const settings = {
    preset: 'nanogpt',
    data: join(directory, 'text.txt'),
    out: join(directory, 'run'),
    n_layer: 2,
    n_head: 2,
    n_embd: 16,
    block_size: 16,
    batch_size: 4,
    max_iters: 40,
    lr_decay_iters: 40,
    warmup_iters: 4,
    learning_rate: 0.01,
    eval_interval: 40,
    eval_iters: 2,
  };
  writeFileSync(settings.data, text.repeat(20));
  writeFileSync(join(directory, 'train.json'), JSON.stringify(settings));
  const { status, stderr } = run('lm', 'train', join(directory, 'train.json'), '--threads', '1');
  if (status !== 0) throw new Error(`training failed: ${stderr}`);
  const checkpoint = join(settings.out, readFileSync(join(settings.out, 'latest'), 'utf8').trim());
  return { checkpoint, files: readCheckpoint(checkpoint) };
}

export function readCheckpoint(directory) {
  const names = ['model.safetensors', 'config.json', 'tokenizer.json'];
  return names.map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(directory, name))) }));
}

export const codeOf = (code) => (error) => error.name === 'LikeloreError' && error.code === code;

// The page's end of a channel at whose other end methods are served.
export function channel(t, methods) {
  const { port1, port2 } = new MessageChannel();
  t.after(() => port1.close());
  serve(port2, methods);
  port1.start();
  port2.start();
  return port1;
}

export const lifetime = { end: () => {}, onFailure: () => {} };
