import { defer, delay, of, throwError, type Observable, type SchedulerLike } from 'rxjs';
import type { Candle, MarketEvent } from '../../../src/model/events.js';
import type { DataRequest } from '../../../src/model/request.js';
import { MINUTE, row } from '../rows.js';

export interface ExchangeScript {
  /** Minutes that had a trade. */
  readonly traded: readonly number[];
  /** What each answer takes, ms; the next macrotask of `scheduler` when absent. */
  readonly takes?: number;
  readonly scheduler?: SchedulerLike;
  /** Called with each request and its number; an error to fail with, or nothing. */
  readonly failing?: (request: DataRequest, nth: number) => Error | undefined;
  /** What becomes of an answer's rows on their way. */
  readonly spoil?: (rows: readonly Candle[], request: DataRequest) => readonly MarketEvent[];
}

export interface ScriptedExchange {
  readonly fetch: (request: DataRequest) => Observable<readonly MarketEvent[]>;
  readonly requests: readonly DataRequest[];
}

/** An exchange that knows the candles of some minutes, and answers as a source does: the last `count` before `to`. */
export const scriptedExchange = (script: ExchangeScript): ScriptedExchange => {
  const { takes, scheduler, failing, spoil } = script;
  const traded = script.traded.toSorted((a, b) => a - b);
  const requests: DataRequest[] = [];
  const fetch = (request: DataRequest): Observable<readonly MarketEvent[]> =>
    defer(() => {
      requests.push(request);
      const error = failing?.(request, requests.length);
      if (error !== undefined) return throwError(() => error);
      const { to = Infinity, count, markets } = request;
      const older = traded.filter((minute) => minute * MINUTE < to).slice(-count);
      const rows = older.map((minute) => row(minute, { market: markets[0] ?? 'KRW-BTC' }));
      const answer$: Observable<readonly MarketEvent[]> = of(spoil?.(rows, request) ?? rows);
      return takes === undefined ? answer$ : answer$.pipe(delay(takes, scheduler));
    });
  return { fetch, requests };
};
