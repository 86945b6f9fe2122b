import { getMedianPrice } from 'trading-signals';
import { atrState } from './atr.js';
import type { Indicator } from './indicator.js';
import { bars, type Bar } from './input.js';
import { checkFactors, checkPeriods } from './parameters.js';
import { steps, type State } from './state.js';

export interface SuperTrend {
  /** The line: below the price in a rising trend, above it in a falling one. */
  readonly line: number;
  readonly trend: 'up' | 'down';
  /** Whether the trend turned with this candle. */
  readonly reversed: boolean;
}

interface Bands {
  readonly upper: number;
  readonly lower: number;
  readonly isUp: boolean;
  readonly reversed: boolean;
}

interface Memory {
  readonly range: State<Bar, number>;
  readonly close: number;
  readonly bands: Bands | undefined;
}

/** A band moves towards the price, and away from it only once the close before has left it behind. */
const follow = (memory: Memory, { close, high, low }: Bar, reach: number): Bands => {
  const middle = getMedianPrice({ high, low });
  const before = memory.bands ?? { upper: Infinity, lower: -Infinity, isUp: close >= middle };
  const upper = middle + reach < before.upper || memory.close > before.upper ? middle + reach : before.upper;
  const lower = middle - reach > before.lower || memory.close < before.lower ? middle - reach : before.lower;
  const isUp = close > (before.isUp ? lower : upper);
  return { upper, lower, isUp, reversed: memory.bands !== undefined && isUp !== before.isUp };
};

const trendState = (period: number, multiplier: number): State<Bar, SuperTrend> =>
  steps<Bar, SuperTrend, Memory>(
    { range: atrState(period), close: NaN, bands: undefined },
    (memory, bar) => {
      const range = memory.range.next(bar);
      const bands = range.value === undefined ? undefined : follow(memory, bar, multiplier * range.value);
      return { range, close: bar.close, bands };
    },
    ({ bands }) =>
      bands && {
        line: bands.isUp ? bands.lower : bands.upper,
        trend: bands.isUp ? 'up' : 'down',
        reversed: bands.reversed,
      },
  );

/**
 * SuperTrend: a line `multiplier` average true ranges from the middle of the candle, which moves only towards the price
 * and changes sides when a close reaches it. The first trend is up if the close is not below the candle's middle.
 * Warm-up `period` + 1.
 */
export const superTrend = (period = 10, multiplier = 3): Indicator<Bar, SuperTrend> => {
  checkPeriods('superTrend', { period });
  checkFactors('superTrend', { multiplier });
  return bars({
    name: `superTrend(${period}, ${multiplier})`,
    warmUp: period + 1,
    start: () => trendState(period, multiplier),
  });
};
