import { BoundedCache } from './bounded-cache.js';
import type { Ledger } from './ledger.js';
import { DAY } from './price-path.js';
import type { Tally } from './tally.js';
import type { RawTrade } from './trade.js';

/** An extreme of the last 52 weeks: the price in steps and the UTC day it was traded on. */
interface Extreme {
  readonly price: number;
  readonly day: number;
}

/** The state of a market as its last trade left it. */
export interface Ticker {
  readonly last: RawTrade;
  /** The UTC day of the last trade, up to it. */
  readonly today: Tally;
  /** The last 24 hours; undefined when nothing was traded. */
  readonly last24h: Tally | undefined;
  readonly prevClose: number;
  readonly highest: Extreme;
  readonly lowest: Extreme;
}

const YEAR_DAYS = 364;

/** The ticker of a market when only trades up to and including `now` have happened. */
export type TickerReader = (now: number) => Ticker | undefined;

export const createTickerReader = (ledger: Ledger): TickerReader => {
  const { series } = ledger;
  const pastYear = new BoundedCache<{ highest: Extreme; lowest: Extreme } | null>(2);

  const extremesBefore = (day: number) =>
    pastYear.getOrCompute(day, () => {
      const first = Math.max(day - YEAR_DAYS, Math.floor(series.instrument.listedAt / DAY));
      if (first >= day) return null;
      let highest: Extreme = { price: -1, day: first };
      let lowest: Extreme = { price: Infinity, day: first };
      for (let index = first; index < day; index += 1) {
        const frame = series.frame(index);
        if (frame.high > highest.price) highest = { price: frame.high, day: index };
        if (frame.low < lowest.price) lowest = { price: frame.low, day: index };
      }
      return { highest, lowest };
    });

  return (now) => {
    const last = ledger.lastBefore(now + 1);
    if (last === undefined) return undefined;
    const day = Math.floor(last.time / DAY);
    const today = ledger.sum(day * DAY, now + 1);
    if (today === undefined) return undefined;
    const past = extremesBefore(day);
    const [high, low] = [
      { price: today.high, day },
      { price: today.low, day },
    ];
    return {
      last,
      today,
      last24h: ledger.sum(now + 1 - DAY, now + 1),
      prevClose: ledger.closeBefore(day * DAY) ?? today.open,
      highest: past !== null && past.highest.price >= high.price ? past.highest : high,
      lowest: past !== null && past.lowest.price <= low.price ? past.lowest : low,
    };
  };
};
