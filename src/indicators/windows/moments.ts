import { steps, type State } from '../state.js';
import { sliding } from './sliding.js';

/** What the numbers of a stretch amount to. */
interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Sum of the squared distances from the mean. */
  readonly squares: number;
}

/** Two stretches as one, by the distance of their means: no difference of large squares, which would lose digits. */
const merge = (older: Moments, newer: Moments): Moments => {
  const count = older.count + newer.count;
  const distance = newer.mean - older.mean;
  return {
    count,
    mean: older.mean + (distance * newer.count) / count,
    squares: older.squares + newer.squares + (distance * distance * older.count * newer.count) / count,
  };
};

/** Mean and population deviation of the last numbers. */
export interface Spread {
  readonly last: number;
  readonly mean: number;
  readonly deviation: number;
}

interface Memory {
  readonly last: number;
  readonly window: State<Moments, Moments>;
}

/** Mean and population deviation (divided by n, not n − 1) of the last `size` numbers. */
export const spread = (size: number): State<number, Spread> =>
  steps<number, Spread, Memory>(
    { last: NaN, window: sliding(size, merge) },
    ({ window }, last) => ({ last, window: window.next({ count: 1, mean: last, squares: 0 }) }),
    ({ last, window: { value } }) =>
      value && { last, mean: value.mean, deviation: Math.sqrt(value.squares / value.count) },
  );

/** What the numbers of a stretch, one after the other, amount to. */
interface Trend {
  readonly count: number;
  readonly mean: number;
  /** Sum of the products of both distances: of a number from the mean, and of its place from the middle. */
  readonly products: number;
}

const join = (older: Trend, newer: Trend): Trend => {
  const count = older.count + newer.count;
  const distance = newer.mean - older.mean;
  return {
    count,
    mean: older.mean + (distance * newer.count) / count,
    products: older.products + newer.products + (older.count * newer.count * distance) / 2,
  };
};

/** Slope of the least-squares line through the last `size` numbers, per number. */
export const regression = (size: number): State<number, number> =>
  steps<number, number, State<Trend, Trend>>(
    sliding(size, join),
    (window, mean) => window.next({ count: 1, mean, products: 0 }),
    ({ value }) => value && (12 * value.products) / (size * (size * size - 1)),
  );
