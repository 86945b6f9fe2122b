/** Candle intervals, shortest first. Weeks start on Monday; everything is aligned to UTC. */
export const INTERVALS = ['1s', '1m', '3m', '5m', '10m', '15m', '30m', '1h', '4h', '1d', '1w', '1M', '1y'] as const;

export type Interval = (typeof INTERVALS)[number];

/** An interval by our name, or by Upbit's own for the two that differ. */
export type IntervalName = Interval | '60m' | '240m';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const FIXED: Readonly<Partial<Record<Interval, number>>> = {
  '1s': SECOND,
  '1m': MINUTE,
  '3m': 3 * MINUTE,
  '5m': 5 * MINUTE,
  '10m': 10 * MINUTE,
  '15m': 15 * MINUTE,
  '30m': 30 * MINUTE,
  '1h': HOUR,
  '4h': 4 * HOUR,
  '1d': DAY,
  '1w': 7 * DAY,
};

const ALIASES: ReadonlyMap<string, Interval> = new Map([
  ['60m', '1h'],
  ['240m', '4h'],
]);

/** The interval a text names, Upbit's own `60m` and `240m` included, or `undefined`. */
export const parseInterval = (text: string): Interval | undefined =>
  ALIASES.get(text) ?? INTERVALS.find((interval) => interval === text);

/** Monday 1970-01-05, where weeks are counted from. */
const FIRST_MONDAY = 4 * DAY;

/** When the candle opened whose window holds `time`. Both ms UTC. */
export const openTimeOf = (interval: Interval, time: number): number => {
  const fixed = FIXED[interval];
  if (fixed !== undefined) {
    const origin = interval === '1w' ? FIRST_MONDAY : 0;
    return Math.floor((time - origin) / fixed) * fixed + origin;
  }
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), interval === '1M' ? date.getUTCMonth() : 0, 1);
};

/** When the candle that opens at `openTime` closes: the first instant that is no longer part of it. Both ms UTC. */
export const closeTime = (interval: Interval, openTime: number): number => {
  const fixed = FIXED[interval];
  if (fixed !== undefined) return openTime + fixed;
  const open = new Date(openTime);
  const months = interval === '1M' ? 1 : 12;
  return Date.UTC(open.getUTCFullYear(), open.getUTCMonth() + months, 1);
};

/** Whether every candle of `higher` is made of whole candles of `lower`, and of more than one. */
export const isMadeOf = (higher: Interval, lower: Interval): boolean => {
  const [whole, part] = [FIXED[higher], FIXED[lower]];
  if (part === undefined) return higher === '1y' && lower === '1M';
  // Months and years are made of days, and of what days are made of.
  return whole === undefined ? DAY % part === 0 : whole > part && whole % part === 0;
};
