// Numbers of the arithmetic: fractions as far as they can be read, and decimals beside them.
import { formatFixed, formatValue } from '../lib/format';

export interface Fraction {
  above: string;
  below: string;
}

const mostDigits = 15;

// "75/107" in its parts; null for what is too long to be read, and a whole number has nothing below.
export function fractionOf(text: string | undefined): Fraction | null {
  if (text === undefined) return null;
  const [above = '', below = '1'] = text.split('/');
  return above.length > mostDigits || below.length > mostDigits ? null : { above, below };
}

// A probability with the ten digits that the command gives.
export function formatProbability(p: number): string {
  if (p === 0 || p === 1 || p < 1e-4) return formatValue(p);
  return formatFixed(Number(p.toPrecision(10)), 10).replace(/0+$/, '');
}

// A number that may be too small for anything but its logarithm; null is that of 0.
export function formatFromLog10(log10: number | null): string {
  if (log10 === null) return '0';
  if (log10 > -300) return formatValue(10 ** log10);
  const exponent = Math.floor(log10);
  return `${formatFixed(10 ** (log10 - exponent), 5)} e${formatFixed(exponent, 0)}`;
}

// Log odds with their sign.
export function formatLogOdds(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '+∞' : '−∞';
  const written = formatFixed(Math.abs(value), 4);
  if (Number(value.toFixed(4)) === 0) return written;
  return value > 0 ? `+${written}` : `−${written}`;
}
