import { atrState } from './atr.js';
import type { Indicator } from './indicator.js';
import { bars, type Bar } from './input.js';
import { checkFactors, checkPeriods } from './parameters.js';
import { emaState } from './smoothing.js';
import { steps, type State } from './state.js';

export interface KeltnerChannels {
  readonly upper: number;
  /** Exponential average of the closes. */
  readonly middle: number;
  readonly lower: number;
}

interface Memory {
  readonly average: State<number, number>;
  readonly range: State<Bar, number>;
}

const channelsState = (period: number, multiplier: number, atrPeriod: number): State<Bar, KeltnerChannels> =>
  steps<Bar, KeltnerChannels, Memory>(
    { average: emaState(period), range: atrState(atrPeriod) },
    ({ average, range }, bar) => ({ average: average.next(bar.close), range: range.next(bar) }),
    ({ average: { value: middle }, range: { value: range } }) =>
      middle === undefined || range === undefined
        ? undefined
        : { upper: middle + multiplier * range, middle, lower: middle - multiplier * range },
  );

/**
 * Keltner channels: the exponential average of the closes, and `multiplier` average true ranges above and below it.
 * Warm-up the longer of `period` and `atrPeriod` + 1.
 */
export const keltnerChannels = (period = 20, multiplier = 2, atrPeriod = 10): Indicator<Bar, KeltnerChannels> => {
  checkPeriods('keltnerChannels', { period, atrPeriod });
  checkFactors('keltnerChannels', { multiplier });
  return bars({
    name: `keltnerChannels(${period}, ${multiplier}, ${atrPeriod})`,
    warmUp: Math.max(period, atrPeriod + 1),
    start: () => channelsState(period, multiplier, atrPeriod),
  });
};
