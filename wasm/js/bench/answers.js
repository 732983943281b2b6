#!/usr/bin/env node
// How long answers take after a finding has changed: bench/answers.js [--chromium] FILE…
//
// Milliseconds, the least mean of several batches; measure.js says of what. "command" is what
// `likelore net query --json` says of its one answer, where the command has been built. With
// --chromium all is measured in a worker of a page, and "trip" on the page.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';

import { command, openBayesStart, root, run } from '../test/support.js';
import { measureAnswers } from './measure.js';

const columns = ['document', 'first', 'changed', 'clone', 'trip', 'command'];
const words = process.argv.slice(2);
const files = words.filter((word) => word !== '--chromium');
const round = (time) => (time === undefined ? '' : time.toPrecision(3));

function commandTime(file, { evidence }) {
  if (!command) return undefined;
  const quote = (name) => `"${name.replaceAll('"', '""')}"`;
  const pairs = Object.entries(evidence).map(([name, state]) => `${quote(name)}=${quote(state)}`);
  const options = ['net', 'query', file, '-e', pairs.join(','), '--json', '--threads', '1'];
  const times = [1, 2, 3].map(() => JSON.parse(run(...options).stdout).seconds);
  return Math.min(...times) * 1000;
}

async function show(measure) {
  console.log(['network'.padEnd(12), ...columns.map((name) => name.padStart(9))].join(''));
  for (const file of files) {
    const name = basename(file);
    const { findings, times } = await measure(await readFile(file, 'utf8'), name);
    const all = { ...times, command: commandTime(file, findings[0]) };
    const figures = columns.map((column) => round(all[column]).padStart(9));
    console.log([name.replace(/\.\w+$/, '').padEnd(12), ...figures].join(''));
  }
}

// ---- Chromium -------------------------------------------------------------------------------

const types = { '.js': 'text/javascript', '.wasm': 'application/wasm' };
// Without them clocks are coarse.
const isolated = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

// The package's files, and an empty page.
function serveFiles() {
  const server = createServer(async ({ url }, response) => {
    const type = types[extname(url)];
    if (!type) return response.writeHead(200, { 'content-type': 'text/html', ...isolated }).end();
    try {
      const content = await readFile(join(root, 'wasm/js', new URL(url, 'http://x').pathname));
      response.writeHead(200, { 'content-type': type, ...isolated }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

// In the page: answers in a worker of its own, then over the lab that pages have.
async function measureInPage({ text, name }) {
  const { measureRoundTrip } = await import('/bench/measure.js');
  const { openBayesLab } = await import('/dist/worker/index.js');
  const worker = new Worker('/bench/worker.js', { type: 'module' });
  const message = () => new Promise((resolve) => (worker.onmessage = ({ data }) => resolve(data)));
  await message();
  worker.postMessage({ text, name });
  const { findings, times } = await message();
  worker.terminate();
  const lab = await openBayesLab();
  times.trip = await measureRoundTrip(lab, text, name, findings);
  lab.close();
  return { findings, times };
}

async function inChromium() {
  const { chromium } = await import('playwright-core');
  const server = await serveFiles();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await show((text, name) => page.evaluate(measureInPage, { text, name }));
  await browser.close();
  server.close();
}

if (words.includes('--chromium')) {
  await inChromium();
} else {
  const lab = await openBayesStart();
  await show((text, name) => measureAnswers(lab, text, name));
}
