import type { Indicator } from './indicator.js';
import { numbers, type Bar, type Select } from './input.js';
import { checkPeriods } from './parameters.js';
import { regression } from './windows/moments.js';

/**
 * Slope of the least-squares line through the last `period` numbers, in units of the number per input.
 * Warm-up `period`.
 *
 * ```ts
 * candles$.pipe(ema(12), slope(5)); // how fast the average rises, also while the last candle forms
 * ```
 */
export function slope(period?: number): Indicator<Bar | number, number>;
export function slope<In = Bar>(period: number, select: Select<In>): Indicator<In, number>;
export function slope<In>(period = 14, select?: Select<In>) {
  checkPeriods('slope', { period }, 2);
  return numbers({ name: `slope(${period})`, warmUp: period, start: () => regression(period) }, select);
}
