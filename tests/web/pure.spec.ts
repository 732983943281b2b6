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
