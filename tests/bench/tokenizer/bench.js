#!/usr/bin/env node
// Tokenizers beside those of the npm packages tiktoken, tokenizers (Hugging Face) and ai-tokenizer:
//
//     bench.js [--rounds N] [--megabytes N] [--program PATH] [WORK…] TEXT
//
// The works are encode, decode, train and worst; all of them if none is named. All programs take the same
// text, in turns; a figure is the median of the rounds (default 3), in MB of text a second. Ours are
// measured in processes of their own (build/dev/tests/bench_tokenizer), the second time each does it, and
// in WebAssembly in this one, with strings as the others. The text is cut into parts of a megabyte for
// what runs in node.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import AiTokenizer from 'ai-tokenizer';
import * as cl100k from 'ai-tokenizer/encoding/cl100k_base';

import { openTokenizers, root } from '../../../wasm/js/test/support.js';
import { openEncoding, openTiktoken, rankFile } from '../../peers/peers.js';
import { partsOf } from '../../peers/texts.js';

const { Tokenizer, BPE, byteLevelPreTokenizer } = createRequire(import.meta.url)('tokenizers');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    megabytes: { type: 'string', default: '25' },
    program: { type: 'string', default: join(root, 'build/dev/tests/bench_tokenizer') },
  },
});
const works = positionals.slice(0, -1);
const does = (work) => works.length === 0 || works.includes(work);
const directory = mkdtempSync(join(tmpdir(), 'likelore-bench-'));
process.on('exit', () => rmSync(directory, { recursive: true }));

function keep(name, content) {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

// ---- Measuring ----------------------------------------------------------------------------------

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

// Seconds of the program for native measurements.
const native = (...words) =>
  Number(execFileSync(values.program, words.map(String), { encoding: 'utf8' }).split(' ')[0]);

async function timed(work) {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

// The median of the seconds of each, in turns. A work gives its seconds, or nothing: then it is timed.
async function measure(contenders, rounds = Number(values.rounds)) {
  const seconds = contenders.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (const [i, { work }] of contenders.entries()) {
      let own;
      const around = await timed(async () => (own = await work()));
      seconds[i].push(own ?? around);
    }
  return seconds.map(median);
}

const ratio = (value) => `${value.toPrecision(3)}×`;
const row = (name, cells) => console.log(name.padEnd(26) + cells.map((cell) => cell.padStart(22)).join(''));

// Prints the rates and, of each, the ratios to those that are named.
async function compare(title, megabytes, contenders, named) {
  const seconds = await measure(contenders);
  const rates = seconds.map((time) => megabytes / time);
  row(title, ['MB/s', ...named.map((name) => `× ${name}`)]);
  for (const [i, { name }] of contenders.entries()) {
    const others = named.map((other) => rates[contenders.findIndex((c) => c.name === other)]);
    row(`  ${name}`, [rates[i].toFixed(1), ...others.map((rate) => ratio(rates[i] / rate))]);
  }
}

// ---- Encoding and decoding ----------------------------------------------------------------------

async function forEachPart(parts, use) {
  for (const part of parts) await use(part);
}

function openAll(lab, name) {
  const encoding = openEncoding(name);
  const ranks = rankFile(encoding);
  const tokenizer = lab.openRanks(ranks);
  return {
    path: keep(`${name}.tiktoken`, ranks),
    tokenizer,
    tiktoken: openTiktoken(encoding),
    huggingFace: Tokenizer.fromString(tokenizer.toJson()),
    ai: name === 'cl100k_base' ? new AiTokenizer(cl100k) : undefined,
  };
}

async function compareEncoding(name, { path, tokenizer, tiktoken, huggingFace, ai }, text) {
  const encode = (use) => () => forEachPart(text.parts, use);
  const contenders = [
    { name: 'likelore, 1 thread', work: () => native('encode', path, text.path, 1) },
    { name: 'likelore, 2 threads', work: () => native('encode', path, text.path, 2) },
    { name: 'likelore in WebAssembly', work: encode((part) => tokenizer.encode(part, { special: 'text' })) },
    { name: 'tiktoken', work: encode((part) => tiktoken.encode_ordinary(part)) },
    { name: 'tokenizers', work: encode(async (part) => (await huggingFace.encode(part)).getIds()) },
  ];
  if (ai) contenders.push({ name: 'ai-tokenizer', work: encode((part) => ai.encode(part, [], [])) });
  const named = ['likelore, 1 thread', 'tiktoken', 'tokenizers'];
  await compare(`encode, ${name}`, text.megabytes, contenders, named);
}

async function compareDecoding(name, { path, tokenizer, tiktoken, huggingFace, ai }, text) {
  const ids = text.parts.map((part) => tokenizer.encode(part, { special: 'text' }));
  const lists = ids.map((some) => [...some]);
  const contenders = [
    { name: 'likelore, 1 thread', work: () => native('decode', path, text.path, 1) },
    { name: 'likelore in WebAssembly', work: () => forEachPart(ids, (some) => tokenizer.decodeBytes(some)) },
    { name: 'tiktoken', work: () => forEachPart(ids, (some) => tiktoken.decode(some)) },
    { name: 'tokenizers', work: () => forEachPart(lists, (some) => huggingFace.decode(some, false)) },
  ];
  if (ai) contenders.push({ name: 'ai-tokenizer', work: () => forEachPart(lists, (some) => ai.decode(some)) });
  await compare(`decode, ${name}`, text.megabytes, contenders, ['tiktoken', 'tokenizers']);
}

// ---- Training -----------------------------------------------------------------------------------

// What Hugging Face's package trains without being asked for a size.
const trainedSize = 30000;

async function compareTraining(lab, text) {
  const trainPeer = () => {
    const peer = new Tokenizer(BPE.empty());
    peer.setPreTokenizer(byteLevelPreTokenizer(false));
    peer.train([text.path]);
  };
  const contenders = [
    { name: 'likelore, 1 thread', work: () => native('train', trainedSize, text.path, 1) },
    { name: 'likelore, 2 threads', work: () => native('train', trainedSize, text.path, 2) },
    {
      name: 'likelore in WebAssembly',
      work: () => void lab.train([text.whole], { vocabSize: trainedSize }).dispose(),
    },
    { name: 'tokenizers, all threads', work: trainPeer },
  ];
  await compare(`train, ${trainedSize} tokens`, text.megabytes, contenders, ['tokenizers, all threads']);
}

// ---- Worst cases --------------------------------------------------------------------------------

function randomBytes(length) {
  let seed = 1;
  return Buffer.from({ length }, () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed >>> 24;
  });
}

const repeat = (text) => (length) => Buffer.alloc(length - (length % Buffer.byteLength(text)), text);
const worstCases = [
  ['a', repeat('a')],
  ['=', repeat('=')],
  ['spaces', repeat(' ')],
  ['one CJK letter', repeat('中')],
  ['one emoji', repeat('🙂')],
  ['random bytes', randomBytes],
];

async function showWorstCases(name, { path }) {
  row(`worst cases, ${name}`, ['1 MB, ms', '10 MB, ms', 'ratio']);
  for (const [title, make] of worstCases) {
    const files = [1e6, 1e7].map((length) => keep(`worst-${length}`, make(length)));
    const times = await measure(files.map((file) => ({ work: () => native('encode', path, file, 1) })));
    const [small, large] = times.map((seconds) => 1000 * seconds);
    row(`  ${title}`, [small.toFixed(1), large.toFixed(1), ratio(large / small)]);
  }
}

// ---- All ----------------------------------------------------------------------------------------

function readText(path) {
  const most = 1e6 * Number(values.megabytes);
  const whole = readFileSync(path).subarray(0, most).toString('utf8');
  const bytes = Buffer.from(whole);
  return {
    path: keep('text', bytes),
    whole,
    megabytes: bytes.length / 1e6,
    parts: [...partsOf([whole], 1e6)],
  };
}

if (positionals.length === 0) {
  console.error('usage: bench.js [--rounds N] [--megabytes N] [--program PATH] [WORK…] TEXT');
  process.exit(2);
}
const text = readText(positionals.at(-1));
const lab = await openTokenizers();
console.log(`${text.megabytes.toFixed(1)} MB of ${positionals.at(-1)}, medians of ${values.rounds} rounds`);
for (const name of ['gpt2', 'cl100k_base']) {
  const all = openAll(lab, name);
  if (does('encode')) await compareEncoding(name, all, text);
  if (does('decode')) await compareDecoding(name, all, text);
  if (does('worst')) await showWorstCases(name, all);
}
if (does('train')) await compareTraining(lab, text);
