import type { Load } from '../load/load.js';

/** What the measured frames took. */
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

/** Share of a flood that only settles things in: code gets compiled, what was set up moves out of the young heap. */
const SETTLING = 0.3;

/** Frames of a flood that are measured. */
export const measuredFrames = (count: number): number => count - Math.floor(count * SETTLING);

/** Counts its calls and, with the last of `count`, tells the time the measured ones took. */
export const stopwatch = (count: number, done: (spent: Spent) => void): (() => void) => {
  const first = count - measuredFrames(count);
  let seen = 0;
  let start = 0;
  let usage: NodeJS.CpuUsage | undefined;
  return () => {
    if (seen === first) {
      start = performance.now();
      usage = process.cpuUsage();
    }
    seen += 1;
    if (seen !== count) return;
    const { user, system } = process.cpuUsage(usage);
    done({ elapsed: performance.now() - start, cpu: (user + system) / 1_000 });
  };
};
