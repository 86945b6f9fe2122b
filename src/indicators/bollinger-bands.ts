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
  /** Where the input stands: 0 at the lower band, 1 at the upper; absent while the bands are one line. */
  readonly percentB?: number;
  /** Distance of the bands, as a fraction of the middle; absent when that is 0. */
  readonly width?: number;
}

const bands = ({ mean, deviation, above }: Spread, multiplier: number): BollingerBands => {
  const reach = deviation * multiplier;
  const upper = mean + reach;
  const lower = mean - reach;
  return {
    upper,
    middle: mean,
    lower,
    ...(upper > lower && { percentB: (above + reach) / (2 * reach) }),
    ...(mean !== 0 && { width: (2 * reach) / mean }),
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
