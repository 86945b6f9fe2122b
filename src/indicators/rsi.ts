import type { Indicator } from './indicator.js';
import { numbers, type Bar, type Select } from './input.js';
import { checkPeriods } from './parameters.js';
import { rmaState } from './smoothing.js';
import { steps, type State } from './state.js';

interface Memory {
  readonly last: number | undefined;
  readonly gains: State<number, number>;
  readonly losses: State<number, number>;
}

/** 100 where nothing was lost; no answer where nothing was gained either: a still market is not an overbought one. */
const strength = (gain: number | undefined, loss: number | undefined): number | undefined => {
  if (gain === undefined || loss === undefined || (gain === 0 && loss === 0)) return undefined;
  return loss === 0 ? 100 : 100 - 100 / (1 + gain / loss);
};

export const rsiState = (period: number): State<number, number> =>
  steps<number, number, Memory>(
    { last: undefined, gains: rmaState(period), losses: rmaState(period) },
    ({ last, gains, losses }, price) =>
      last === undefined
        ? { last: price, gains, losses }
        : {
            last: price,
            gains: gains.next(Math.max(price - last, 0)),
            losses: losses.next(Math.max(last - price, 0)),
          },
    ({ gains, losses }) => strength(gains.value, losses.value),
  );

/**
 * Relative strength index, 0 to 100, after Wilder: mean gain against mean loss, both smoothed with weight 1 / period and
 * seeded with their mean over the first `period` changes. No value while a market has not moved at all.
 * Warm-up `period` + 1.
 *
 * ```ts
 * candles$.pipe(rsi(14), filter((strength) => strength < 30));
 * ```
 */
export function rsi(period?: number): Indicator<Bar | number, number>;
export function rsi<In = Bar>(period: number, select: Select<In>): Indicator<In, number>;
export function rsi<In>(period = 14, select?: Select<In>) {
  checkPeriods('rsi', { period });
  return numbers({ name: `rsi(${period})`, warmUp: period + 1, start: () => rsiState(period) }, select);
}
