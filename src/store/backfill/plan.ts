import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { InvalidRequestError } from '../../errors.js';
import { openTimeOf, type Interval } from '../../model/interval.js';
import type { MarketCode } from '../../model/market.js';
import type { CandleStore } from '../candle-store.js';
import { within, type TimeRange } from '../time-range.js';
import { aligned, windowsIn } from '../windows.js';
import { callsFor } from './pages.js';

/** Largest page of candles Upbit gives. */
export const PAGE = 200;
/** How long after its end a window may still change, ms; it is not fetched before. */
export const GRACE = 5_000;

/** What is to be had. */
export interface BackfillScope {
  readonly store: CandleStore;
  readonly exchange: string;
  readonly markets: readonly MarketCode[];
  readonly interval: Interval;
  /** The first window that opens at this instant or later, ms UTC. */
  readonly from: number;
  /** Only windows that open before this instant, ms UTC. Default now; what is not done yet is left out in any case. */
  readonly to?: number;
  /**
   * Exactly these windows, known or not, instead of all that is not known; a candle that is stored there and that the
   * exchange does not have goes. For repairs.
   */
  readonly again?: readonly TimeRange[];
  /** Most candles a call gives. Default 200. */
  readonly pageSize?: number;
  /** Time after its end at which a window counts as done, ms. Default 5,000. */
  readonly grace?: number;
  /** Clock and timers. Default `asyncScheduler`. */
  readonly scheduler?: SchedulerLike;
}

/** What is missing of one market, and what it costs to fetch it. */
export interface MarketPlan {
  readonly market: MarketCode;
  /** What is not known, oldest first. */
  readonly missing: readonly TimeRange[];
  /** Windows that open in what is missing. */
  readonly windows: number;
  /** Calls to the exchange when every window has a candle: a year of minutes takes 2,628. */
  readonly requests: number;
}

/**
 * What a backfill would fetch, without fetching anything. Throws `InvalidRequestError`.
 *
 * @example
 * planBackfill({ store, exchange: 'upbit', markets: ['KRW-BTC'], interval: '1m', from: Date.UTC(2026, 0, 1) });
 */
export const planBackfill = (scope: BackfillScope): readonly MarketPlan[] => {
  const { store, exchange, markets, interval, again, pageSize = PAGE } = scope;
  if (!Number.isInteger(pageSize) || pageSize < 1) {
    throw new InvalidRequestError(`pageSize must be a whole number of 1 or more, not ${pageSize}`, { pageSize });
  }
  const range = rangeOf(scope);
  const chosen = again?.map((each) => aligned(interval, each));
  return [...new Set(markets)].map((market) => {
    const missing = within(chosen ?? store.gaps({ exchange, market, interval }, range), range);
    const windows = missing.reduce((sum, gap) => sum + windowsIn(interval, gap), 0);
    return { market, missing, windows, requests: callsFor(missing, interval, pageSize) };
  });
};

/** The windows meant, as far as they are done. */
const rangeOf = ({ interval, from, to, grace = GRACE, scheduler = asyncScheduler }: BackfillScope): TimeRange => {
  const now = scheduler.now();
  const wanted = aligned(interval, { from, to: to ?? Math.max(now, from) });
  const done = openTimeOf(interval, now - grace);
  return { from: wanted.from, to: Math.max(wanted.from, Math.min(wanted.to, done)) };
};
