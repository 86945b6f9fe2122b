import type { Indicator } from './indicator.js';
import { numbers, type Bar, type Select } from './input.js';
import { checkPeriods } from './parameters.js';
import { emaState } from './smoothing.js';
import { steps, type State } from './state.js';

interface Memory {
  readonly inner: State<number, number>;
  /** The average of `inner`, begun at its first value. */
  readonly outer: number | undefined;
}

const demaState = (period: number): State<number, number> => {
  const weight = 2 / (period + 1);
  return steps<number, number, Memory>(
    { inner: emaState(period), outer: undefined },
    (memory, input) => {
      const inner = memory.inner.next(input);
      const once = inner.value;
      if (once === undefined) return { inner, outer: undefined };
      const { outer = once } = memory;
      return { inner, outer: outer + weight * (once - outer) };
    },
    ({ inner: { value }, outer }) => (value === undefined || outer === undefined ? undefined : 2 * value - outer),
  );
};

/**
 * Double exponential moving average: twice the average less the average of the average, which begins at the first
 * average. Warm-up `period`.
 */
export function dema(period: number): Indicator<Bar | number, number>;
export function dema<In = Bar>(period: number, select: Select<In>): Indicator<In, number>;
export function dema<In>(period: number, select?: Select<In>) {
  checkPeriods('dema', { period });
  return numbers({ name: `dema(${period})`, warmUp: period, start: () => demaState(period) }, select);
}
