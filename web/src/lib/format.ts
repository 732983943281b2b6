// Numbers as the page writes them, in the manner of its language.

let languageTag = () => 'en';

// The language is asked for with each number, so that what shows one is drawn again in another.
export function followLanguage(tag: () => string) {
  languageTag = tag;
}

interface Formats {
  count: Intl.NumberFormat;
  percent: Intl.NumberFormat;
  wholePercent: Intl.NumberFormat;
  // What has been written of 0.01% to 99.99%: a large network shows thousands at once.
  percents: string[];
  significant: Intl.NumberFormat;
  fixed: Intl.NumberFormat[];
}

const known = new Map<string, Formats>();

function formats(): Formats {
  const tag = languageTag();
  let found = known.get(tag);
  if (!found) known.set(tag, (found = formatsOf(tag)));
  return found;
}

function formatsOf(tag: string): Formats {
  return {
    count: new Intl.NumberFormat(tag),
    percent: new Intl.NumberFormat(tag, { style: 'percent', minimumFractionDigits: 2 }),
    wholePercent: new Intl.NumberFormat(tag, { style: 'percent' }),
    percents: [],
    significant: new Intl.NumberFormat(tag, { maximumSignificantDigits: 7, useGrouping: false }),
    fixed: [],
  };
}

export function formatCount(value: number): string {
  return formats().count.format(value);
}

// A number with that many decimals, whatever they are, and a true minus sign.
export function formatFixed(value: number, decimals: number): string {
  const { fixed } = formats();
  fixed[decimals] ??= new Intl.NumberFormat(languageTag(), {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    useGrouping: false,
  });
  return withMinus(fixed[decimals].format(value));
}

function withMinus(written: string): string {
  return written.replace('-', '−');
}

// A probability in a node or a bar: short, and never rounded to a certainty that it is not.
export function formatPercent(p: number): string {
  if (p === 0 || p === 1) return formats().wholePercent.format(p);
  if (p < 0.0001) return `<${formatHundredths(1)}`;
  if (p > 0.9999) return `>${formatHundredths(9999)}`;
  return formatHundredths(Math.round(p * 10000));
}

// Hundredths of a percent.
function formatHundredths(count: number): string {
  const { percent, percents } = formats();
  return (percents[count] ??= percent.format(count / 10000));
}

// A value of a table: seven significant digits, without trailing zeros.
export function formatValue(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e7) return formatScientific(value);
  return withMinus(formats().significant.format(value));
}

// JavaScript finds the exponent (rounding may raise it), the language writes the digits.
function formatScientific(value: number): string {
  const [digits = '', exponent = ''] = value.toExponential(5).split('e');
  return `${formatFixed(Number(digits), 5)} e${withMinus(exponent)}`;
}

// A fraction of the core such as "75/107", if it takes no more characters than there is room for.
export function fractionWithin(fraction: string | undefined, room: number): string | undefined {
  return fraction !== undefined && fraction.length <= room ? fraction : undefined;
}

// A decimal logarithm, with a true minus sign. That of 1 less a rounding error is 0; one that four
// decimals do not tell from 0 has more.
export function formatLog(value: number): string {
  const size = Math.abs(value);
  if (size < 1e-12) return '0';
  if (size < 5e-5) return formatValue(value);
  return formatFixed(value, 4);
}

// A moment of today by its time, of another day by its date and time.
export function formatTime(moment: number): string {
  const date = new Date(moment);
  const today = date.toDateString() === new Date().toDateString();
  const format: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hour12: false };
  if (!today) Object.assign(format, { year: 'numeric', month: 'short', day: 'numeric' });
  return new Intl.DateTimeFormat(languageTag(), format).format(date);
}
