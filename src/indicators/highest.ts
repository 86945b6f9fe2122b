import type { Indicator } from './indicator.js';
import { numbers, type Bar, type Select } from './input.js';
import { checkPeriods } from './parameters.js';
import { slidingMax } from './windows/sliding.js';

/** The highest of the last `period` numbers, of candles the highest close. Warm-up `period`. */
export function highest(period: number): Indicator<Bar | number, number>;
export function highest<In = Bar>(period: number, select: Select<In>): Indicator<In, number>;
export function highest<In>(period: number, select?: Select<In>) {
  checkPeriods('highest', { period });
  return numbers({ name: `highest(${period})`, warmUp: period, start: () => slidingMax(period) }, select);
}
