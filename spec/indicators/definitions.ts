import type { Bar } from '../../src/indicators/index.js';

/* What the words mean, written down as they are defined: slow, without memory, over the whole series each time. */

export const closes = (bars: readonly Bar[]): readonly number[] => bars.map(({ close }) => close);

export const typicals = (bars: readonly Bar[]): readonly number[] =>
  bars.map(({ high, low, close }) => (high + low + close) / 3);

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export const mean = (values: readonly number[]): number => sum(values) / values.length;

/** Root of the mean squared distance from the mean. */
export const deviation = (values: readonly number[]): number => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
};

/** The last `size` values, or `undefined` while there are not as many. */
export const window = <T>(values: readonly T[], size: number): readonly T[] | undefined =>
  values.length < size ? undefined : values.slice(values.length - size);

/** The mean of the first `period`, and from there on a share of every next value and the rest of the last. */
const smoothed = (values: readonly number[], period: number, share: number): readonly number[] => {
  if (values.length < period) return [];
  const all = [mean(values.slice(0, period))];
  for (const value of values.slice(period)) all.push(share * value + (1 - share) * (all.at(-1) ?? NaN));
  return all;
};

export const averages = (values: readonly number[], period: number): readonly number[] =>
  smoothed(values, period, 2 / (period + 1));

export const wilder = (values: readonly number[], period: number): readonly number[] =>
  smoothed(values, period, 1 / period);

/** Wilder's index of relative strength, of each number of inputs that has one. */
export const strengths = (values: readonly number[], period: number): readonly number[] => {
  const changes = pairs(values).map(([last, value]) => value - last);
  const gains = wilder(
    changes.map((change) => Math.max(change, 0)),
    period,
  );
  const losses = wilder(
    changes.map((change) => Math.max(-change, 0)),
    period,
  );
  return gains.map((gain, i) => (100 * gain) / (gain + (losses[i] ?? NaN)));
};

/** Where each value but the first few stands in the range of the last `size` highs and lows, 0 to 100. */
export const positions = (
  bars: readonly { readonly high: number; readonly low: number; readonly close: number }[],
  size: number,
): readonly number[] =>
  bars.slice(size - 1).map(({ close }, i) => {
    const range = bars.slice(i, i + size);
    const top = Math.max(...range.map(({ high }) => high));
    const bottom = Math.min(...range.map(({ low }) => low));
    return (100 * (close - bottom)) / (top - bottom);
  });

/** The mean of every `size` values that follow each other. */
export const means = (values: readonly number[], size: number): readonly number[] =>
  values.slice(size - 1).map((_, i) => mean(values.slice(i, i + size)));

/** True ranges, from the second candle on. */
export const ranges = (bars: readonly Bar[]): readonly number[] =>
  pairs(bars).map(([last, { high, low }]) => Math.max(high, last.close) - Math.min(low, last.close));

/** Every value but the first, with the one before it. */
export const pairs = <T>(values: readonly T[]): readonly (readonly [T, T])[] =>
  values.slice(1).flatMap((value, i) => {
    const last = values[i];
    return last === undefined ? [] : [[last, value] as const];
  });
