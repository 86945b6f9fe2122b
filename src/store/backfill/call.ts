import {
  asyncScheduler,
  defer,
  map,
  retry,
  take,
  throwError,
  throwIfEmpty,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { MarketDataError, toMarketDataError } from '../../errors.js';
import type { MarketEvent } from '../../model/events.js';
import type { Interval } from '../../model/interval.js';
import type { MarketCode } from '../../model/market.js';
import type { DataRequest } from '../../model/request.js';
import type { TimeRange } from '../time-range.js';
import { windowsIn } from '../windows.js';

/** How the exchange is asked. */
export interface CallOptions {
  readonly exchange: string;
  readonly interval: Interval;
  /** As `Source.fetch`: the last `count` candles before `to`, oldest first. It keeps to the exchange's limits by itself. */
  readonly fetch: (request: DataRequest) => Observable<readonly MarketEvent[]>;
  /** Further tries of a call that failed, where the failure says that it may succeed later. Default 4. */
  readonly retries?: number;
  /** Randomness for the spacing of those tries, 0 to 1. Default `Math.random`. */
  readonly random?: () => number;
  /** Clock and timers. Default `asyncScheduler`. */
  readonly scheduler?: SchedulerLike;
}

/** Before the nth further try, ms: doubling up to half a minute, up to half of it left off at random. */
const pause = (n: number, random: number): number => Math.min(30_000, 1_000 * 2 ** (n - 1)) * (1 - random / 2);

/**
 * Asks for the candles of a stretch of windows, and reads the answer; again and again, a bounded number of times, while
 * one of the two fails in a way that may pass.
 */
export const call = <T>(
  market: MarketCode,
  asked: TimeRange,
  read: (events: readonly MarketEvent[]) => T,
  { fetch, exchange, interval, retries = 4, random = Math.random, scheduler = asyncScheduler }: CallOptions,
): Observable<T> => {
  const request: DataRequest = {
    exchange,
    channel: 'candle',
    markets: [market],
    interval,
    count: windowsIn(interval, asked),
    to: asked.to,
    context: 'maintenance',
    realtime: false,
    maxAge: 0,
    via: 'rest',
    // Whoever waits for one candle goes before whoever collects a year of them.
    priority: 'low',
  };
  return defer(() => fetch(request)).pipe(
    take(1),
    throwIfEmpty(() => new MarketDataError('the exchange gave no answer', { code: 'BAD_PAYLOAD', retryable: true })),
    map(read),
    retry({
      count: retries,
      delay: (thrown: unknown, n) => {
        const error = toMarketDataError(thrown);
        if (!error.retryable) return throwError(() => error);
        return timer(Math.max(pause(n, random()), Number(error.details['retryAfter'] ?? 0)), scheduler);
      },
    }),
  );
};
