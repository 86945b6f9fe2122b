import type { Indicator } from './indicator.js';
import { numbers, type Bar, type Select } from './input.js';
import { checkPeriods } from './parameters.js';
import { emaState } from './smoothing.js';

/**
 * Exponential moving average, weight 2 / (period + 1), seeded with the mean of the first `period` numbers.
 * Warm-up `period`.
 */
export function ema(period: number): Indicator<Bar | number, number>;
export function ema<In = Bar>(period: number, select: Select<In>): Indicator<In, number>;
export function ema<In>(period: number, select?: Select<In>) {
  checkPeriods('ema', { period });
  return numbers({ name: `ema(${period})`, warmUp: period, start: () => emaState(period) }, select);
}
