import { steps, type State } from '../state.js';
import { sliding } from './sliding.js';

/**
 * The mean of a stretch of numbers, counted from its first: prices are far from zero and near each other, and what is
 * small beside them would lose its digits.
 */
interface Stretch {
  readonly count: number;
  readonly first: number;
  /** Mean less `first`. */
  readonly offset: number;
}

/** How far the newer stretch's mean lies above the older one's. */
const distanceOf = (older: Stretch, newer: Stretch): number =>
  newer.first - older.first + (newer.offset - older.offset);

const offsetOf = (older: Stretch, newer: Stretch, distance: number): number =>
  older.offset + (distance * newer.count) / (older.count + newer.count);

interface Moments extends Stretch {
  /** Sum of the squared distances from the mean. */
  readonly squares: number;
}

/** Two stretches as one, by the distance of their means: no difference of large squares. */
const merge = (older: Moments, newer: Moments): Moments => {
  const count = older.count + newer.count;
  const distance = distanceOf(older, newer);
  return {
    count,
    first: older.first,
    offset: offsetOf(older, newer, distance),
    squares: older.squares + newer.squares + (distance * distance * older.count * newer.count) / count,
  };
};

/** Mean and population deviation of the last numbers. */
export interface Spread {
  readonly mean: number;
  readonly deviation: number;
  /** The last number less the mean. */
  readonly above: number;
}

interface Memory {
  readonly last: number;
  readonly window: State<Moments, Moments>;
}

/** Mean and population deviation (divided by n, not n − 1) of the last `size` numbers. */
export const spread = (size: number): State<number, Spread> =>
  steps<number, Spread, Memory>(
    { last: NaN, window: sliding(size, merge) },
    ({ window }, last) => ({ last, window: window.next({ count: 1, first: last, offset: 0, squares: 0 }) }),
    ({ last, window: { value } }) =>
      value && {
        mean: value.first + value.offset,
        deviation: Math.sqrt(value.squares / value.count),
        above: last - value.first - value.offset,
      },
  );

interface Trend extends Stretch {
  /** Sum of the products of both distances: of a number from the mean, and of its place from the middle. */
  readonly products: number;
}

const join = (older: Trend, newer: Trend): Trend => {
  const distance = distanceOf(older, newer);
  return {
    count: older.count + newer.count,
    first: older.first,
    offset: offsetOf(older, newer, distance),
    products: older.products + newer.products + (older.count * newer.count * distance) / 2,
  };
};

/** Slope of the least-squares line through the last `size` numbers, per number. */
export const regression = (size: number): State<number, number> =>
  steps<number, number, State<Trend, Trend>>(
    sliding(size, join),
    (window, first) => window.next({ count: 1, first, offset: 0, products: 0 }),
    ({ value }) => value && (12 * value.products) / (size * (size * size - 1)),
  );
