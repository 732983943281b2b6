// The native command as a second opinion: a tiny model that it trains once per run of the tests, what
// it says of that model, and its traces. Without the command the tests that need it are skipped, and
// say so.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DroppedFile } from './page';

const root = resolve(import.meta.dirname, '../..');
const folder = join(root, 'build/web-tests-model');
const run = join(folder, 'run');
const candidates = [
  process.env.LIKELORE_COMMAND,
  ...['release', 'dev', 'asan'].map((preset) => join(root, 'build', preset, 'native/likelore')),
];

export const command = candidates.find((path) => path !== undefined && existsSync(path));

function likelore(...words: string[]): string {
  return execFileSync(command!, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

const story = `The sea was calm and the ship went on. The crew sang of the sea, and the wind was kind.
"Naïve," said the captain, "is he who trusts the calm." And the ship went on, and on.
`;

export function trainTinyModel() {
  if (!command) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'story.txt'), story.repeat(40));
  writeFileSync(
    join(folder, 'tiny.conf'),
    [
      'preset = chargpt',
      `data = ${join(folder, 'story.txt')}`,
      `out = ${run}`,
      'n_layer = 2',
      'n_head = 2',
      'n_embd = 32',
      'block_size = 32',
      'batch_size = 8',
      'dropout = 0',
      'max_iters = 150',
      'learning_rate = 0.003',
      'eval_interval = 150',
      'eval_iters = 2',
      '',
    ].join('\n'),
  );
  likelore('lm', 'train', join(folder, 'tiny.conf'), '--quiet');
}

// The checkpoint that the run's pointer file names.
export function checkpointFolder(): string {
  return join(run, readFileSync(join(run, 'latest'), 'utf8').trim());
}

export function checkpointFiles(): DroppedFile[] {
  return ['model.safetensors', 'config.json', 'tokenizer.json'].map((name) => ({
    name,
    content: readFileSync(join(checkpointFolder(), name)),
  }));
}

export interface Sampling {
  prompt: string;
  temperature: number;
  topK: number;
  topP: number;
  maxTokens: number;
  seed: number;
}

// Trains in reproducible mode, and gives the digest of the weights and the folder of the run.
export function trainNatively(text: string, settings: object): { digest: string; out: string } {
  mkdirSync(folder, { recursive: true });
  const made = mkdtempSync(join(folder, 'training-'));
  const [data, out, configuration] = ['text.txt', 'run', 'train.json'].map((name) => join(made, name)) as [string, string, string];
  writeFileSync(data, text);
  writeFileSync(configuration, JSON.stringify({ ...settings, data, out }));
  const { digest } = JSON.parse(likelore('lm', 'train', configuration, '--deterministic', '--json', '--quiet'));
  return { digest, out };
}

// Trains on from files of a checkpoint, likewise.
export function resumeNatively(files: DroppedFile[], text: string, maxIters: number): { digest: string } {
  mkdirSync(folder, { recursive: true });
  const made = mkdtempSync(join(folder, 'checkpoint-'));
  for (const { name, content } of files) writeFileSync(join(made, name), content);
  const data = join(mkdtempSync(join(folder, 'text-')), 'text.txt');
  writeFileSync(data, text);
  const changes = [`--data=${data}`, `--max_iters=${maxIters}`, `--out=${join(made, 'run')}`];
  return JSON.parse(likelore('lm', 'resume', made, ...changes, '--deterministic', '--json', '--quiet'));
}

export function filesIn(directory: string): DroppedFile[] {
  return readdirSync(directory).map((name) => ({ name, content: readFileSync(join(directory, name)) }));
}

// The text that the native command writes, without the prompt.
export function sampleNatively({ prompt, temperature, topK, topP, maxTokens, seed }: Sampling): string {
  const answer = likelore(
    ...['lm', 'sample', checkpointFolder(), '--deterministic', '--json', '--samples', '1'],
    ...['--prompt', prompt, '--max-tokens', String(maxTokens), '--seed', String(seed)],
    ...['--temperature', String(temperature), '--top-k', String(topK), '--top-p', String(topP)],
  );
  return (JSON.parse(answer) as { text: string }).text;
}

export function infoNatively(): { digest: string; parameters: number } {
  return JSON.parse(likelore('lm', 'info', checkpointFolder(), '--json'));
}

interface NativeTrace {
  steps: {
    eliminate: string;
    output: { name: string; cells: number; values: number[] };
    remaining: string[];
  }[];
}

export function traceNatively(example: string, target: string, evidence: string, order: string): NativeTrace {
  const file = join(root, 'docs/examples/networks', `${example}.bif`);
  const question = ['-t', target, '-e', evidence, '--order', order];
  return JSON.parse(likelore('net', 'trace', file, ...question, '--format', 'json'));
}

// variable → state → fraction
export function exactPosteriors(example: string, evidence: string): Record<string, Record<string, string>> {
  const file = join(root, 'docs/examples/networks', `${example}.bif`);
  return JSON.parse(likelore('net', 'query', file, '-e', evidence, '--exact', '--json')).exact.posteriors;
}

export function reportNatively(example: string, sheet: string, extension: string, language = 'en'): string {
  mkdirSync(folder, { recursive: true });
  const made = mkdtempSync(join(folder, 'report-'));
  const questions = join(made, 'questions.txt');
  const written = join(made, `report.${extension}`);
  writeFileSync(questions, sheet);
  likelore('net', 'report', join(root, 'docs/examples/networks', `${example}.bif`), questions, '-o', written, '--language', language);
  return readFileSync(written, 'utf8');
}

interface NativeAnswer {
  p_evidence: number | null;
  log10_p_evidence: number;
  posteriors: Record<string, Record<string, number>>;
}

// A question in the command's words, about one of the examples.
export function answerNatively(example: string, ...words: string[]): NativeAnswer {
  const file = join(root, 'docs/examples/networks', `${example}.bif`);
  return JSON.parse(likelore('net', 'query', file, ...words, '--json'));
}

interface NativeRanking {
  entropy: number;
  variables: { name: string; mutual_information: number }[];
}

export function rankNatively(example: string, target: string, ...words: string[]): NativeRanking {
  const file = join(root, 'docs/examples/networks', `${example}.bif`);
  return JSON.parse(likelore('net', 'observe', file, '-t', target, ...words, '--json'));
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

export function queryNatively(file: string, evidence: Record<string, string>): NativeAnswer {
  const pairs = Object.entries(evidence).map(([name, state]) => `${quoted(name)}=${quoted(state)}`);
  const known = pairs.length > 0 ? ['-e', pairs.join(',')] : [];
  return JSON.parse(likelore('net', 'query', file, ...known, '--json'));
}

interface NativeSeparation {
  separated: boolean;
  trails: { path: string[]; active: boolean }[];
  trail_count: number;
  active_count: number;
  numeric: { largest_difference: number; equal: boolean } | null;
  change: { add: string[]; remove: string[] } | null;
}

// What it says of all variables but one and those that are known, under --json or in words.
export function independentNatively(example: string, of: string, given: string[], ...more: string[]): string {
  const file = join(root, 'docs/examples/networks', `${example}.bif`);
  return likelore('net', 'separate', file, of, ...given.flatMap((name) => ['-g', name]), ...more);
}

// The exit code tells the verdict as well: 1 when the two are connected.
export function separateNatively(example: string, left: string, right: string, given: string[]): NativeSeparation {
  const file = join(root, 'docs/examples/networks', `${example}.bif`);
  const known = given.flatMap((name) => ['-g', name]);
  try {
    return JSON.parse(likelore('net', 'separate', file, left, right, ...known, '--json'));
  } catch (error) {
    const { status, stdout } = error as { status?: number; stdout?: string };
    if (status !== 1 || !stdout) throw error;
    return JSON.parse(stdout);
  }
}

// ---- Tokenizers ------------------------------------------------------------------------------

// A tokenizer.json that the command learns from a text.
export function learnNatively(text: string, ...options: string[]): string {
  mkdirSync(folder, { recursive: true });
  const made = mkdtempSync(join(folder, 'tokenizer-'));
  const [corpus, file] = [join(made, 'corpus.txt'), join(made, 'tokenizer.json')];
  writeFileSync(corpus, text);
  likelore('tok', 'train', corpus, '-o', file, '--quiet', ...options);
  return readFileSync(file, 'utf8');
}

function withTokenizer(tokenizer: string, use: (file: string) => string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(mkdtempSync(join(folder, 'tokenizer-')), 'tokenizer.json');
  writeFileSync(file, tokenizer);
  return use(file);
}

export function encodeNatively(tokenizer: string, text: string, ...options: string[]): number[] {
  const written = withTokenizer(tokenizer, (file) => {
    const input = `${file}.txt`;
    writeFileSync(input, text);
    return likelore('tok', 'encode', input, '-t', file, '--json', ...options);
  });
  return (JSON.parse(written) as { ids: number[] }).ids;
}

export interface NativeExplanation {
  pieces: { text: string; merges: { left: number; right: number; result: number; rank: number }[] }[];
}

export function explainNatively(tokenizer: string, text: string): NativeExplanation {
  return JSON.parse(withTokenizer(tokenizer, (file) => likelore('tok', 'explain', '-t', file, '--json', text)));
}
