import { InvalidRequestError } from '../errors.js';
import type { Candle, CandleState } from '../model/events.js';
import { closeTime, openTimeOf, type IntervalName } from '../model/interval.js';
import { candleOf, joined, type Bar } from './bar.js';
import { isClosed } from './closed-only.js';
import { checkMadeOf } from './higher-windows.js';
import { intervalOf } from './options.js';

/** The stretch of time of which there is every candle, ms UTC. */
export interface Covered {
  /** Its start. Default: the open time of the first candle. */
  readonly since?: number;
  /** Its end, exclusive. Default: the end of the last candle, or its open time while that is `open`. */
  readonly until?: number;
}

/**
 * History of one series into history of a longer interval, oldest first. The candles may come in any order and more than
 * once; of one window the last given counts. Sums are exact, filled candles are left out.
 *
 * A higher candle is `final` when its window lies within the covered stretch and every lower candle in it is closed. One
 * that began before the stretch is `partial`; the last one is `open` when the stretch ends within it. Say `until` for a
 * market in which nothing was traded at the end.
 *
 * Throws `InvalidRequestError` when the wanted interval is not made of the candles', or they are of several series.
 *
 * @example
 * const days = resampleAll(hours, '1d', { until: Date.UTC(2026, 10, 1) });
 */
export const resampleAll = (candles: readonly Candle[], interval: IntervalName, covered: Covered = {}): Candle[] => {
  const higher = intervalOf(interval);
  const latest = new Map(candles.map((candle) => [candle.openTime, candle]));
  const lowers = [...latest.values()].sort((a, b) => a.openTime - b.openTime);
  const [first, last] = [lowers[0], lowers.at(-1)];
  if (first === undefined || last === undefined) return [];
  checkMadeOf(higher, first.interval);
  for (const candle of candles) checkSeries(first, candle);

  const lastEnd = last.state === 'open' ? last.openTime : closeTime(last.interval, last.openTime);
  const { since = first.openTime, until = lastEnd } = covered;
  const windows = new Map<number, Candle[]>();
  for (const candle of lowers) {
    if (candle.filled === true) continue;
    const openTime = openTimeOf(higher, candle.openTime);
    const window = windows.get(openTime);
    if (window === undefined) windows.set(openTime, [candle]);
    else window.push(candle);
  }
  return [...windows].flatMap(([openTime, parts]) => {
    const bar = parts.reduce<Bar | undefined>(joined, undefined);
    if (bar === undefined) return [];
    const isPartial = openTime < since || parts.some(({ partial }) => partial === true);
    const isOver = closeTime(higher, openTime) <= until;
    const isFinal = isOver && !isPartial && parts.every(isClosed);
    const state: CandleState = isFinal ? 'final' : isOver ? 'provisional' : 'open';
    const candle = candleOf(bar, { interval: higher, openTime, state });
    return isPartial ? { ...candle, partial: true } : candle;
  });
};

const checkSeries = (first: Candle, { exchange, market, interval }: Candle): void => {
  if (exchange === first.exchange && market === first.market && interval === first.interval) return;
  throw new InvalidRequestError(
    `candles of one series expected, not of ${first.exchange} ${first.market} ${first.interval} and ${exchange} ${market} ${interval}`,
  );
};
