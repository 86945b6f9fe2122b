import type { Indicator } from './indicator.js';
import { numbers, type Bar, type Select } from './input.js';
import { checkPeriods } from './parameters.js';
import { steps, type State } from './state.js';
import { spread, type Spread } from './windows/moments.js';

const deviationState = (period: number): State<number, number> =>
  steps<number, number, State<number, Spread>>(
    spread(period),
    (window, input) => window.next(input),
    ({ value }) => value?.deviation,
  );

/** Population standard deviation (divided by n, not n − 1) of the last `period` numbers. Warm-up `period`. */
export function standardDeviation(period?: number): Indicator<Bar | number, number>;
export function standardDeviation<In = Bar>(period: number, select: Select<In>): Indicator<In, number>;
export function standardDeviation<In>(period = 20, select?: Select<In>) {
  checkPeriods('standardDeviation', { period });
  return numbers({ name: `standardDeviation(${period})`, warmUp: period, start: () => deviationState(period) }, select);
}
