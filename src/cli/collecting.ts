import { lastValueFrom, takeUntil, type Observable } from 'rxjs';
import { backfill, planBackfill, type BackfillProgress, type CandleStore, type MarketPlan } from '../store/index.js';
import { budgetOf } from '../sources/upbit/limits.js';
import type { Engine } from './engine.js';
import { isUnreachable, unreachable } from './failure.js';
import type { BackfillOptions } from './options.js';
import type { Session } from './session.js';
import { checkListed, readListing } from './commands/listing.js';

/** What is to be collected, and what that takes. */
export interface Collection {
  readonly store: CandleStore;
  readonly engine: Engine;
  readonly scope: Pick<BackfillOptions, 'markets' | 'interval'> & { readonly from: number; readonly to: number };
  readonly plans: readonly MarketPlan[];
  readonly requests: number;
  readonly windows: number;
  /** What the exchange's limits make of the requests, ms. */
  readonly atLeast: number;
}

export const planCollection = (store: CandleStore, engine: Engine, scope: Collection['scope']): Collection => {
  const plans = planBackfill({ ...scope, store, exchange: engine.source.exchange });
  const requests = plans.reduce((sum, plan) => sum + plan.requests, 0);
  const windows = plans.reduce((sum, plan) => sum + plan.windows, 0);
  const [limit] = budgetOf('candles').windows;
  const atLeast = limit === undefined ? 0 : (requests / limit.limit) * limit.per;
  return { store, engine, scope, plans, requests, windows, atLeast };
};

/** Carries a plan out, telling each step; resolves early when the user ends it. Nothing is asked when nothing is missing. */
export const collect = async (
  { store, engine, scope, requests }: Collection,
  session: Session,
  tell: (progress$: Observable<BackfillProgress>) => Observable<unknown>,
): Promise<void> => {
  const { source } = engine;
  if (requests > 0) await checkExchange(scope.markets, engine, session);
  if (session.isStopped()) return;
  const progress$ = backfill({
    ...scope,
    store,
    exchange: source.exchange,
    fetch: (request) => source.fetch(request),
  }).pipe(takeUntil(session.stopped$));
  await endOf(tell(progress$), engine);
};

/** Waits for the end of work that asks the exchange; says so when it turns out not to be there. */
export const endOf = async (work$: Observable<unknown>, { restUrl }: Pick<Engine, 'restUrl'>): Promise<void> => {
  try {
    await lastValueFrom(work$, { defaultValue: undefined });
  } catch (error) {
    throw isUnreachable(error) ? unreachable(restUrl, error) : error;
  }
};

/** A wrong market, or no exchange, is told before a long wait begins. */
const checkExchange = async (markets: readonly string[], engine: Engine, session: Session): Promise<void> => {
  const answer = await readListing(engine, session);
  if (session.isStopped()) return;
  if ('listed' in answer) checkListed(markets, answer.listed);
  else if (isUnreachable(answer.problem)) throw unreachable(engine.restUrl, answer.problem);
};
