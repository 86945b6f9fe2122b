import type { Indicator } from './indicator.js';
import { numbers, type Bar, type Select } from './input.js';
import { checkPeriods } from './parameters.js';
import { slidingMin } from './windows/sliding.js';

/** The lowest of the last `period` numbers, of candles the lowest close. Warm-up `period`. */
export function lowest(period: number): Indicator<Bar | number, number>;
export function lowest<In = Bar>(period: number, select: Select<In>): Indicator<In, number>;
export function lowest<In>(period: number, select?: Select<In>) {
  checkPeriods('lowest', { period });
  return numbers({ name: `lowest(${period})`, warmUp: period, start: () => slidingMin(period) }, select);
}
