import {
  asyncScheduler,
  filter,
  map,
  of,
  switchMap,
  type MonoTypeOperatorFunction,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import type { Candle, MarketEvent } from '../model/events.js';
import type { Interval } from '../model/interval.js';
import { continueFrom } from './continue-from.js';
import { finality } from './finality.js';
import { historyThenLive } from './history-then-live.js';

/** The roads to one market's candles. */
export interface CandleRoads {
  /** Whether an interval comes live; any other is polled. */
  readonly isLive: (interval: Interval) => boolean;
  /** The forming candle again and again, then the next one. */
  readonly watch: (interval: Interval) => Observable<Candle>;
  /** The last `count` candles that open before `to`, ms UTC, oldest first; without `to` the forming one included. */
  readonly last: (interval: Interval, count: number, to?: number) => Observable<readonly Candle[]>;
  /** Every candle that opens at or after an instant, ms UTC, oldest first. */
  readonly since: (interval: Interval, since: number) => Observable<readonly Candle[]>;
  /** The clock that an interval's candles go by, which stands still while nothing can be heard of them. */
  readonly timeOf?: (interval: Interval) => SchedulerLike;
}

/** What days, weeks and months are made of; a year is polled, since it would take thousands of these. */
const LOWER = '4h';
/** The newest candles are asked of the exchange in one call; older ones may be known without asking. */
const TAIL = 200;

/**
 * One market's candles: the last `history` of them, oldest first, the forming one included, then live without a seam.
 * Days, weeks and months, which do not come live, are continued from candles that do.
 */
export const candleStream = (interval: Interval, history: number, roads: CandleRoads): Observable<Candle> => {
  const { last, since, timeOf = () => asyncScheduler } = roads;
  const history$ = (count: number): Observable<readonly Candle[]> =>
    last(interval, Math.min(count, TAIL)).pipe(
      switchMap((newest) => {
        const [oldest] = newest;
        if (oldest === undefined || newest.length >= count || newest.length < TAIL) return of(newest);
        const older$ = last(interval, count - newest.length, oldest.openTime);
        return older$.pipe(map((older) => [...older, ...newest]));
      }),
    );
  if (roads.isLive(interval) || interval === '1y' || !roads.isLive(LOWER)) {
    const live$ = roads.watch(interval);
    if (history === 0) return live$;
    const whole$ = historyThenLive({ history$: history$(history), live$, reread: (from) => since(interval, from) });
    // The last candle of history may not have been done when it was read, and live may never speak of it.
    return whole$.pipe(finality({ scheduler: timeOf(interval) }));
  }
  return continueFrom({
    interval,
    history$: history$(Math.max(1, history)),
    lowers: (from) => since(LOWER, from),
    live$: roads.watch(LOWER),
    scheduler: timeOf(LOWER),
  });
};

/** Of any events the candles. */
export const candlesOnly = (events$: Observable<MarketEvent>): Observable<Candle> =>
  events$.pipe(filter((event) => event.type === 'candle'));

/**
 * Candles as they settle; see `finality`. What a read says of its own state is left aside: it goes by when it came, and what
 * comes late need not be all there was.
 */
export const settled =
  (scheduler: SchedulerLike): MonoTypeOperatorFunction<MarketEvent> =>
  (events$) =>
    candlesOnly(events$).pipe(
      map((candle): Candle => (candle.state === 'open' ? candle : { ...candle, state: 'open' })),
      finality({ scheduler }),
    );
