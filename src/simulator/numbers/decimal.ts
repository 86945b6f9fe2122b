/** How a number is spelled on the wire; the value is the same in all of them. */
export type Spelling = 'plain' | 'point' | 'fixed8' | 'java';

/** An exact decimal number: `units` × 10^−`scale`, with the spelling the exchange would choose for it. */
export class Decimal {
  readonly units: bigint | number;
  readonly scale: number;
  readonly spelling: Spelling;

  constructor(units: bigint | number, scale: number, spelling: Spelling = 'plain') {
    this.units = units;
    this.scale = scale;
    this.spelling = spelling;
  }

  /** All digits, no exponent, no trailing zeros: two equal values give the same text. */
  toString(): string {
    return plainText(this.units, this.scale);
  }
}

const split = (units: bigint | number, scale: number): { sign: string; whole: string; fraction: string } => {
  const text = String(units);
  const sign = text.startsWith('-') ? '-' : '';
  const digits = text.slice(sign.length).padStart(scale + 1, '0');
  return { sign, whole: digits.slice(0, digits.length - scale), fraction: digits.slice(digits.length - scale) };
};

const withoutTrailingZeros = (text: string): string => {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 48) end -= 1;
  return text.slice(0, end);
};

/** All digits without trailing zeros, no exponent. */
export const plainText = (units: bigint | number, scale: number): string => {
  const { sign, whole, fraction } = split(units, scale);
  const kept = withoutTrailingZeros(fraction);
  return kept === '' ? sign + whole : `${sign}${whole}.${kept}`;
};

/** At least `places` digits behind the point; more when the value has them. */
export const fixedText = (units: bigint | number, scale: number, places: number): string => {
  const { sign, whole, fraction } = split(units, scale);
  return `${sign}${whole}.${withoutTrailingZeros(fraction).padEnd(places, '0')}`;
};

/** As a JVM prints a double: `1.16539E8`, `7.9276E-4`, `127.0`; but every digit is kept. */
export const javaText = (units: bigint | number, scale: number): string => {
  const { sign, whole, fraction } = split(units, scale);
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return '0.0';
  const exponent = whole === '0' ? digits.length - fraction.length - 1 : whole.length - 1;
  if (exponent >= -3 && exponent < 7) return fixedText(units, scale, 1);
  const mantissa = withoutTrailingZeros(digits.slice(1));
  return `${sign}${digits.slice(0, 1)}.${mantissa === '' ? '0' : mantissa}E${exponent}`;
};
