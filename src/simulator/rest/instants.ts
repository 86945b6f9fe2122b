import { invalidParameter } from './problems.js';

const INSTANT = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(\.\d{1,3})?(Z|\+(\d{2}):(\d{2}))?$/;
const TIME_OF_DAY = /^(\d{2}):?(\d{2}):?(\d{2})$/;

/**
 * A `to` of candles in ms: `2026-09-01T00:00:00Z`, without `Z` or with a blank for the `T` (both UTC), or with an
 * offset such as `+09:00`. A fraction of a second is accepted as well: widely used clients send one.
 */
export const parseInstant = (text: string): number => {
  const match = INSTANT.exec(text);
  if (match === null) throw invalidParameter();
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  const same = new Date(time).toISOString().slice(0, 19) === text.slice(0, 19).replace(' ', 'T');
  if (!same) throw invalidParameter();
  const fraction = Math.round(Number(`0${match[7] ?? ''}`) * 1000);
  return time + fraction - (Number(match[9] ?? 0) * 60 + Number(match[10] ?? 0)) * 60_000;
};

/** A `to` of trades, `HHmmss` or `HH:mm:ss`, as ms since midnight. */
export const parseTimeOfDay = (text: string): number => {
  const match = TIME_OF_DAY.exec(text);
  const [hour = 24, minute = 0, second = 0] = match?.slice(1).map(Number) ?? [];
  if (hour > 23 || minute > 59 || second > 59) throw invalidParameter();
  return ((hour * 60 + minute) * 60 + second) * 1000;
};
