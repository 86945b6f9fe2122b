import type { Indicator } from './indicator.js';
import { numbers, type Bar, type Select } from './input.js';
import { checkPeriods } from './parameters.js';
import { emaState } from './smoothing.js';
import { steps, type State } from './state.js';

export interface Macd {
  /** Fast average less slow average, in units of the input. */
  readonly macd: number;
  /** Exponential average of `macd`. */
  readonly signal: number;
  /** `macd` less `signal`. */
  readonly histogram: number;
}

interface Memory {
  readonly fast: State<number, number>;
  readonly slow: State<number, number>;
  readonly signal: State<number, number>;
  readonly macd: number;
}

const macdState = (fast: number, slow: number, signal: number): State<number, Macd> =>
  steps<number, Macd, Memory>(
    { fast: emaState(fast), slow: emaState(slow), signal: emaState(signal), macd: NaN },
    (memory, price) => {
      const fast = memory.fast.next(price);
      const slow = memory.slow.next(price);
      if (fast.value === undefined || slow.value === undefined) return { fast, slow, signal: memory.signal, macd: NaN };
      const macd = fast.value - slow.value;
      return { fast, slow, signal: memory.signal.next(macd), macd };
    },
    ({ macd, signal: { value: signal } }) =>
      signal === undefined ? undefined : { macd, signal, histogram: macd - signal },
  );

/**
 * Moving average convergence and divergence: a fast less a slow exponential average, and the exponential average of
 * that. Every average is seeded with the mean of its own first numbers. Warm-up `slow` + `signal` − 1, the longer of fast and slow counting.
 */
export function macd(fast?: number, slow?: number, signal?: number): Indicator<Bar | number, Macd>;
export function macd<In = Bar>(fast: number, slow: number, signal: number, select: Select<In>): Indicator<In, Macd>;
export function macd<In>(fast = 12, slow = 26, signal = 9, select?: Select<In>) {
  checkPeriods('macd', { fast, slow, signal });
  const warmUp = Math.max(fast, slow) + signal - 1;
  const name = `macd(${fast}, ${slow}, ${signal})`;
  return numbers({ name, warmUp, start: () => macdState(fast, slow, signal) }, select);
}
