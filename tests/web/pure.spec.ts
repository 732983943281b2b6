// The parts of the page that need no browser: numbers, addresses, expressions.
import { expect, test } from '@playwright/test';
import { formatAddress, parseAddress } from '../../web/src/lib/address';
import { formatLog, formatPercent, formatValue } from '../../web/src/lib/format';
import { parseExpression } from '../../web/src/lib/formula';

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

test('an address survives being written and read', () => {
  const parameters = new URLSearchParams([['e.a b', 'x&y=z'], ['o', 'A,B'], ['o', 'C']]);
  const address = parseAddress(formatAddress({ view: 'bayes', parameters }));
  expect(address.view).toBe('bayes');
  expect([...address.parameters]).toEqual([...parameters]);
  expect(address.language).toBe(null);
  const chosen = parseAddress(formatAddress({ view: 'bayes', parameters, language: 'zh' }));
  expect([...chosen.parameters]).toEqual([...parameters]);
  expect(chosen.language).toBe('zh');
  expect(parseAddress('').view).toBe('bayes');
  expect(parseAddress('#/language').view).toBe('language');
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
  expect(denominator![0]).toEqual({ kind: 'sum', over: 'B' });
  expect(parseExpression('P(A|B,E)').numerator[0]).toMatchObject({ given: ['B', 'E'] });
  expect(parseExpression('f2').numerator[0]).toMatchObject({ head: 'f', index: '2', arguments: [] });
});
