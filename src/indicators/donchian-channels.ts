import type { Indicator } from './indicator.js';
import { bars, type Bar } from './input.js';
import { checkPeriods } from './parameters.js';
import { steps, type State } from './state.js';
import { delayed } from './windows/delayed.js';
import { slidingMax, slidingMin } from './windows/sliding.js';

export interface DonchianChannels {
  /** Highest high of the candles before. */
  readonly upper: number;
  readonly middle: number;
  /** Lowest low of the candles before. */
  readonly lower: number;
}

interface Memory {
  readonly before: State<Bar, Bar>;
  readonly highs: State<number, number>;
  readonly lows: State<number, number>;
}

const next = ({ before, highs, lows }: Memory, bar: Bar): Memory => {
  const moved = before.next(bar);
  const { value: last } = moved;
  return last === undefined
    ? { before: moved, highs, lows }
    : { before: moved, highs: highs.next(last.high), lows: lows.next(last.low) };
};

const channelsState = (period: number): State<Bar, DonchianChannels> =>
  steps<Bar, DonchianChannels, Memory>(
    { before: delayed(1), highs: slidingMax(period), lows: slidingMin(period) },
    next,
    ({ highs: { value: upper }, lows: { value: lower } }) =>
      upper === undefined || lower === undefined ? undefined : { upper, middle: (upper + lower) / 2, lower },
  );

/**
 * Donchian channels: the highest high and the lowest low of the `period` candles before this one, so that a candle can
 * break out of them. Warm-up `period` + 1.
 */
export const donchianChannels = (period = 20): Indicator<Bar, DonchianChannels> => {
  checkPeriods('donchianChannels', { period });
  return bars({ name: `donchianChannels(${period})`, warmUp: period + 1, start: () => channelsState(period) });
};
