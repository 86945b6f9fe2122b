import type { MarketEvent } from '../model/events.js';
import { closeTime } from '../model/interval.js';
import { isNewer, saysMore } from './forward-only.js';
import type { Sequential } from './missing.js';

/* What was told already, and what may lie between it and something else. */

/** Whether the ticker knows of no trade after what was told. */
export const isUpToDate = (told: MarketEvent, ticker: MarketEvent | undefined): boolean => {
  if (ticker?.type !== 'ticker' || ticker.tradedAt === undefined) return false;
  if (ticker.tradedAt !== told.timestamp || told.type !== 'trade') return ticker.tradedAt <= told.timestamp;
  // More than one trade may be made in a millisecond.
  return ticker.price === told.price && ticker.tradeVolume === told.volume;
};

/** Whether an event lies between the last one that was sure and one that was told though something may lie between. */
export const isUnsure = (event: Sequential, sure: Sequential | undefined, told: MarketEvent | undefined): boolean =>
  event.type === 'candle' && told?.type === 'candle' && event.openTime < told.openTime && saysMore(event, sure);

/** Candles are shown once a second, so that of a window that has just begun may come before the last one is complete. */
const BETWEEN_CANDLES = 1_000;

/** Whether something may lie between the last event told and an answer of the exchange. */
export const skips = (last: Sequential, answer: MarketEvent): boolean => {
  if (answer.type !== 'candle' || last.type !== 'candle') return answer.type === 'trade' && isNewer(answer, last);
  const isYoung = answer.timestamp - answer.openTime < BETWEEN_CANDLES;
  return isYoung
    ? answer.openTime >= closeTime(last.interval, last.openTime) + BETWEEN_CANDLES
    : answer.openTime > last.openTime;
};

export const isSame = (a: MarketEvent, b: MarketEvent): boolean =>
  a.type === 'trade'
    ? b.type === 'trade' && a.id === b.id
    : a.type === 'candle' && b.type === 'candle' && a.openTime === b.openTime;
