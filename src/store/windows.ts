import { InvalidRequestError } from '../errors.js';
import { closeTime, openTimeOf, type Interval } from '../model/interval.js';
import type { TimeRange } from './time-range.js';

/** Months in a window of the intervals that have no fixed length. */
const MONTHS: Readonly<Partial<Record<Interval, number>>> = { '1M': 1, '1y': 12 };

const monthOf = (time: number): number => {
  const date = new Date(time);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
};

/** Length of every window, ms; `undefined` where months decide. */
const widthOf = (interval: Interval): number | undefined =>
  MONTHS[interval] === undefined ? closeTime(interval, 0) : undefined;

/** The first window that opens at `time` or later; its open time, ms UTC. */
export const firstOpen = (interval: Interval, time: number): number => {
  const open = openTimeOf(interval, time);
  return open === time ? open : closeTime(interval, open);
};

/** The same windows, from the first one's open time to the last one's end. Throws when it is no stretch of time. */
export const aligned = (interval: Interval, { from, to }: TimeRange): TimeRange => {
  if (!(from <= to) || Math.abs(from) > 8.64e15 || Math.abs(to) > 8.64e15) {
    throw new InvalidRequestError(`a range must go from an instant to a later one, ms UTC, not from ${from} to ${to}`, {
      from,
      to,
    });
  }
  return { from: firstOpen(interval, from), to: firstOpen(interval, to) };
};

/** How many windows open within an aligned range. */
export const windowsIn = (interval: Interval, { from, to }: TimeRange): number => {
  const months = MONTHS[interval];
  return months === undefined ? (to - from) / closeTime(interval, 0) : (monthOf(to) - monthOf(from)) / months;
};

/** The open time of the window `count` windows before the one that opens at `open`. */
export const windowsBack = (interval: Interval, open: number, count: number): number => {
  const months = MONTHS[interval];
  if (months === undefined) return open - count * closeTime(interval, 0);
  return Date.UTC(Math.floor(monthOf(open) / 12), (monthOf(open) % 12) - count * months, 1);
};

/** Whether every window of `higher` is made of whole windows of `lower`. */
export const nests = (lower: Interval, higher: Interval): boolean => {
  const [short, long] = [widthOf(lower), widthOf(higher)];
  if (lower === higher) return false;
  if (short !== undefined && long !== undefined) return long % short === 0;
  // Weeks cross the ends of months.
  return short === undefined ? lower === '1M' && higher === '1y' : lower !== '1w';
};
