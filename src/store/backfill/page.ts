import { MarketDataError } from '../../errors.js';
import type { Candle, MarketEvent } from '../../model/events.js';
import { openTimeOf, type Interval } from '../../model/interval.js';
import type { CandleBatch, CandleStore, Series } from '../candle-store.js';
import { storeFailed } from '../failure.js';
import { flawOf } from '../flaws.js';
import { saysTheSame } from '../revision.js';
import { without, type TimeRange } from '../time-range.js';
import { firstOpen } from '../windows.js';

/** The exchange keeps these for a while only, so that it has none of a time does not mean that there were none. */
const FORGOTTEN: readonly Interval[] = ['1s'];

/** What is known after a call. */
export interface Page {
  readonly candles: readonly Candle[];
  readonly covered: readonly TimeRange[];
  /** Windows whose candle makes no sense; they stay unknown. */
  readonly refused: number;
  /** What need not be asked for again in this run, whether it became known or not. */
  readonly answered: TimeRange;
}

/**
 * What an answer tells about the windows asked for. Between its oldest row and the end asked for it is complete: whatever
 * window has no row had no trade. No row at all means that nothing is older; the market was listed later. Throws
 * `BAD_PAYLOAD` when it is no answer to what was asked.
 *
 * @param to what was asked for lies before it, ms UTC
 * @param bottom the oldest instant anything is wanted of, ms UTC
 */
export const readPage = (
  series: Series,
  to: number,
  bottom: number,
  events: readonly MarketEvent[],
  knowsOlder: () => boolean,
): Page => {
  const rows = rowsBefore(to, series, events);
  const oldest = rows[0];
  if (oldest === undefined) {
    const all = { from: bottom, to };
    if (FORGOTTEN.includes(series.interval)) return { candles: [], covered: [], refused: 0, answered: all };
    if (knowsOlder()) throw unusable(series, to, 'nothing, though candles of that time are stored');
    return { candles: [], covered: [all], refused: 0, answered: all };
  }
  const known = { from: Math.max(bottom, openTimeOf(series.interval, oldest.openTime)), to };
  const mine = rows.filter(({ openTime }) => openTime >= known.from);
  const unsettled = mine.find(({ state }) => state !== 'final' && state !== 'revised');
  const settled = mine.filter(({ openTime }) => openTime < (unsettled?.openTime ?? Infinity));
  const bad = settled.filter((candle) => !isSound(candle));
  const unknown = bad.map(({ openTime }) => ({ from: openTime, to: openTime + 1 }));
  const covered = [{ from: known.from, to: unsettled?.openTime ?? known.to }];
  return {
    candles: settled.filter(isSound),
    covered: without(covered, unknown.map(wholeWindow(series.interval))),
    refused: bad.length,
    answered: known,
  };
};

const wholeWindow =
  (interval: Interval) =>
  ({ from, to }: TimeRange): TimeRange => ({ from: openTimeOf(interval, from), to: firstOpen(interval, to) });

const isSound = (candle: Candle): boolean =>
  flawOf(candle) === undefined && openTimeOf(candle.interval, candle.openTime) === candle.openTime;

/** Oldest first, each window once: a row may stand again at the seam of two pages. */
const rowsBefore = (to: number, series: Series, events: readonly MarketEvent[]): readonly Candle[] => {
  const rows = new Map<number, Candle>();
  for (const event of events) {
    if (event.type !== 'candle' || event.market !== series.market || event.interval !== series.interval) {
      throw unusable(series, to, `with a ${event.type} of ${event.market}`);
    }
    if (event.openTime < to) rows.set(event.openTime, event);
  }
  if (rows.size === 0 && events.length > 0) throw unusable(series, to, 'with later candles only');
  return [...rows.values()].sort((a, b) => a.openTime - b.openTime);
};

const unusable = ({ market, interval }: Series, to: number, what: string): MarketDataError =>
  new MarketDataError(
    `asked for ${interval} candles of ${market} before ${new Date(to).toISOString()}, the exchange answered ${what}`,
    { code: 'BAD_PAYLOAD', retryable: true, details: { market, interval, to } },
  );

/** Reads again what was written; throws `STORE_FAILED` when it is not there, or not what was written. */
export const checkWritten = (store: CandleStore, { series, candles, covered = [] }: CandleBatch): void => {
  for (const range of covered) {
    const stored = new Map(store.range(series, range).map((candle) => [candle.openTime, candle]));
    const isThere = (candle: Candle): boolean => {
      const found = stored.get(candle.openTime);
      return found !== undefined && (saysTheSame(found, candle) || found.receivedAt > candle.receivedAt);
    };
    const mine = candles.filter(({ openTime }) => openTime >= range.from && openTime < range.to);
    if (store.gaps(series, range).length > 0 || !mine.every(isThere)) {
      throw storeFailed(`the store does not give back what was written of ${series.market}`, {
        details: { ...series, ...range },
      });
    }
  }
};
