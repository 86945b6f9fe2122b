import type { Load } from '../load/load.js';

/** What it took from the first to the last frame. */
export interface Consumed extends Spent {
  /** Events that reached the caller's own code. */
  readonly delivered: number;
}

/** Takes in a whole load. */
export type Consumer = (load: Load) => Promise<Consumed>;

/** Time spent between two moments. */
export interface Spent {
  /** ms */
  readonly elapsed: number;
  /** Time this process was computing, all of its threads together, ms. Other processes do not disturb it. */
  readonly cpu: number;
}

/** Counts its calls and, with the last of `count`, tells the time since the first. */
export const stopwatch = (count: number, done: (spent: Spent) => void): (() => void) => {
  let seen = 0;
  let start = 0;
  let usage: NodeJS.CpuUsage | undefined;
  return () => {
    seen += 1;
    if (seen === 1) {
      start = performance.now();
      usage = process.cpuUsage();
    }
    if (seen !== count) return;
    const { user, system } = process.cpuUsage(usage);
    done({ elapsed: performance.now() - start, cpu: (user + system) / 1_000 });
  };
};
