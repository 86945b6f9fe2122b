import type { Candle } from '../model/events.js';
import type { DataRequest } from '../model/request.js';
import type { CandleStore } from './candle-store.js';
import { firstOpen } from './windows.js';

/**
 * What the store has of a request, where it is certain that the exchange has no more: all of the last `count` candles
 * before `to`, of every market, oldest first. `undefined` when some of it may be missing, and for requests without `to`:
 * those want the candle that is still forming.
 *
 * @example
 * storedCandles(store, request)?.length; // undefined: ask the exchange
 */
export const storedCandles = (store: CandleStore, request: DataRequest): readonly Candle[] | undefined => {
  const { exchange, channel, markets, interval = '1m', count, since = -Infinity } = request;
  if (channel !== 'candle' || request.to === undefined) return undefined;
  const to = firstOpen(interval, request.to);
  const found = markets.map((market) => {
    const series = { exchange, market, interval };
    const candles = store.latest(series, count, to).filter(({ openTime }) => openTime >= since);
    const [oldest] = candles;
    // All before the oldest of `count` does not matter; of fewer, it does, back to where they were asked from.
    const from = candles.length === count && oldest !== undefined ? oldest.openTime : since;
    const isComplete = from >= to || (Number.isFinite(from) && store.gaps(series, { from, to }).length === 0);
    return isComplete ? candles : undefined;
  });
  const complete = found.filter((candles) => candles !== undefined);
  return complete.length === found.length ? complete.flat() : undefined;
};
