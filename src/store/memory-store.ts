import type { Candle } from '../model/events.js';
import { topicKey } from '../model/topic.js';
import { checkBatch, checkCount, kindOf } from './admission.js';
import type { CandleStore, Series, Written } from './candle-store.js';
import { closedError } from './failure.js';
import { asStored, revision } from './revision.js';
import { union, without, type TimeRange } from './time-range.js';
import { aligned } from './windows.js';

/** What is known of one series. */
interface Book {
  /** Oldest first. */
  readonly candles: readonly Candle[];
  readonly coverage: readonly TimeRange[];
}

/**
 * Candles for as long as the process lives.
 *
 * @example
 * const store = memoryStore();
 * store.write({ series: { exchange: 'upbit', market: 'KRW-BTC', interval: '1m' }, candles });
 */
export const memoryStore = (): CandleStore => {
  const books = new Map<string, Book>();
  const kinds = new Map<string, boolean>();
  let closed = false;

  const bookOf = (series: Series): Book => {
    if (closed) throw closedError();
    return books.get(keyOf(series)) ?? { candles: [], coverage: [] };
  };

  return {
    write: (batch) => {
      const { series, candles, covered = [], replace = [] } = batch;
      const book = bookOf(series);
      checkBatch(batch);
      const kind = kindOf(series.exchange, candles, kinds.get(series.exchange));
      const known = covered.map((range) => aligned(series.interval, range));
      const kept = withoutReplaced(book.candles, candles, replace);
      const { rows, ...written } = merge(kept, candles);
      if (kind !== undefined) kinds.set(series.exchange, kind);
      books.set(keyOf(series), { candles: rows, coverage: union([...book.coverage, ...known]) });
      return { ...written, removed: book.candles.length - kept.length };
    },
    range: (series, { from, to }) => {
      const { candles } = bookOf(series);
      return candles.slice(placeOf(candles, from), placeOf(candles, to));
    },
    latest: (series, count, before = Infinity) => {
      const { candles } = bookOf(series);
      const end = placeOf(candles, before);
      return candles.slice(Math.max(0, end - checkCount(count)), end);
    },
    coverage: (series) => bookOf(series).coverage,
    gaps: (series, range) => without([aligned(series.interval, range)], bookOf(series).coverage),
    close: () => {
      closed = true;
      books.clear();
    },
  };
};

const keyOf = (series: Series): string => topicKey({ ...series, channel: 'candle' });

/** How many candles open before `time`. */
const placeOf = (candles: readonly Candle[], time: number): number => {
  let [low, high] = [0, candles.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((candles[middle]?.openTime ?? Infinity) < time) low = middle + 1;
    else high = middle;
  }
  return low;
};

const withoutReplaced = (
  stored: readonly Candle[],
  candles: readonly Candle[],
  replace: readonly TimeRange[],
): readonly Candle[] => {
  if (replace.length === 0) return stored;
  const stay = new Set(candles.map(({ openTime }) => openTime));
  return stored.filter(
    ({ openTime }) => stay.has(openTime) || !replace.some(({ from, to }) => openTime >= from && openTime < to),
  );
};

/** Both sorted into one; only the stretch that the new ones fall into is gone through. */
const merge = (
  stored: readonly Candle[],
  incoming: readonly Candle[],
): Omit<Written, 'removed'> & { readonly rows: readonly Candle[] } => {
  if (incoming.length === 0) return { rows: stored, added: 0, revised: 0, unchanged: 0 };
  const times = incoming.map(({ openTime }) => openTime);
  const start = placeOf(
    stored,
    times.reduce((a, b) => Math.min(a, b)),
  );
  const end = placeOf(stored, times.reduce((a, b) => Math.max(a, b)) + 1);
  const middle = new Map(stored.slice(start, end).map((candle) => [candle.openTime, candle]));
  let [added, revised] = [0, 0];
  for (const candle of incoming.map(asStored)) {
    const known = middle.get(candle.openTime);
    const next = known === undefined ? candle : revision(known, candle);
    if (next === undefined) continue;
    if (known === undefined) added += 1;
    else revised += 1;
    middle.set(candle.openTime, next);
  }
  const between = [...middle.values()].sort((a, b) => a.openTime - b.openTime);
  const rows = stored.slice(0, start).concat(between, stored.slice(end));
  return { rows, added, revised, unchanged: incoming.length - added - revised };
};
