import type { Indicator } from './indicator.js';
import { numbers, type Bar, type Select } from './input.js';
import { checkPeriods } from './parameters.js';
import { rsiState } from './rsi.js';
import { chained, steps, type State } from './state.js';
import { stochasticState, type Extent, type Stochastic } from './stochastic.js';

/** One number as a range that is a point. */
const asExtent = (): State<number, Extent> =>
  steps<number, Extent, number>(
    NaN,
    (_, value) => value,
    (value) => ({ high: value, low: value, close: value }),
  );

/**
 * The stochastic oscillator of the relative strength index instead of the price, 0 to 100: where the index stands between
 * its lowest and highest of `period` values, smoothed as in `stochastic`.
 * Warm-up `rsiPeriod` + `period` + `smoothK` + `smoothD` − 2.
 */
export function stochasticRsi(
  rsiPeriod?: number,
  period?: number,
  smoothK?: number,
  smoothD?: number,
): Indicator<Bar | number, Stochastic>;
export function stochasticRsi<In = Bar>(
  rsiPeriod: number,
  period: number,
  smoothK: number,
  smoothD: number,
  select: Select<In>,
): Indicator<In, Stochastic>;
export function stochasticRsi<In>(rsiPeriod = 14, period = 14, smoothK = 1, smoothD = 3, select?: Select<In>) {
  checkPeriods('stochasticRsi', { rsiPeriod, period, smoothK, smoothD });
  return numbers(
    {
      name: `stochasticRsi(${rsiPeriod}, ${period}, ${smoothK}, ${smoothD})`,
      warmUp: rsiPeriod + period + smoothK + smoothD - 2,
      start: () => chained(rsiState(rsiPeriod), chained(asExtent(), stochasticState(period, smoothK, smoothD))),
    },
    select,
  );
}
