import type { Indicator } from './indicator.js';
import { bars, type Bar } from './input.js';
import { checkPeriods } from './parameters.js';
import { chained, steps, type State } from './state.js';
import { positionState } from './stochastic.js';

const belowTop = (): State<number, number> =>
  steps<number, number, number>(
    NaN,
    (_, position) => position,
    (position) => position - 100,
  );

/**
 * Williams %R, −100 to 0: where the close stands below the highest high of `period` candles, in per cent of their range.
 * No value where the range is a single price. Warm-up `period`.
 */
export const williamsR = (period = 14): Indicator<Bar, number> => {
  checkPeriods('williamsR', { period });
  return bars({
    name: `williamsR(${period})`,
    warmUp: period,
    start: () => chained(positionState(period), belowTop()),
  });
};
