import type { Indicator } from './indicator.js';
import { numbers, type Bar, type Select } from './input.js';
import { checkPeriods } from './parameters.js';
import { steps, type State } from './state.js';
import { sliding } from './windows/sliding.js';

interface Weighted {
  readonly count: number;
  readonly sum: number;
  /** Every number times its place, the oldest at place 1. */
  readonly weighted: number;
}

/** The newer stretch stands behind the older one, so all its places rise by the older one's length. */
const join = (older: Weighted, newer: Weighted): Weighted => ({
  count: older.count + newer.count,
  sum: older.sum + newer.sum,
  weighted: older.weighted + newer.weighted + older.count * newer.sum,
});

const wmaState = (period: number): State<number, number> =>
  steps<number, number, State<Weighted, Weighted>>(
    sliding(period, join),
    (window, input) => window.next({ count: 1, sum: input, weighted: input }),
    ({ value }) => value && value.weighted / ((period * (period + 1)) / 2),
  );

/** Weighted moving average: the last `period` numbers, the newest with weight `period`, the oldest 1. Warm-up `period`. */
export function wma(period: number): Indicator<Bar | number, number>;
export function wma<In = Bar>(period: number, select: Select<In>): Indicator<In, number>;
export function wma<In>(period: number, select?: Select<In>) {
  checkPeriods('wma', { period });
  return numbers({ name: `wma(${period})`, warmUp: period, start: () => wmaState(period) }, select);
}
