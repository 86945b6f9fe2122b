/**
 * An exact decimal number: `units` × 10^−`scale`. A double stands for the shortest decimal that reads back as it, which
 * is the one the exchange wrote as long as that has no more than 15 digits.
 */
export interface Amount {
  readonly units: bigint;
  readonly scale: number;
}

export const ZERO: Amount = { units: 0n, scale: 0 };

/** Decimals of nearly every price and size. */
const USUAL = 8;
/** Up to here a decimal of `USUAL` places and its double determine each other. */
const DETERMINED = 1e15;
/** Powers of ten that a double holds exactly. */
const EXACT_POWER = 22;

const powers: bigint[] = [];
const powerOfTen = (exponent: number): bigint => (powers[exponent] ??= 10n ** BigInt(exponent));

const parse = (text: string): Amount => {
  const [mantissa = '', exponent = '0'] = text.split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const scale = fraction.length - Number(exponent);
  const units = BigInt(whole + fraction);
  return scale >= 0 ? { units, scale } : { units: units * powerOfTen(-scale), scale: 0 };
};

/** A finite number as the decimal it was written as. */
export const amountOf = (value: number): Amount => {
  if (Number.isSafeInteger(value)) return { units: BigInt(value), scale: 0 };
  const units = Math.round(value * 10 ** USUAL);
  const isDetermined = Math.abs(units) <= DETERMINED && units / 10 ** USUAL === value;
  return isDetermined ? { units: BigInt(units), scale: USUAL } : parse(String(value));
};

/** The double nearest to an amount. */
export const toNumber = ({ units, scale }: Amount): number => {
  const rough = Number(units);
  // One division of two exact doubles is rounded once; a text is read exactly.
  return Number.isSafeInteger(rough) && scale <= EXACT_POWER ? rough / 10 ** scale : Number(`${units}e-${scale}`);
};

export const plus = (a: Amount, b: Amount): Amount => {
  if (a.scale === b.scale) return { units: a.units + b.units, scale: a.scale };
  return a.scale > b.scale
    ? { units: a.units + b.units * powerOfTen(a.scale - b.scale), scale: a.scale }
    : { units: a.units * powerOfTen(b.scale - a.scale) + b.units, scale: b.scale };
};

export const times = (a: Amount, b: Amount): Amount => ({ units: a.units * b.units, scale: a.scale + b.scale });
