import type { Indicator } from './indicator.js';
import { numbers, type Bar, type Select } from './input.js';
import { checkFactors, checkPeriods } from './parameters.js';
import { steps, type State } from './state.js';
import { spread, type Spread } from './windows/moments.js';

export interface BollingerBands {
  readonly upper: number;
  /** Simple moving average. */
  readonly middle: number;
  readonly lower: number;
  /** Where the input stands: 0 at the lower band, 1 at the upper; `undefined` while the bands are one line. */
  readonly percentB: number | undefined;
  /** Distance of the bands, as a fraction of the middle; `undefined` when that is 0. */
  readonly width: number | undefined;
}

const bands = ({ mean, deviation, above }: Spread, multiplier: number): BollingerBands => {
  const reach = deviation * multiplier;
  return {
    upper: mean + reach,
    middle: mean,
    lower: mean - reach,
    percentB: reach === 0 ? undefined : (above + reach) / (2 * reach),
    width: mean === 0 ? undefined : (2 * reach) / mean,
  };
};

const bandsState = (period: number, multiplier: number): State<number, BollingerBands> =>
  steps<number, BollingerBands, State<number, Spread>>(
    spread(period),
    (window, input) => window.next(input),
    ({ value }) => value && bands(value, multiplier),
  );

/**
 * Bollinger bands: the simple moving average, and `multiplier` population deviations above and below it.
 * Warm-up `period`.
 */
export function bollingerBands(period?: number, multiplier?: number): Indicator<Bar | number, BollingerBands>;
export function bollingerBands<In = Bar>(
  period: number,
  multiplier: number,
  select: Select<In>,
): Indicator<In, BollingerBands>;
export function bollingerBands<In>(period = 20, multiplier = 2, select?: Select<In>) {
  checkPeriods('bollingerBands', { period });
  checkFactors('bollingerBands', { multiplier });
  const name = `bollingerBands(${period}, ${multiplier})`;
  return numbers({ name, warmUp: period, start: () => bandsState(period, multiplier) }, select);
}
