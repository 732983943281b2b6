// The parts of the page that need no browser: numbers, addresses, expressions.
import { expect, test } from '@playwright/test';
import { addressOf, findingsOf, knowledgeOf } from '../../web/src/bayes/knowledge';
import type { Finding } from '../../web/src/bayes/knowledge';
import { formatAddress, parseAddress } from '../../web/src/lib/address';
import { formatLog, formatPercent, formatValue } from '../../web/src/lib/format';
import { parseExpression } from '../../web/src/lib/formula';
import { plainSheet } from '../../web/src/bayes/report/questions';
import { parseEntry } from '../../web/src/bayes/model/entry';
import { plainSigns } from '../../web/src/lib/signs';
import { unzip, zip } from '../../web/src/lib/zip';
import { scaleOf, stepTicks, thin } from '../../web/src/language/train/curve';
import { rowsOf } from '../../web/src/language/train/rows';
import { fieldIn, readWish, settingsOf, sizeOf, sizes, usualWish, writeWish } from '../../web/src/language/train/settings';

test('a probability is never rounded to a certainty', () => {
  expect(formatPercent(0)).toBe('0%');
  expect(formatPercent(1e-9)).toBe('<0.01%');
  expect(formatPercent(0.055)).toBe('5.50%');
  expect(formatPercent(1 - 1e-9)).toBe('>99.99%');
  expect(formatPercent(1)).toBe('100%');
});

test('values keep seven digits and no trailing zeros', () => {
  expect(formatValue(0.4359706)).toBe('0.4359706');
  expect(formatValue(0.50000000001)).toBe('0.5');
  expect(formatValue(1.5e-7)).toBe('1.50000 e−7');
  expect(formatLog(-0.30103)).toBe('−0.3010');
});

test('a logarithm is 0 where the probability is 1, and nowhere else', () => {
  expect(formatLog(0)).toBe('0');
  expect(formatLog(Math.log10(1 - Number.EPSILON))).toBe('0');
  expect(formatLog(Math.log10(0.99999))).toBe('−4.34297 e−6');
});

test('full-width signs are read as their twins, but for those in names and titles', () => {
  expect(plainSigns('Ｐ（＋b｜－c，d＝d）')).toBe('Ｐ(+b|-c,d=d)');
  expect(plainSigns('E、H；A：a，not_a\u3000x％／？')).toBe('E,H;A:a,not_a x%/?');
  expect(plainSigns('P("收入（元）"，B)')).toBe('P("收入（元）",B)');
  expect(plainSheet('title：作业（一）\nP（A）？')).toBe('title:作业（一）\nP(A)?');
  expect([parseEntry('25％'), parseEntry('1／4'), parseEntry('0．5')]).toEqual([0.25, '1/4', 0.5]);
});

test('an address survives being written and read', () => {
  const parameters = new URLSearchParams([['e.a b', 'x&y=z'], ['o', 'A,B'], ['o', 'C']]);
  const address = parseAddress(formatAddress({ view: 'bayes', parameters }));
  expect(address.view).toBe('bayes');
  expect([...address.parameters]).toEqual([...parameters]);
  expect(address.language).toBe(null);
  const chosen = parseAddress(formatAddress({ view: 'bayes', parameters, language: 'zh' }));
  expect([...chosen.parameters]).toEqual([...parameters]);
  expect(chosen.language).toBe('zh');
  expect(parseAddress('#/bayes?q=P(A) ?').parameters.get('q')).toBe('P(A) ?');
  expect(parseAddress('').view).toBe('bayes');
  expect(parseAddress('#/language').view).toBe('language');
});

test('what is known survives being written into an address and read, and what does not exist is left out', () => {
  const variables = new Map([['rain', { name: 'rain', states: ['no', 'a bit', 'yes'], parents: [], table: null }]]);
  variables.set('x y', { name: 'x y', states: ['0', '1'], parents: [], table: null });
  const find = (name: string) => variables.get(name);
  const findings = new Map<string, Finding>([
    ['rain', { kind: 'likelihood', name: 'rain', numbers: [0.1, 1e-7, 2] }],
    ['x y', { kind: 'set', name: 'x y', state: '1' }],
  ]);
  expect(findingsOf(new URLSearchParams(addressOf(findings)), find)).toEqual(findings);
  const stale = ['l.rain=1 2', 'l.rain=0 0 0', 'l.rain=1 -1 1', 'l.rain=a b c', 'e.rain=snow', 'do.gone=1', 'x.rain=no'];
  expect(findingsOf(new URLSearchParams(stale.join('&')), find).size).toBe(0);
  expect(knowledgeOf(findings, find)).toEqual({
    evidence: {},
    likelihoods: { rain: { no: 0.1, 'a bit': 1e-7, yes: 2 } },
    do: { 'x y': '1' },
  });
});

test('expressions of a trace are read into sums, factors and fractions', () => {
  const { left, numerator, denominator } = parseExpression(
    'P(B|W=w) = P(B) f3(B,W=w) / Σ_B P(B) f3(B,W=w)',
  );
  expect(left).toEqual([{ kind: 'factor', head: 'P', index: '', arguments: ['B'], given: ['W=w'] }]);
  expect(numerator).toEqual([
    { kind: 'factor', head: 'P', index: '', arguments: ['B'], given: [] },
    { kind: 'factor', head: 'f', index: '3', arguments: ['B', 'W=w'], given: [] },
  ]);
  expect(denominator![0]).toMatchObject({ kind: 'sum', over: 'B' });
  expect(parseExpression('P(A|B,E)').numerator[0]).toMatchObject({ given: ['B', 'E'] });
  expect(parseExpression('f2').numerator[0]).toMatchObject({ head: 'f', index: '2', arguments: [] });
});

// ---- Archives ----------------------------------------------------------------------------------

const bytes = (text: string) => new TextEncoder().encode(text);
const archiveOf = async (files: [string, string][]) =>
  new Uint8Array(await zip(files.map(([name, text]) => ({ name, bytes: bytes(text) }))).arrayBuffer());

test('files survive being put into an archive, without their folders', async () => {
  const archive = await archiveOf([['run/a.txt', '123456789'], ['run/ü', ''], ['b', 'x'.repeat(70_000)]]);
  expect(unzip(archive)!.map(({ name, bytes: { length } }) => [name, length])).toEqual([['a.txt', 9], ['ü', 0], ['b', 70_000]]);
  // The check value of CRC-32, in the header of the first file.
  expect(new DataView(archive.buffer).getUint32(14, true)).toBe(0xcbf43926);
});

test('an archive that is cut off, damaged or compressed is none', async () => {
  const archive = await archiveOf([['a', 'one'], ['b', 'two']]);
  for (let length = 0; length < archive.length; length++) expect(unzip(archive.slice(0, length))).toBe(null);
  const changed = (at: number, value: number) => archive.map((byte, i) => (i === at ? value : byte));
  expect(unzip(changed(31, 0))).toBe(null); // a byte of the first file
  const directory = 2 * (30 + 1 + 3);
  expect(unzip(changed(directory + 10, 8))).toBe(null); // deflated
  expect(unzip(changed(directory + 8, 9))).toBe(null); // encrypted
  for (const place of [20, 24, 28, 30, 42]) expect(unzip(changed(directory + place, 255))).toBe(null); // lengths and offset
});

// ---- Training ----------------------------------------------------------------------------------

const points = Array.from({ length: 1000 }, (_, i) => ({ step: i + 1, loss: 5 - i / 250, smooth: 5, rate: 0.01, seconds: i }));
const evaluation = (step: number) => ({ step, train: 2, val: 2, isBest: true, seconds: step });

test('the axes of a curve have round numbers around the values', () => {
  expect(scaleOf(1.675, 2.6, 5)).toEqual({ least: 1.6, most: 2.6, ticks: [1.6, 1.8, 2, 2.2, 2.4, 2.6] });
  expect(scaleOf(2, 2, 5).ticks).toEqual([2, 3]);
  expect(stepTicks(600, 8)).toEqual([0, 100, 200, 300, 400, 500, 600]);
  expect(stepTicks(3, 8)).toEqual([0, 1, 2, 3]);
});

test('a curve of many steps is thinned to means, and ends where it ends', () => {
  const thinned = thin(points, 300);
  expect(thinned.length).toBe(250);
  expect(thinned[0]!.loss).toBeCloseTo(5 - 1.5 / 250);
  expect(thinned.at(-1)!.step).toBe(1000);
  expect(thin(points, 1000)).toEqual(points);
});

test('the log has a row for each evaluation, and blocks of a round number of steps between', () => {
  const rows = rowsOf(points, [evaluation(0), evaluation(250), evaluation(333)], 50);
  expect(rows[0]).toMatchObject({ step: 0, loss: null, evaluation: { step: 0 } });
  expect(rows[1]).toMatchObject({ from: 1, step: 20 });
  expect(rows[1]!.loss).toBeCloseTo(5 - 9.5 / 250);
  expect(rows.filter((row) => row.evaluation).map(({ step }) => step)).toEqual([0, 250, 333]);
  expect(rows.find(({ step }) => step === 340)).toMatchObject({ from: 334 });
  expect(rows.at(-1)!.step).toBe(1000);
  expect(rowsOf([], [], 50)).toEqual([]);
});

test('settings of a training survive being written into an address; what cannot be is left out', () => {
  const wish = usualWish('small');
  wish.preset = 'llama';
  Object.assign(wish.values, { learning_rate: 0.02, max_iters: 60, seed: 0 });
  const parameters = new URLSearchParams();
  writeWish(wish, parameters);
  expect([...parameters.keys()]).toEqual(['preset', 'size', 'learning_rate', 'max_iters', 'seed']);
  expect(readWish(parameters)).toEqual(wish);
  expect(readWish(new URLSearchParams('preset=x&size=huge&n_layer=1.5&n_head=-1&n_embd=a&seed='))).toEqual(usualWish());
  expect(sizeOf({ ...sizes.medium, n_layer: 5 })).toBe(null);
  expect(settingsOf(wish)).toMatchObject({ preset: 'llama', n_layer: 3, min_lr: 0.002, warmup_iters: 6, lr_decay_iters: 60 });
});

test('the field that the core speaks of is found in its words', () => {
  expect(fieldIn('n_embd (64) is not a multiple of n_head (5)')).toBe('n_embd');
  expect(fieldIn('the data are not those the run has learned from')).toBe(null);
});
