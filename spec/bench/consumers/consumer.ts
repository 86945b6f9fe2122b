import type { Load } from '../load/load.js';

export interface Consumed {
  /** From the first to the last frame, ms. */
  readonly elapsed: number;
  /** Events that reached the caller's own code. */
  readonly delivered: number;
}

/** Takes in a whole load. */
export type Consumer = (load: Load) => Promise<Consumed>;

/** Counts its calls and, with the last of `count`, tells the time since the first, ms. */
export const stopwatch = (count: number, done: (elapsed: number) => void): (() => void) => {
  let seen = 0;
  let start = 0;
  return () => {
    seen += 1;
    if (seen === 1) start = performance.now();
    if (seen === count) done(performance.now() - start);
  };
};
