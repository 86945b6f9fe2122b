import type { Candle } from '../model/events.js';
import type { Interval } from '../model/interval.js';
import type { MarketCode } from '../model/market.js';
import type { TimeRange } from './time-range.js';

/** One market's candles of one interval. */
export interface Series {
  readonly exchange: string;
  readonly market: MarketCode;
  readonly interval: Interval;
}

/** What is written in one go: all of it, or nothing. */
export interface CandleBatch {
  readonly series: Series;
  /** Candles of the series, `final` or `revised`, in any order. */
  readonly candles: readonly Candle[];
  /**
   * The windows, by their open time, about which everything is known now: those that have a candle here or in the store,
   * and those that have none because nothing was traded. Absent when nothing is known but the candles.
   */
  readonly covered?: readonly TimeRange[];
  /** Where the candles are all there are: any other that is stored there goes. For repairs. */
  readonly replace?: readonly TimeRange[];
}

/** What became of the candles of a batch. */
export interface Written {
  /** Candles that were not stored before. */
  readonly added: number;
  /** Candles whose numbers a later read had changed; they are stored as `revised`. */
  readonly revised: number;
  /** Candles that were stored already, or of which a later read is stored. */
  readonly unchanged: number;
  /** Candles that went because of `replace`. */
  readonly removed: number;
}

/**
 * Candles that are done, and which stretches of time are completely known, so that "nothing was traded" and "not fetched
 * yet" differ. Everything answers at once and without Promises: SQLite runs within this process, a query takes
 * microseconds, and what has returned has happened.
 *
 * An exchange's candles are either real or simulated: the first one written decides, and one of the other kind is
 * refused. Candles come back with `origin: 'database'`, simulated ones with `'simulation'`, and `tier: 'warm-cache'`.
 *
 * All methods throw `InvalidRequestError` for what makes no sense, and `MarketDataError` with `STORE_FAILED` when the
 * place the candles are in fails.
 */
export interface CandleStore {
  /**
   * Writes candles and coverage in one transaction; writing the same again changes nothing. Throws without writing
   * anything when a candle is not done yet, is filled in, belongs to another series, or opens at no window's start.
   */
  write(batch: CandleBatch): Written;

  /** The candles that open from `from` on and before `to`, oldest first. */
  range(series: Series, range: TimeRange): readonly Candle[];

  /** The newest `count` candles that open before `before`, ms UTC, oldest first. Default: of all. */
  latest(series: Series, count: number, before?: number): readonly Candle[];

  /** The stretches that are completely known, oldest first; they never touch. */
  coverage(series: Series): readonly TimeRange[];

  /** What of a range is not completely known, oldest first: from the first window that opens in it to the last one's end. */
  gaps(series: Series, range: TimeRange): readonly TimeRange[];

  /** Lets go of files. Anything after it throws; closing again does nothing. */
  close(): void;
}
