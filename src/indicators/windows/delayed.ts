import { REVISABLE, type State } from '../state.js';

class Delayed<T> implements State<T, T> {
  constructor(
    private readonly lag: number,
    private readonly items: T[],
    private readonly count: number,
    readonly value: T | undefined,
  ) {}

  next(item: T): State<T, T> {
    const { lag, items, count } = this;
    const capacity = lag + REVISABLE + 1;
    items[count % capacity] = item;
    const value = count < lag ? undefined : items[(count - lag) % capacity];
    return new Delayed(lag, items, count + 1, value);
  }
}

/** The input `lag` inputs before the last one. */
export const delayed = <T>(lag: number): State<T, T> => new Delayed<T>(lag, [], 0, undefined);
