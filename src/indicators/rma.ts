import type { Indicator } from './indicator.js';
import { numbers, type Bar, type Select } from './input.js';
import { checkPeriods } from './parameters.js';
import { rmaState } from './smoothing.js';

/**
 * Wilder's smoothed moving average (also SMMA), weight 1 / period, seeded with the mean of the first `period` numbers.
 * Warm-up `period`.
 */
export function rma(period: number): Indicator<Bar | number, number>;
export function rma<In = Bar>(period: number, select: Select<In>): Indicator<In, number>;
export function rma<In>(period: number, select?: Select<In>) {
  checkPeriods('rma', { period });
  return numbers({ name: `rma(${period})`, warmUp: period, start: () => rmaState(period) }, select);
}
