import { asyncScheduler, defaultIfEmpty, defer, of, switchMap, take, type Observable, type SchedulerLike } from 'rxjs';
import type { Candle } from '../model/events.js';
import { openTimeOf, type IntervalName } from '../model/interval.js';
import { finality } from './finality.js';
import { historyThenLive } from './history-then-live.js';
import { GRACE } from './lifecycle.js';
import { intervalOf } from './options.js';
import { resample } from './resample.js';

export interface ContinueFromOptions {
  /** The interval wanted, which comes live only in shorter ones. */
  readonly interval: IntervalName;
  /** Candles of that interval, oldest first, the forming one included. */
  readonly history$: Observable<readonly Candle[]>;
  /** Candles of the shorter interval that open at or after an instant, oldest first. */
  readonly lowers: (since: number) => Observable<readonly Candle[]>;
  /** Candles of the shorter interval, live. */
  readonly live$: Observable<Candle>;
  /** As for `finality`. */
  readonly grace?: number;
  /** The clock. Default: the system's. */
  readonly scheduler?: SchedulerLike;
}

/**
 * History of an interval that does not come live (days, weeks, months), continued by a shorter one that does. The newest
 * candle of history is built anew from all shorter ones in its window, read after live was subscribed, so nothing is
 * counted twice and nothing is left out; then live goes on with it, exact to the last digit, and with the ones after it.
 * States are told as by `finality`. Errors as `historyThenLive`.
 *
 * @example
 * continueFrom({ interval: '1d', history$, lowers: (since) => fourHours(since), live$: fourHoursLive$ })
 */
export const continueFrom = (options: ContinueFromOptions): Observable<Candle> => {
  const { history$, lowers, live$, grace = GRACE, scheduler = asyncScheduler } = options;
  const interval = intervalOf(options.interval);
  return defer(() => history$).pipe(
    take(1),
    defaultIfEmpty<readonly Candle[], readonly Candle[]>([]),
    switchMap((history) => {
      const since = history.at(-1)?.openTime ?? openTimeOf(interval, scheduler.now());
      const lower$ = historyThenLive({ history$: defer(() => lowers(since)), live$, reread: lowers });
      const higher$ = lower$.pipe(finality({ grace, scheduler }), resample(interval, { grace, since, scheduler }));
      // What is told of the newest window while it is being built is older than history, and left out.
      return historyThenLive({ history$: of(history), live$: higher$, reread: () => history$ });
    }),
  );
};
