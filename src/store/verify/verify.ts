import { asyncScheduler, defer, map, reduce, type Observable } from 'rxjs';
import { openTimeOf, type Interval } from '../../model/interval.js';
import type { MarketCode } from '../../model/market.js';
import type { CallOptions } from '../backfill/call.js';
import { GRACE, PAGE } from '../backfill/plan.js';
import type { CandleStore, Series } from '../candle-store.js';
import { aligned, windowsIn } from '../windows.js';
import type { TimeRange } from '../time-range.js';
import { disagreements } from './agreement.js';
import type { Finding } from './finding.js';
import { inspect } from './inspect.js';
import { sampleDifferences } from './sample.js';

export interface VerifyOptions extends CallOptions {
  readonly store: CandleStore;
  readonly market: MarketCode;
  /** From this instant on, ms UTC. Default: from the oldest that is known. */
  readonly from?: number;
  /** Before this instant, ms UTC. Default: up to the newest that is known. */
  readonly to?: number;
  /** Calls to the exchange to spend on reading again. Default 5; 0 asks nothing of it. */
  readonly sample?: number;
  /** Most candles a call gives. Default 200. */
  readonly pageSize?: number;
}

/** How a series was found. */
export interface Verification {
  readonly market: MarketCode;
  readonly interval: Interval;
  /** What was looked at, ms UTC. */
  readonly from: number;
  readonly to: number;
  readonly windows: number;
  /** Candles stored there. */
  readonly candles: number;
  /** Empty when all is well. */
  readonly findings: readonly Finding[];
}

/**
 * Looks at what is stored of a series: is all of it known, is each candle in its place, once, and sound, does it agree
 * with the longer and shorter ones that are stored, and does the exchange still say so. Emits once, and completes; errors
 * when the exchange cannot be asked.
 */
export const verify = (options: VerifyOptions): Observable<Verification> =>
  defer(() => {
    const { store, exchange, market, interval, sample = 5, pageSize = PAGE, random = Math.random } = options;
    const series = { exchange, market, interval };
    const range = rangeOf(series, options);
    const { candles, findings } = inspect(store, series, range);
    const before = [...findings, ...disagreements(store, series, range)];
    return sampleDifferences(series, range, { ...options, sample, pageSize, random }).pipe(
      reduce((all, finding) => [...all, finding], before),
      map((all) => ({ market, interval, ...range, windows: windowsIn(interval, range), candles, findings: all })),
    );
  });

/** What is known, or what was asked for, as far as it is done. */
const rangeOf = (series: Series, { store, from, to, scheduler = asyncScheduler }: VerifyOptions): TimeRange => {
  const { interval } = series;
  const coverage = store.coverage(series);
  const newest = store.latest(series, 1)[0]?.openTime;
  const covered = coverage[0]?.from ?? newest ?? 0;
  // Candles may be stored where nothing is said to be known.
  const oldest = store.range(series, { from: -Infinity, to: covered })[0]?.openTime ?? covered;
  const first = from ?? oldest;
  const last = to ?? Math.max(coverage.at(-1)?.to ?? first, newest === undefined ? first : newest + 1, first);
  const wanted = aligned(interval, { from: first, to: last });
  const done = openTimeOf(interval, scheduler.now() - GRACE);
  return { from: wanted.from, to: Math.max(wanted.from, Math.min(wanted.to, done)) };
};
