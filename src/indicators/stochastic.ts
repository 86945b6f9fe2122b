import type { Indicator } from './indicator.js';
import { bars, type Bar } from './input.js';
import { checkPeriods } from './parameters.js';
import { smaState } from './sma.js';
import { chained, steps, type State } from './state.js';
import { slidingMax, slidingMin } from './windows/sliding.js';

export interface Stochastic {
  /** Where the close stands between the lowest and the highest, 0 to 100, smoothed. */
  readonly k: number;
  /** Simple average of `k`. */
  readonly d: number;
  /** 3 k − 2 d; leaves 0 to 100. */
  readonly j: number;
}

/** What a position in a range needs of an input. */
export interface Extent {
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

interface Range {
  readonly close: number;
  readonly highs: State<number, number>;
  readonly lows: State<number, number>;
}

/** 0 to 100, never beyond by rounding; no answer in a range that is a point. */
const position = (close: number, high: number | undefined, low: number | undefined): number | undefined => {
  if (high === undefined || low === undefined || high === low) return undefined;
  return Math.min(100, Math.max(0, (100 * (close - low)) / (high - low)));
};

/** Where the close stands between the lowest and the highest of the last `period` inputs, 0 to 100. */
export const positionState = (period: number): State<Extent, number> =>
  steps<Extent, number, Range>(
    { close: NaN, highs: slidingMax(period), lows: slidingMin(period) },
    ({ highs, lows }, { high, low, close }) => ({ close, highs: highs.next(high), lows: lows.next(low) }),
    ({ close, highs, lows }) => position(close, highs.value, lows.value),
  );

interface Lines {
  readonly k: number;
  readonly averages: State<number, number>;
}

export const stochasticState = (period: number, smoothK: number, smoothD: number): State<Extent, Stochastic> =>
  chained(
    chained(positionState(period), smaState(smoothK)),
    steps<number, Stochastic, Lines>(
      { k: NaN, averages: smaState(smoothD) },
      ({ averages }, k) => ({ k, averages: averages.next(k) }),
      ({ k, averages: { value: d } }) => (d === undefined ? undefined : { k, d, j: 3 * k - 2 * d }),
    ),
  );

/**
 * Stochastic oscillator: where the close stands between the lowest low and the highest high of `period` candles, %K its
 * simple average over `smoothK` (1: the fast one), %D the simple average of that over `smoothD`. A candle in whose range
 * there is but one price has no value and is left out of the averages. Warm-up `period` + `smoothK` + `smoothD` − 2.
 */
export const stochastic = (period = 14, smoothK = 3, smoothD = 3): Indicator<Bar, Stochastic> => {
  checkPeriods('stochastic', { period, smoothK, smoothD });
  return bars({
    name: `stochastic(${period}, ${smoothK}, ${smoothD})`,
    warmUp: period + smoothK + smoothD - 2,
    start: () => stochasticState(period, smoothK, smoothD),
  });
};
