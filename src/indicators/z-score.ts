import type { Indicator } from './indicator.js';
import { numbers, type Bar, type Select } from './input.js';
import { checkPeriods } from './parameters.js';
import { steps, type State } from './state.js';
import { spread, type Spread } from './windows/moments.js';

const scoreState = (period: number): State<number, number> =>
  steps<number, number, State<number, Spread>>(
    spread(period),
    (window, input) => window.next(input),
    ({ value }) => (value === undefined || value.deviation === 0 ? undefined : value.above / value.deviation),
  );

/**
 * How many population deviations the number stands above the mean of the last `period`, itself included. No value where
 * all are the same. Warm-up `period`.
 */
export function zScore(period?: number): Indicator<Bar | number, number>;
export function zScore<In = Bar>(period: number, select: Select<In>): Indicator<In, number>;
export function zScore<In>(period = 20, select?: Select<In>) {
  checkPeriods('zScore', { period }, 2);
  return numbers({ name: `zScore(${period})`, warmUp: period, start: () => scoreState(period) }, select);
}
