import type { Candle } from '../../model/events.js';
import { checkBatch, checkCount, kindOf } from '../admission.js';
import type { CandleBatch, CandleStore, Series, Written } from '../candle-store.js';
import { closedError } from '../failure.js';
import { revision } from '../revision.js';
import { union, without, type TimeRange } from '../time-range.js';
import { aligned } from '../windows.js';
import { guarded, openDatabase } from './driver.js';
import { migrate } from './schema.js';
import { keyOf, prepare, toCandle, type Statements } from './statements.js';

/**
 * Candles in a file, made when there is none; `:memory:` is one that is gone when closed. Needs the optional package
 * better-sqlite3. What `write` has returned from survives the death of the process at any moment; after a power failure
 * the newest writes may be missing, coverage included, but nothing is broken. Several processes may use one file.
 *
 * Throws `MarketDataError` with `STORE_FAILED` when the package is absent or the file cannot be used.
 *
 * @example
 * const store = sqliteStore('candles.sqlite');
 * console.log(store.latest({ exchange: 'upbit', market: 'KRW-BTC', interval: '1m' }, 10));
 */
export const sqliteStore = (path: string): CandleStore => {
  const database = openDatabase(path);
  const ask = guarded(path, 'opened', () => {
    try {
      migrate(database);
      return prepare(database);
    } catch (error) {
      database.close();
      throw error;
    }
  });
  const isSimulated = (exchange: string): boolean => ask.kind.get(exchange)?.simulated === 1;
  const write = database.transaction((batch: CandleBatch) => writeBatch(ask, batch));
  const using = <T>(doing: string, work: () => T): T => {
    if (!database.open) throw closedError();
    return guarded(path, doing, work);
  };
  const coverageIn = (series: Series, { from, to }: TimeRange): readonly TimeRange[] =>
    ask.coverageNear.all(...keyOf(series), to, from);

  return {
    write: (batch) => {
      checkBatch(batch);
      return using('written', () => write.immediate(batch));
    },
    range: (series, { from, to }) =>
      using('read', () => {
        const simulated = isSimulated(series.exchange);
        return ask.range.all(...keyOf(series), from, to).map((row) => toCandle(row, series, simulated));
      }),
    latest: (series, count, before = Infinity) =>
      using('read', () => {
        const simulated = isSimulated(series.exchange);
        const rows = ask.latest.all(...keyOf(series), before, checkCount(count));
        return rows.reverse().map((row) => toCandle(row, series, simulated));
      }),
    coverage: (series) => using('read', () => ask.coverage.all(...keyOf(series))),
    gaps: (series, range) =>
      using('read', () => {
        const wanted = aligned(series.interval, range);
        return without([wanted], coverageIn(series, wanted));
      }),
    close: () => database.close(),
  };
};

/** Within a transaction that nobody else writes in. */
const writeBatch = (ask: Statements, { series, candles, covered = [], replace = [] }: CandleBatch): Written => {
  const { exchange } = series;
  const known = ask.kind.get(exchange);
  const kind = kindOf(exchange, candles, known === undefined ? undefined : known.simulated === 1);
  if (known === undefined && kind !== undefined) ask.setKind.run(exchange, Number(kind));
  const removed = removeOthers(ask, series, candles, replace);
  let [added, revised] = [0, 0];
  for (const candle of candles) {
    const outcome = put(ask, series, candle);
    if (outcome === 'added') added += 1;
    else if (outcome === 'revised') revised += 1;
  }
  for (const range of covered) cover(ask, series, aligned(series.interval, range));
  return { added, revised, unchanged: candles.length - added - revised, removed };
};

const removeOthers = (
  ask: Statements,
  series: Series,
  candles: readonly Candle[],
  replace: readonly TimeRange[],
): number => {
  if (replace.length === 0) return 0;
  const stay = new Set(candles.map(({ openTime }) => openTime));
  const rows = union(replace).flatMap(({ from, to }) => ask.range.all(...keyOf(series), from, to));
  const leaving = rows.filter((row) => !stay.has(row.open_time));
  for (const row of leaving) ask.remove.run(...keyOf(series), row.open_time);
  return leaving.length;
};

const put = (ask: Statements, series: Series, candle: Candle): 'added' | 'revised' | 'unchanged' => {
  const { openTime, open, high, low, close, volume, turnover, timestamp, receivedAt, state } = candle;
  const { exchange, market, interval } = series;
  const numbers = [open, high, low, close, volume, turnover, timestamp, receivedAt] as const;
  const isNew = ask.insert.run(exchange, market, interval, openTime, ...numbers, state === 'revised' ? 1 : 0);
  if (isNew.changes === 1) return 'added';
  const row = ask.candleAt.get(exchange, market, interval, openTime);
  const stored = row === undefined ? undefined : toCandle(row, series, false);
  if (stored === undefined || revision(stored, candle) === undefined) return 'unchanged';
  ask.revise.run(...numbers, exchange, market, interval, openTime);
  return 'revised';
};

/** Makes one range of the new one and all it overlaps or touches. */
const cover = (ask: Statements, series: Series, range: TimeRange): void => {
  if (range.from === range.to) return;
  const near = ask.coverageNear.all(...keyOf(series), range.to, range.from);
  for (const { from } of near) ask.uncover.run(...keyOf(series), from);
  for (const { from, to } of union([range, ...near])) ask.cover.run(...keyOf(series), from, to);
};
