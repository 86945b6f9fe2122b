import { MAD, getAverage, getTypicalPrice } from 'trading-signals';
import type { Indicator } from './indicator.js';
import { bars, type Bar } from './input.js';
import { checkPeriods } from './parameters.js';
import { steps, type State } from './state.js';

/** Makes some 70 to 80 per cent of the values of an even market fall between −100 and 100. */
const SCALE = 0.015;

const index = (prices: readonly number[]): number | undefined => {
  const all = [...prices];
  const mean = getAverage(all);
  const deviation = MAD.getResultFromBatch(all, mean);
  // Equal prices may differ from their own mean in the last digit.
  if (deviation <= Math.abs(mean) * Number.EPSILON) return undefined;
  return ((prices.at(-1) ?? mean) - mean) / (SCALE * deviation);
};

const cciState = (period: number): State<Bar, number> =>
  steps<Bar, number, readonly number[]>(
    [],
    (prices, bar) => [...prices, getTypicalPrice(bar)].slice(-period),
    (prices) => (prices.length < period ? undefined : index(prices)),
  );

/**
 * Commodity channel index: the typical price's distance from its simple average, in units of 0.015 mean absolute
 * deviations. The deviation is from a mean that moves, so a value costs time in proportion to `period`. No value while
 * all prices are the same. Warm-up `period`.
 */
export const cci = (period = 20): Indicator<Bar, number> => {
  checkPeriods('cci', { period }, 2);
  return bars({ name: `cci(${period})`, warmUp: period, start: () => cciState(period) });
};
