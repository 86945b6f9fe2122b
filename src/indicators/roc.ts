import type { Indicator } from './indicator.js';
import { numbers, type Bar, type Select } from './input.js';
import { checkPeriods } from './parameters.js';
import { steps, type State } from './state.js';
import { delayed } from './windows/delayed.js';

interface Memory {
  readonly last: number;
  readonly past: State<number, number>;
}

const rocState = (period: number): State<number, number> =>
  steps<number, number, Memory>(
    { last: NaN, past: delayed(period) },
    ({ past }, last) => ({ last, past: past.next(last) }),
    ({ last, past: { value: past } }) => (past === undefined || past === 0 ? undefined : (100 * (last - past)) / past),
  );

/**
 * Rate of change: by how many per cent the number differs from the one `period` before. No value where that one is 0.
 * Warm-up `period` + 1.
 */
export function roc(period?: number): Indicator<Bar | number, number>;
export function roc<In = Bar>(period: number, select: Select<In>): Indicator<In, number>;
export function roc<In>(period = 14, select?: Select<In>) {
  checkPeriods('roc', { period });
  return numbers({ name: `roc(${period})`, warmUp: period + 1, start: () => rocState(period) }, select);
}
