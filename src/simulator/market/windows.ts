import { DAY } from './price-path.js';

const SECOND = 1_000;
const MINUTE = 60_000;
const WEEK = 7 * DAY;
/** 1970-01-01 was a Thursday; weeks begin on Monday. */
const FIRST_MONDAY = 4 * DAY;

/** The windows of one candle interval: contiguous, aligned to UTC. */
export interface Windows {
  readonly name: string;
  /** Start of the window a time falls into. */
  readonly startOf: (time: number) => number;
  /** Start of the next window. */
  readonly endOf: (start: number) => number;
}

const fixed = (name: string, length: number, origin = 0): Windows => ({
  name,
  startOf: (time) => Math.floor((time - origin) / length) * length + origin,
  endOf: (start) => start + length,
});

const calendar = (name: string, months: number): Windows => {
  const at = (time: number, offset: number): number => {
    const date = new Date(time);
    const month = Math.floor(date.getUTCMonth() / months) * months;
    return Date.UTC(date.getUTCFullYear(), month + offset, 1);
  };
  return { name, startOf: (time) => at(time, 0), endOf: (start) => at(start, months) };
};

/** Minute units that exist on REST and on the socket. */
export const MINUTE_UNITS = [1, 3, 5, 10, 15, 30, 60, 240] as const;

export const SECONDS = fixed('1s', SECOND);
export const DAYS = fixed('1d', DAY);
export const WEEKS = fixed('1w', WEEK, FIRST_MONDAY);
export const MONTHS = calendar('1M', 1);
export const YEARS = calendar('1y', 12);

/** The windows of a minute unit; undefined for a unit the exchange does not have. */
export const minutes = (unit: number): Windows | undefined =>
  MINUTE_UNITS.some((known) => known === unit) ? fixed(`${unit}m`, unit * MINUTE) : undefined;

/** Windows by the name used on the socket (`1s`, `1m`, …, `240m`) and for days and longer (`1d`, `1w`, `1M`, `1y`). */
export const windowsNamed = (name: string): Windows | undefined => {
  const known = [SECONDS, DAYS, WEEKS, MONTHS, YEARS].find((windows) => windows.name === name);
  if (known !== undefined) return known;
  const unit = /^([0-9]+)m$/.exec(name)?.[1];
  return unit === undefined ? undefined : minutes(Number(unit));
};
