import type { Candle, MarketEvent, Trade } from '../model/events.js';

/** Decides, for one topic, whether an event takes the stream forward. Keeps state: one per subscription. */
export type Forward = (event: MarketEvent) => boolean;

/** Trade ids remembered for recognising a repeated trade; more than any poll or snapshot can repeat. */
const REMEMBERED = 256;

/** Ids are decimal digits, too long for a number: the longer is the larger, then the text decides. */
const isLarger = (a: string, b: string): boolean => a.length > b.length || (a.length === b.length && a > b);

/**
 * Trades: each id once, nothing from before the first one delivered. Trades may come out of order inside a live
 * stream and are let through as they come.
 */
const forwardTrades = (): ((trade: Trade) => boolean) => {
  const ids: string[] = [];
  let next = 0;
  let largest = '';
  let floor: number | undefined;
  return ({ id, timestamp }) => {
    if (isLarger(id, largest)) largest = id;
    else if (ids.includes(id)) return false;
    floor ??= timestamp;
    if (timestamp < floor) return false;
    ids[next] = id;
    next = (next + 1) % REMEMBERED;
    return true;
  };
};

/**
 * States (ticker, order book): never an older one after a newer one. An equally old one is the same fact: it is told
 * again only by the live tier, whose first word after a break is that nothing has changed.
 */
const forwardStates = (): Forward => {
  let last = -Infinity;
  return ({ timestamp, tier }) => {
    if (timestamp < last || (timestamp === last && tier !== 'live-subscription')) return false;
    last = timestamp;
    return true;
  };
};

/**
 * Candles: as states, for each window by itself; the window before the newest may still be brought up to date, older
 * ones no more.
 */
const forwardCandles = (): ((candle: Candle) => boolean) => {
  let newest: { openTime: number; forward: Forward } | undefined;
  let previous: { openTime: number; forward: Forward } | undefined;
  return (candle) => {
    const { openTime } = candle;
    if (newest === undefined || openTime > newest.openTime) {
      previous = newest;
      newest = { openTime, forward: forwardStates() };
    }
    if (openTime === newest.openTime) return newest.forward(candle);
    return openTime === previous?.openTime && previous.forward(candle);
  };
};

/** A fresh `Forward` for any topic. */
export const forwardOnly = (): Forward => {
  const trade = forwardTrades();
  const state = forwardStates();
  const candle = forwardCandles();
  return (event) => {
    switch (event.type) {
      case 'trade':
        return trade(event);
      case 'candle':
        return candle(event);
      default:
        return state(event);
    }
  };
};
