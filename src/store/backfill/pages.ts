import type { Interval } from '../../model/interval.js';
import type { TimeRange } from '../time-range.js';
import { windowsBack, windowsIn } from '../windows.js';

/**
 * The windows the next call should ask for: those at the newest end of what is missing, at most `size` of them, down to
 * the oldest missing one within reach, so that gaps near each other share a call. `missing` is aligned, oldest first.
 */
export const nextPage = (missing: readonly TimeRange[], interval: Interval, size: number): TimeRange | undefined => {
  const to = missing.at(-1)?.to;
  if (to === undefined) return undefined;
  const reach = windowsBack(interval, to, size);
  const oldest = missing.find((gap) => gap.to > reach);
  return { from: Math.max(oldest?.from ?? reach, reach), to };
};

/** How many calls it takes when every window has a candle; fewer where some have none. */
export const callsFor = (missing: readonly TimeRange[], interval: Interval, size: number): number => {
  let calls = 0;
  let reached = Infinity;
  for (const gap of missing.toReversed()) {
    const to = Math.min(gap.to, reached);
    if (to <= gap.from) continue;
    const more = Math.ceil(windowsIn(interval, { from: gap.from, to }) / size);
    calls += more;
    reached = windowsBack(interval, to, more * size);
  }
  return calls;
};
