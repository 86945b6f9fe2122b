import type { Indicator } from './indicator.js';
import { numbers, type Bar, type Select } from './input.js';
import { checkPeriods } from './parameters.js';
import { emaState } from './smoothing.js';
import { steps, type State } from './state.js';

interface Memory {
  readonly inner: State<number, number>;
  /** The average of the average, and the average of that, both begun at the first average. */
  readonly outer: { readonly twice: number; readonly thrice: number } | undefined;
}

const temaState = (period: number): State<number, number> => {
  const weight = 2 / (period + 1);
  return steps<number, number, Memory>(
    { inner: emaState(period), outer: undefined },
    (memory, input) => {
      const inner = memory.inner.next(input);
      const once = inner.value;
      if (once === undefined) return { inner, outer: undefined };
      const { outer = { twice: once, thrice: once } } = memory;
      const twice = outer.twice + weight * (once - outer.twice);
      return { inner, outer: { twice, thrice: outer.thrice + weight * (twice - outer.thrice) } };
    },
    ({ inner: { value }, outer }) =>
      value === undefined || outer === undefined ? undefined : 3 * value - 3 * outer.twice + outer.thrice,
  );
};

/**
 * Triple exponential moving average: three times the average, less three times the average of the average, plus the
 * average of that; all begin at the first average. Warm-up `period`.
 */
export function tema(period: number): Indicator<Bar | number, number>;
export function tema<In = Bar>(period: number, select: Select<In>): Indicator<In, number>;
export function tema<In>(period: number, select?: Select<In>) {
  checkPeriods('tema', { period });
  return numbers({ name: `tema(${period})`, warmUp: period, start: () => temaState(period) }, select);
}
