import type { Indicator } from './indicator.js';
import { numbers, type Bar, type Select } from './input.js';
import { checkPeriods } from './parameters.js';
import { steps, type State } from './state.js';
import { slidingSum } from './windows/sliding.js';

export const smaState = (period: number): State<number, number> =>
  steps<number, number, State<number, number>>(
    slidingSum(period),
    (window, input) => window.next(input),
    ({ value }) => value && value / period,
  );

/** Simple moving average: the mean of the last `period` numbers. Warm-up `period`. */
export function sma(period: number): Indicator<Bar | number, number>;
export function sma<In = Bar>(period: number, select: Select<In>): Indicator<In, number>;
export function sma<In>(period: number, select?: Select<In>) {
  checkPeriods('sma', { period });
  return numbers({ name: `sma(${period})`, warmUp: period, start: () => smaState(period) }, select);
}
