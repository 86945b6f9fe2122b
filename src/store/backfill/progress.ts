import { EMPTY, throwError, type Observable } from 'rxjs';
import { MarketDataError } from '../../errors.js';
import type { Interval } from '../../model/interval.js';
import type { MarketCode } from '../../model/market.js';
import type { MarketPlan } from './plan.js';

/** How far one market has come, and all of them together. */
export interface BackfillProgress {
  readonly market: MarketCode;
  readonly interval: Interval;
  /** `failed`: what came before is stored, the rest is not, and the other markets go on. */
  readonly state: 'running' | 'done' | 'failed';
  /** Candles the exchange gave of what was missing. */
  readonly fetched: number;
  /** Candles that are new in the store, or were changed. */
  readonly written: number;
  /** Of those, the ones that were changed. */
  readonly revised: number;
  /** Candles that make no sense and were not stored; their windows stay unknown. */
  readonly refused: number;
  readonly requestsDone: number;
  /** Done and to come; it shrinks where windows have no candle. */
  readonly requestsPlanned: number;
  /** Why it failed. */
  readonly error?: MarketDataError;
  readonly all: {
    readonly markets: number;
    readonly marketsDone: number;
    readonly written: number;
    readonly requestsDone: number;
    readonly requestsPlanned: number;
  };
  /** Since the start, ms. */
  readonly elapsed: number;
  /** Time it will still take at the rate so far, ms; absent before the first answer. */
  readonly remaining?: number;
}

export type Tally = Omit<BackfillProgress, 'all' | 'elapsed' | 'remaining'>;

export const tallyOf = ({ market, requests }: MarketPlan, interval: Interval): Tally => ({
  market,
  interval,
  state: 'running',
  fetched: 0,
  written: 0,
  revised: 0,
  refused: 0,
  requestsDone: 0,
  requestsPlanned: requests,
});

export const sumOf = (tallies: readonly Tally[]): BackfillProgress['all'] => ({
  markets: tallies.length,
  marketsDone: tallies.filter(({ state }) => state !== 'running').length,
  written: tallies.reduce((sum, { written }) => sum + written, 0),
  requestsDone: tallies.reduce((sum, { requestsDone }) => sum + requestsDone, 0),
  requestsPlanned: tallies.reduce((sum, { requestsPlanned }) => sum + requestsPlanned, 0),
});

/** Errors with what kept markets from being done; completes when all are. */
export const failureOf = (tallies: readonly Tally[]): Observable<never> => {
  const failed = tallies.filter(({ error }) => error !== undefined);
  const [first, ...others] = failed.map(({ error }) => error);
  if (first === undefined) return EMPTY;
  if (others.length === 0) return throwError(() => first);
  const list = failed.map(({ market, error }) => `${market}: ${error?.message ?? ''}`).join('; ');
  return throwError(
    () =>
      new MarketDataError(`${failed.length} of ${tallies.length} markets could not be fetched: ${list}`, {
        code: 'PARTIAL_ANSWER',
        retryable: failed.every(({ error }) => error?.retryable === true),
        details: { markets: failed.map(({ market }) => market) },
        cause: first,
      }),
  );
};
