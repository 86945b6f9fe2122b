import {
  EMPTY,
  asyncScheduler,
  catchError,
  concat,
  defer,
  from,
  map,
  mergeMap,
  of,
  repeat,
  takeWhile,
  type Observable,
} from 'rxjs';
import { InvalidRequestError, toMarketDataError } from '../../errors.js';
import { within, without } from '../time-range.js';
import { call, type CallOptions } from './call.js';
import { checkWritten, readPage, type Page } from './page.js';
import { callsFor, nextPage } from './pages.js';
import { PAGE, planBackfill, type BackfillScope, type MarketPlan } from './plan.js';
import { failureOf, sumOf, tallyOf, type BackfillProgress, type Tally } from './progress.js';

export interface BackfillOptions extends BackfillScope, CallOptions {
  /** Most markets at once; more than a few gain nothing under the exchange's limits. Default 4. */
  readonly parallel?: number;
}

/**
 * Fetches what the store does not know, and nothing else, newest first. Each call's candles are stored together with the
 * knowledge that they are all there are, and read again; so it can be ended at any moment, and goes on from there the
 * next time. Emits after each call, and when a market is done; completes when all are. A market that fails does not keep
 * the others from being done; then it errors, with that market's error or, of several, one that lists them.
 *
 * @example
 * backfill({ store, fetch: source.fetch, exchange: 'upbit', markets: ['KRW-BTC'], interval: '1m', from }).subscribe(
 *   ({ market, requestsDone, requestsPlanned }) => console.log(market, requestsDone, '/', requestsPlanned),
 * );
 */
export const backfill = (options: BackfillOptions): Observable<BackfillProgress> =>
  defer(() => {
    const { interval, scheduler = asyncScheduler, parallel = 4 } = options;
    if (!Number.isInteger(parallel) || parallel < 1) {
      throw new InvalidRequestError(`parallel must be a whole number of 1 or more, not ${parallel}`, { parallel });
    }
    const started = scheduler.now();
    const plans = planBackfill(options);
    const tallies = new Map(plans.map((plan) => [plan.market, tallyOf(plan, interval)]));
    const tell = (tally: Tally): BackfillProgress => {
      tallies.set(tally.market, tally);
      const all = sumOf([...tallies.values()]);
      const elapsed = scheduler.now() - started;
      const left = all.requestsPlanned - all.requestsDone;
      const remaining = all.requestsDone === 0 ? {} : { remaining: Math.round((elapsed / all.requestsDone) * left) };
      return { ...tally, all, elapsed, ...remaining };
    };
    const markets$ = from(plans).pipe(mergeMap((plan) => collect(plan, options, tell), parallel));
    return concat(
      markets$,
      defer(() => failureOf([...tallies.values()])),
    );
  });

const collect = (
  plan: MarketPlan,
  options: BackfillOptions,
  tell: (tally: Tally) => BackfillProgress,
): Observable<BackfillProgress> => {
  const { store, exchange, interval, pageSize = PAGE, again = [] } = options;
  const { market } = plan;
  const series = { exchange, market, interval };
  return defer(() => {
    let { missing } = plan;
    let tally = tallyOf(plan, interval);
    const note = (news: Partial<Tally>): BackfillProgress => tell((tally = { ...tally, ...news }));
    const page$ = defer((): Observable<Page> => {
      const asked = nextPage(missing, interval, pageSize);
      const bottom = missing[0]?.from;
      if (asked === undefined || bottom === undefined) return EMPTY;
      const knowsOlder = (): boolean => store.latest(series, 1, asked.to).length > 0;
      return call(market, asked, (events) => readPage(series, asked.to, bottom, events, knowsOlder), options);
    });
    const stored$ = page$.pipe(
      map(({ candles, covered, refused, answered }) => {
        const batch = { series, candles, covered, replace: covered.flatMap((range) => within(again, range)) };
        const { added, revised } = store.write(batch);
        checkWritten(store, batch);
        missing = without(missing, [answered]);
        const requestsDone = tally.requestsDone + 1;
        return note({
          fetched: tally.fetched + candles.length + refused,
          written: tally.written + added + revised,
          revised: tally.revised + revised,
          refused: tally.refused + refused,
          requestsDone,
          requestsPlanned: requestsDone + callsFor(missing, interval, pageSize),
        });
      }),
    );
    const calls$ = stored$.pipe(
      repeat(),
      takeWhile(({ requestsDone, requestsPlanned }) => requestsDone < requestsPlanned, true),
    );
    return concat(
      missing.length === 0 ? EMPTY : calls$,
      defer(() => of(note({ state: 'done' }))),
    ).pipe(
      catchError((error: unknown) =>
        // What will not be done any more is not waited for.
        of(note({ state: 'failed', error: toMarketDataError(error), requestsPlanned: tally.requestsDone })),
      ),
    );
  });
};
