// Numbers as the page writes them.

const counts = new Intl.NumberFormat('en');

export function formatCount(value: number): string {
  return counts.format(value);
}

// A probability in a node or a bar: short, and never rounded to a certainty that it is not.
export function formatPercent(p: number): string {
  if (p === 0) return '0%';
  if (p === 1) return '100%';
  if (p < 0.0001) return '<0.01%';
  if (p > 0.9999) return '>99.99%';
  return `${(p * 100).toFixed(2)}%`;
}

// A value of a table: seven significant digits, without trailing zeros.
export function formatValue(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e7) return value.toExponential(5).replace('e', ' e').replaceAll('-', '−');
  return String(Number(value.toPrecision(7)));
}

// A decimal logarithm, with a true minus sign. That of 1 less a rounding error is 0; one that four
// decimals do not tell from 0 has more.
export function formatLog(value: number): string {
  const size = Math.abs(value);
  if (size < 1e-12) return '0';
  if (size < 5e-5) return formatValue(value);
  return value.toFixed(4).replace('-', '−');
}
