import type { Indicator } from './indicator.js';
import { bars, type Bar } from './input.js';
import { checkPeriods } from './parameters.js';
import { steps, type State } from './state.js';
import { slidingSum } from './windows/sliding.js';

interface Memory {
  readonly money: State<number, number>;
  readonly volume: State<number, number>;
}

/** The prices of the last `period` candles, weighted with their volumes. */
export const weightedState = (period: number, priceOf: (bar: Bar) => number): State<Bar, number> =>
  steps<Bar, number, Memory>(
    { money: slidingSum(period), volume: slidingSum(period) },
    ({ money, volume }, bar) => ({ money: money.next(priceOf(bar) * bar.volume), volume: volume.next(bar.volume) }),
    ({ money: { value: money }, volume: { value: volume } }) =>
      money === undefined || volume === undefined || volume === 0 ? undefined : money / volume,
  );

/**
 * Volume-weighted moving average of the closes of the last `period` candles. No value where none of them had volume.
 * Warm-up `period`.
 */
export const vwma = (period: number): Indicator<Bar, number> => {
  checkPeriods('vwma', { period });
  return bars({ name: `vwma(${period})`, warmUp: period, start: () => weightedState(period, ({ close }) => close) });
};
