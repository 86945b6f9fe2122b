import { InvalidRequestError } from '../errors.js';
import type { Candle } from '../model/events.js';
import { openTimeOf } from '../model/interval.js';
import type { CandleBatch, Series } from './candle-store.js';

/** Throws when one of the candles must not be stored; nothing of the batch is written then. */
export const checkBatch = ({ series, candles }: Pick<CandleBatch, 'series' | 'candles'>): void => {
  for (const candle of candles) {
    const objection = objectionTo(candle, series);
    if (objection !== undefined) {
      throw new InvalidRequestError(`${nameOf(candle)} cannot be stored: ${objection}`, { candle });
    }
  }
};

const objectionTo = (candle: Candle, series: Series): string | undefined => {
  const { exchange, market, interval, openTime, state, timestamp, receivedAt } = candle;
  const { open, high, low, close, volume, turnover } = candle;
  if (exchange !== series.exchange || market !== series.market || interval !== series.interval) {
    return `it was written to ${nameOfSeries(series)}`;
  }
  if (state !== 'final' && state !== 'revised')
    return `it is ${state}, and may still change; expected final or revised`;
  if (candle.filled === true) return 'it was filled in, and nothing was traded';
  if (candle.partial === true) return 'its first part was not seen';
  if (openTimeOf(interval, openTime) !== openTime) return `no window opens at ${openTime}`;
  if (![timestamp, receivedAt].every(Number.isSafeInteger)) return 'its times are not whole ms';
  return [open, high, low, close, volume, turnover].every(Number.isFinite) ? undefined : 'one of its numbers is none';
};

/** How many candles are wanted; throws when it is no number of candles. */
export const checkCount = (count: number): number => {
  if (Number.isInteger(count) && count >= 1) return count;
  throw new InvalidRequestError(`count must be a whole number of 1 or more, not ${count}`, { count });
};

/** Whether the candles are simulated; `undefined` of none. Throws when they are not all of one kind, the known one included. */
export const kindOf = (exchange: string, candles: readonly Candle[], known?: boolean): boolean | undefined => {
  const [first] = candles;
  if (first === undefined) return known;
  const expected = known ?? first.origin === 'simulation';
  const stranger = candles.find(({ origin }) => (origin === 'simulation') !== expected);
  if (stranger === undefined) return expected;
  const [has, came] = expected ? ['simulated', 'a real'] : ['real', 'a simulated'];
  throw new InvalidRequestError(
    `${nameOf(stranger)} cannot be stored: the candles of '${exchange}' in this store are ${has}, and this is ${came} one; use another store`,
    { exchange, origin: stranger.origin },
  );
};

const nameOfSeries = ({ exchange, market, interval }: Series): string => `${exchange}/${market}/${interval}`;

const nameOf = (candle: Candle): string => `candle ${nameOfSeries(candle)} of ${candle.openTime}`;
