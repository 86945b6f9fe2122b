import type { Indicator } from './indicator.js';
import { bars, type Bar } from './input.js';
import { checkPeriods } from './parameters.js';
import { rmaState } from './smoothing.js';
import { chained, type State } from './state.js';
import { trueRangeState } from './true-range.js';

export const atrState = (period: number): State<Bar, number> => chained(trueRangeState(), rmaState(period));

/**
 * Average true range after Wilder: the true ranges, smoothed with weight 1 / period and seeded with the mean of the first
 * `period` of them. The first candle has none, having none before it. Warm-up `period` + 1.
 */
export const atr = (period = 14): Indicator<Bar, number> => {
  checkPeriods('atr', { period });
  return bars({ name: `atr(${period})`, warmUp: period + 1, start: () => atrState(period) });
};
