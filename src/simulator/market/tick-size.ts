/** A tick size: the step `mantissa` × 10^`exponent` from the price `from` on. */
interface TickBand {
  readonly from: number;
  readonly mantissa: number;
  readonly exponent: number;
}

const band = (from: number, mantissa: number, exponent: number): TickBand => ({ from, mantissa, exponent });

/** Highest band first; the KRW table is that of 2025-07-31. */
const BANDS: Readonly<Record<string, readonly TickBand[]>> = {
  KRW: [
    band(1_000_000, 1, 3),
    band(500_000, 5, 2),
    band(100_000, 1, 2),
    band(50_000, 5, 1),
    band(10_000, 1, 1),
    band(5_000, 5, 0),
    band(100, 1, 0),
    band(10, 1, -1),
    band(1, 1, -2),
    band(0.1, 1, -3),
    band(0.01, 1, -4),
    band(0.001, 1, -5),
    band(0.0001, 1, -6),
    band(0.00001, 1, -7),
    band(0, 1, -8),
  ],
  USDT: [
    band(10, 1, -2),
    band(1, 1, -3),
    band(0.1, 1, -4),
    band(0.01, 1, -5),
    band(0.001, 1, -6),
    band(0.0001, 1, -7),
    band(0, 1, -8),
  ],
};
const FINEST: readonly TickBand[] = [band(0, 1, -8)];

/** The tick bands of a quote currency, highest first. */
export const tickBands = (quote: string): readonly TickBand[] => BANDS[quote] ?? FINEST;

/** The tick of a price, as a number in the quote currency. */
export const tickOf = (quote: string, price: number): TickBand =>
  tickBands(quote).find((candidate) => price >= candidate.from) ?? band(0, 1, -8);

/** `a` / `b` of two ticks, exact: each tick is a whole multiple of every smaller one. */
export const ticksIn = (a: TickBand, b: TickBand): number =>
  Math.round((a.mantissa * 10 ** a.exponent) / (b.mantissa * 10 ** b.exponent));
