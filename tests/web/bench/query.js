#!/usr/bin/env node
// What the core takes for all posteriors after a change of the evidence: bench/query.js FILE…
//
// In a worker of Chromium, on one thread, with the module that the page starts with. For each network
// file: the milliseconds of opening it, and of a query in which one finding has come or gone, median and
// largest; and those of the first queries, before the browser has compiled everything.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { launch, serve } from './browser.js';

const worker = `
import { loadBayesStart } from '/likelore/api/index.js';
const lab = await loadBayesStart();
onmessage = ({ data: { content, name, seconds } }) => {
  const begin = performance.now();
  const network = lab.openNetwork(content, name);
  const opened = performance.now() - begin;
  const times = [];
  const end = performance.now() + 1000 * seconds;
  const leaf = network.variables.findLast(({ parents }) => parents.length > 0);
  for (let turn = 0; turn < 20 || performance.now() < end; turn++) {
    const evidence = turn % 2 === 0 ? {} : { [leaf.name]: leaf.states[(turn >> 1) % leaf.states.length] };
    const start = performance.now();
    network.query({ evidence });
    times.push(performance.now() - start);
  }
  network.dispose();
  postMessage({ opened, times });
};
postMessage('ready');
`;

const page = '<!doctype html><title>bench</title>';
const { address, close } = await serve({ '/bench.html': page, '/worker.js': worker });
const browser = await launch();
const tab = await browser.newPage();
await tab.goto(`${address}/bench.html`);
console.log(`Chromium ${browser.version()}; milliseconds, one thread, in a worker`);
console.log('network                 open     first    median   largest   queries');
for (const file of process.argv.slice(2)) {
  const job = { content: readFileSync(file, 'utf8'), name: basename(file), seconds: 2 };
  const { opened, times } = await tab.evaluate(async (job) => {
    const worker = new Worker('/worker.js', { type: 'module' });
    const next = () => new Promise((done) => (worker.onmessage = ({ data }) => done(data)));
    await next();
    worker.postMessage(job);
    const result = await next();
    worker.terminate();
    return result;
  }, job);
  const first = times[1];
  const sorted = times.slice(2).sort((a, b) => a - b);
  const figures = [opened, first, sorted[sorted.length >> 1], sorted.at(-1)].map((ms) => ms.toFixed(3).padStart(9));
  console.log(`${basename(file).padEnd(18)} ${figures.join(' ')} ${String(times.length).padStart(9)}`);
}
await browser.close();
close();
