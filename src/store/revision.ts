import type { Candle } from '../model/events.js';

/** A candle as the store tells it from when it was written on. */
export const asStored = (candle: Candle): Candle => ({
  type: 'candle',
  exchange: candle.exchange,
  market: candle.market,
  timestamp: candle.timestamp,
  receivedAt: candle.receivedAt,
  origin: candle.origin === 'simulation' ? 'simulation' : 'database',
  tier: 'warm-cache',
  interval: candle.interval,
  openTime: candle.openTime,
  open: candle.open,
  high: candle.high,
  low: candle.low,
  close: candle.close,
  volume: candle.volume,
  turnover: candle.turnover,
  state: candle.state,
});

/** What is kept of a candle when it is written over what is stored: itself, or `undefined` when nothing changes. */
export const revision = (stored: Candle, incoming: Candle): Candle | undefined =>
  saysTheSame(stored, incoming) || incoming.receivedAt < stored.receivedAt
    ? undefined
    : { ...incoming, state: 'revised' };

/** Whether two reads of a candle agree; when it was produced and when it was read is no part of it. */
export const saysTheSame = (a: Candle, b: Candle): boolean =>
  a.open === b.open &&
  a.high === b.high &&
  a.low === b.low &&
  a.close === b.close &&
  a.volume === b.volume &&
  a.turnover === b.turnover;
