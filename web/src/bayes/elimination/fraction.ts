// Exact numbers, as the core writes them ("5/13", "1") and as readers type them ("0.25", "3e-4").

export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint; // positive; in lowest terms
}

function fraction(numerator: bigint, denominator: bigint): Fraction {
  const divisor = greatestCommonDivisor(numerator < 0n ? -numerator : numerator, denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

// Beyond this a typed exponent is no probability of ours, and its digits would fill the memory.
const largestExponent = 400;

export function parseFraction(text: string): Fraction | null {
  const ratio = /^(\d{1,400})\s*\/\s*(\d{1,400})$/.exec(text.trim());
  if (ratio) return BigInt(ratio[2]!) === 0n ? null : fraction(BigInt(ratio[1]!), BigInt(ratio[2]!));
  const decimal = /^(\d{0,400})(?:[.,](\d{0,400}))?(?:e([+-]?\d{1,3}))?$/i.exec(text.trim());
  if (!decimal) return null;
  const [, whole = '', places = '', power = '0'] = decimal;
  const exponent = Number(power) - places.length;
  if (whole + places === '' || Math.abs(Number(power)) > largestExponent) return null;
  const digits = BigInt(whole + places);
  return exponent >= 0 ? fraction(digits * 10n ** BigInt(exponent), 1n) : fraction(digits, 10n ** BigInt(-exponent));
}

export function multiply(a: Fraction, b: Fraction): Fraction {
  return fraction(a.numerator * b.numerator, a.denominator * b.denominator);
}

export function equals(a: Fraction, b: Fraction): boolean {
  return a.numerator === b.numerator && a.denominator === b.denominator;
}

export function writeFraction({ numerator, denominator }: Fraction): string {
  return denominator === 1n ? String(numerator) : `${numerator}/${denominator}`;
}

// A double next to it, also where its parts are too large for doubles.
export function toNumber({ numerator, denominator }: Fraction): number {
  const longest = Math.max(numerator.toString(2).length, denominator.toString(2).length);
  const shift = BigInt(Math.max(0, longest - 1000));
  return Number(numerator >> shift) / Number(denominator >> shift);
}
