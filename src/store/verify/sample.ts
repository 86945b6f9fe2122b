import { concatMap, from, map, mergeAll, type Observable } from 'rxjs';
import type { Candle } from '../../model/events.js';
import { closeTime, openTimeOf } from '../../model/interval.js';
import { call, type CallOptions } from '../backfill/call.js';
import { readPage } from '../backfill/page.js';
import type { CandleStore, Series } from '../candle-store.js';
import { stretches } from '../chunks.js';
import { saysTheSame } from '../revision.js';
import { without, type TimeRange } from '../time-range.js';
import type { Finding, FindingKind } from './finding.js';

interface SampleOptions extends CallOptions {
  readonly store: CandleStore;
  /** Calls to spend; all that is known is read again when that takes no more. */
  readonly sample: number;
  readonly pageSize: number;
  readonly random: () => number;
}

/** Reads some of what is known again from the exchange, here and there, and tells what it says differently today. */
export const sampleDifferences = (series: Series, range: TimeRange, options: SampleOptions): Observable<Finding> => {
  const { store, sample, pageSize, random } = options;
  const known = without([range], store.gaps(series, range));
  const pages = known.flatMap((stretch) => [...stretches(series, stretch, pageSize)]);
  return from(someOf(pages, sample, random)).pipe(
    concatMap((page) =>
      call(series.market, page, (events) => readPage(series, page.to, page.from, events, () => false), options).pipe(
        map(({ candles, covered }) => compare(store, series, covered, candles)),
        mergeAll(),
      ),
    ),
  );
};

/** So many of them by chance, in their order. */
const someOf = <T>(all: readonly T[], count: number, random: () => number): readonly T[] => {
  const drawn = all.map((item, place) => ({ item, place, lot: random() })).sort((a, b) => a.lot - b.lot);
  return drawn
    .slice(0, count)
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
};

const FIELDS = ['open', 'high', 'low', 'close', 'volume', 'turnover'] as const;

const compare = (
  store: CandleStore,
  { exchange, market, interval }: Series,
  covered: readonly TimeRange[],
  fresh: readonly Candle[],
): readonly Finding[] => {
  const stored = covered
    .flatMap((range) => store.range({ exchange, market, interval }, range))
    // One that is out of place has been told of, and has no counterpart.
    .filter(({ openTime }) => openTimeOf(interval, openTime) === openTime);
  const here = new Map(stored.map((candle) => [candle.openTime, candle]));
  const there = new Map(fresh.map((candle) => [candle.openTime, candle]));
  const finding = (kind: FindingKind, openTime: number, reason: string): Finding => ({
    kind,
    market,
    interval,
    from: openTime,
    to: closeTime(interval, openTime),
    reason,
  });
  const mine = stored.flatMap((candle) => {
    const now = there.get(candle.openTime);
    if (now === undefined) return finding('vanished', candle.openTime, 'the exchange has no such candle');
    if (saysTheSame(candle, now)) return [];
    const fields = FIELDS.filter((field) => candle[field] !== now[field]);
    const reason = fields.map((field) => `${field} is ${candle[field]}, the exchange says ${now[field]}`).join('; ');
    return finding('difference', candle.openTime, reason);
  });
  const missed = fresh
    .filter(({ openTime }) => !here.has(openTime))
    .map(({ openTime }) => finding('missed', openTime, 'the exchange has a candle where none is stored'));
  return [...mine, ...missed];
};
