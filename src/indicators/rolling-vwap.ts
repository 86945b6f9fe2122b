import { getTypicalPrice } from 'trading-signals';
import type { Indicator } from './indicator.js';
import { bars, type Bar } from './input.js';
import { checkPeriods } from './parameters.js';
import { weightedState } from './vwma.js';

/**
 * Volume-weighted average of the typical prices of the last `period` candles. No value where none of them had volume.
 * Warm-up `period`.
 */
export const rollingVwap = (period: number): Indicator<Bar, number> => {
  checkPeriods('rollingVwap', { period });
  return bars({
    name: `rollingVwap(${period})`,
    warmUp: period,
    start: () => weightedState(period, getTypicalPrice),
  });
};
