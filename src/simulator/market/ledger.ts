import { BoundedCache } from './bounded-cache.js';
import { DAY } from './price-path.js';
import type { Segment, Series } from './series.js';
import { TallyBuilder, type Tally } from './tally.js';
import type { RawTrade } from './trade.js';

const { floor, max, min } = Math;

const HOUR = 3_600_000;
const EMPTY: unique symbol = Symbol('no trades');
type Remembered = Tally | typeof EMPTY;

/** Every trade a market ever had, by time. Times are ms; ranges are [from, until). */
export interface Ledger {
  readonly series: Series;
  readonly trades: (from: number, until: number) => RawTrade[];
  /** What the trades of a range amount to; undefined when there is none. */
  readonly sum: (from: number, until: number) => Tally | undefined;
  /** The newest trade before a time; undefined before the listing. */
  readonly lastBefore: (until: number) => RawTrade | undefined;
  /** The price of the newest trade before a midnight, in steps; remembered. */
  readonly closeBefore: (dayStart: number) => number | undefined;
  /** Up to `count` trades before (time, order), newest first, none before `floor`. */
  readonly newestFirst: (before: { time: number; order: number }, floor: number, count: number) => RawTrade[];
}

/** The ledger of a series. Closed hours and days are remembered, within a bound. */
export const createLedger = (series: Series): Ledger => {
  const { length, tape, instrument } = series;
  const hours = new BoundedCache<Remembered>(64);
  const days = new BoundedCache<Remembered>(500);
  const listed = new BoundedCache<RawTrade[]>(32);
  const closes = new BoundedCache<{ price: number | undefined }>(16);
  const alignDown = (time: number): number => floor(time / length) * length;

  const tradesOf = (segment: Segment): RawTrade[] =>
    segment.count === 0 ? [] : listed.getOrCompute(segment.start, () => series.tradesOf(segment));

  const addPart = (sum: TallyBuilder, segment: Segment, from: number, until: number): void => {
    if (segment.count === 0) return;
    for (const trade of tradesOf(segment)) if (trade.time >= from && trade.time < until) sum.addTrade(trade);
  };

  /** Whole segments only; the time of the last trade is looked up once, in the last segment that has any. */
  const addSegments = (sum: TallyBuilder, from: number, until: number): void => {
    let newest: Segment | undefined;
    for (let start = from; start < until; start += length) {
      const segment = series.segmentAt(start);
      if (segment.count === 0) continue;
      sum.addSegment(tape, segment);
      newest = segment;
    }
    const last = newest === undefined ? undefined : series.tradesOf(newest).at(-1);
    if (last !== undefined) sum.last(last.time, last.order);
  };

  const whole = (cache: BoundedCache<Remembered>, start: number, size: number): Remembered =>
    cache.getOrCompute(start, () => {
      const sum = new TallyBuilder();
      addSegments(sum, start, start + size);
      return sum.read() ?? EMPTY;
    });

  const addWhole = (sum: TallyBuilder, remembered: Remembered): void => {
    if (remembered !== EMPTY) sum.addTally(remembered);
  };

  const sum = (from: number, until: number): Tally | undefined => {
    const total = new TallyBuilder();
    let at = max(from, instrument.listedAt);
    while (at < until) {
      if (at % DAY === 0 && at + DAY <= until) {
        addWhole(total, whole(days, at, DAY));
        at += DAY;
      } else if (at % HOUR === 0 && at + HOUR <= until) {
        addWhole(total, whole(hours, at, HOUR));
        at += HOUR;
      } else if (at % length === 0 && at + length <= until) {
        const end = min(alignDown(until), (floor(at / HOUR) + 1) * HOUR);
        addSegments(total, at, end);
        at = end;
      } else {
        const start = alignDown(at);
        const end = min(until, start + length);
        addPart(total, series.segmentAt(start), at, end);
        at = end;
      }
    }
    return total.read();
  };

  const trades = (from: number, until: number): RawTrade[] => {
    const found: RawTrade[] = [];
    for (let start = max(alignDown(from), instrument.listedAt); start < until; start += length) {
      if (series.countAt(start) === 0) continue;
      for (const trade of tradesOf(series.segmentAt(start)))
        if (trade.time >= from && trade.time < until) found.push(trade);
    }
    return found;
  };

  const newestFirst: Ledger['newestFirst'] = (before, floor, count) => {
    const found: RawTrade[] = [];
    const bottom = max(floor, instrument.listedAt);
    for (let start = alignDown(before.time); start >= alignDown(bottom) && found.length < count; start -= length) {
      if (series.countAt(start) === 0) continue;
      const segment = tradesOf(series.segmentAt(start));
      for (let i = segment.length - 1; i >= 0 && found.length < count; i -= 1) {
        const trade = segment[i];
        if (trade === undefined || trade.time < bottom) continue;
        if (trade.time < before.time || (trade.time === before.time && trade.order < before.order)) found.push(trade);
      }
    }
    return found;
  };

  let latest: { readonly until: number; readonly trade: RawTrade } | undefined;

  /** A quiet market is asked again and again: only the time since the latest question has to be searched. */
  const lastBefore = (until: number): RawTrade | undefined => {
    const known = latest !== undefined && until >= latest.until ? latest : undefined;
    const newer = newestFirst({ time: until, order: 0 }, known?.until ?? instrument.listedAt, 1)[0];
    const trade = newer ?? known?.trade;
    if (trade !== undefined && until >= (latest?.until ?? 0)) latest = { until, trade };
    return trade;
  };

  const closeBefore = (dayStart: number): number | undefined =>
    (closes.get(dayStart) ?? closes.set(dayStart, { price: lastBefore(dayStart)?.price })).price;

  return { series, trades, sum, lastBefore, closeBefore, newestFirst };
};
