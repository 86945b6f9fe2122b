import { REVISABLE, type State } from '../state.js';

interface Storage<T> {
  readonly size: number;
  /** Folds two neighbouring stretches, the older first. Must be associative. */
  readonly combine: (older: T, newer: T) => T;
  /** Inputs, each at its number modulo the capacity. */
  readonly items: T[];
  /** Of the last full block: every input folded with those after it in the block, at the same places. */
  readonly tails: T[];
}

/**
 * Inputs are cut into blocks as long as the window. The window is then the tail of one block and the head of the next:
 * the tails are folded once when a block is full, the head as it grows. So nothing is ever taken out of a sum, nothing
 * drifts, and a value costs the same whatever the size, on average over a block.
 */
class Sliding<T> implements State<T, T> {
  private hasTails = false;

  constructor(
    private readonly storage: Storage<T>,
    private readonly count: number,
    private readonly head: T | undefined,
    readonly value: T | undefined,
  ) {}

  next(item: T): State<T, T> {
    const { storage, count } = this;
    const { size, combine, items, tails } = storage;
    const capacity = size + REVISABLE;
    const offset = count % size;
    if (offset === 0) this.foldTails();
    items[count % capacity] = item;
    const head = offset === 0 || this.head === undefined ? item : combine(this.head, item);
    if (count + 1 < size) return new Sliding(storage, count + 1, head, undefined);
    const tail = offset === size - 1 ? undefined : tails[(count + 1 - size) % capacity];
    return new Sliding(storage, count + 1, head, tail === undefined ? head : combine(tail, head));
  }

  /** Once per block, however often its first input is replaced. */
  private foldTails(): void {
    if (this.hasTails || this.count === 0) return;
    this.hasTails = true;
    const { size, combine, items, tails } = this.storage;
    const capacity = size + REVISABLE;
    let tail: T | undefined;
    for (let at = this.count - 1; at >= this.count - size; at -= 1) {
      const item = items[at % capacity];
      if (item === undefined) return;
      tail = tail === undefined ? item : combine(item, tail);
      tails[at % capacity] = tail;
    }
  }
}

/** The fold of the last `size` inputs, once there are as many. */
export const sliding = <T>(size: number, combine: (older: T, newer: T) => T): State<T, T> =>
  new Sliding({ size, combine, items: [], tails: [] }, 0, undefined, undefined);

const add = (a: number, b: number): number => a + b;
const larger = (a: number, b: number): number => (a > b ? a : b);
const smaller = (a: number, b: number): number => (a < b ? a : b);

/** The sum of the last `size` numbers. */
export const slidingSum = (size: number): State<number, number> => sliding(size, add);

/** The largest of the last `size` numbers. */
export const slidingMax = (size: number): State<number, number> => sliding(size, larger);

/** The smallest of the last `size` numbers. */
export const slidingMin = (size: number): State<number, number> => sliding(size, smaller);
