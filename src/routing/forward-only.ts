import type { Candle, MarketEvent, PriceLevel, Trade } from '../model/events.js';

/** Decides, for one topic, whether an event takes the stream forward. Keeps state: one per subscription. */
export type Forward = (event: MarketEvent) => boolean;

/** Trades remembered for recognising a repeated one; more than any poll or snapshot can repeat. */
const REMEMBERED = 1_024;
/** So many digits of an id fit in a small integer. With the millisecond of the trade they are as good as the whole id. */
const DIGITS = 9;

/** The last digits of an id. */
const ending = (id: string): number => {
  let value = 0;
  for (let i = Math.max(0, id.length - DIGITS); i < id.length; i += 1) value = value * 10 + (id.charCodeAt(i) - 48);
  return value;
};

/**
 * Trades: each id once, nothing from before the first one delivered. Trades may come out of order inside a live stream and
 * are let through as they come.
 *
 * Those seen lately are remembered each by its time and the end of its id, one after the other: numbers, since texts would
 * keep the collector busy, trade after trade.
 */
class RecentTrades {
  private readonly seen = new Float64Array(2 * REMEMBERED).fill(-Infinity);
  private next = 0;
  private newest = -Infinity;
  /** The largest ending at the newest time. */
  private largest = -1;
  private first: Trade | undefined;

  /** Remembers a trade; false when it was remembered already, is too old to tell, or was made before the first. */
  add(trade: Trade): boolean {
    const { id, timestamp } = trade;
    const end = ending(id);
    // Nearly every trade is later than all before it, and need not be looked for.
    if (timestamp > this.newest || (timestamp === this.newest && end > this.largest)) {
      this.first ??= trade;
      this.newest = timestamp;
      this.largest = end;
    } else if (this.isBeforeFirst(trade) || timestamp <= this.oldest() || this.has(end, timestamp)) return false;
    const { next } = this;
    this.seen[next] = timestamp;
    this.seen[next + 1] = end;
    this.next = (next + 2) % (2 * REMEMBERED);
    return true;
  }

  private isBeforeFirst(trade: Trade): boolean {
    return this.first !== undefined && isBefore(trade, this.first);
  }

  /** Of trades up to this time nobody knows whether they have been seen. One that came with a wrong time does not count. */
  private oldest(): number {
    const { seen, next } = this;
    const [first = -Infinity, second = -Infinity] = [seen[next], seen[(next + 2) % (2 * REMEMBERED)]];
    return Math.min(first, second);
  }

  private has(end: number, timestamp: number): boolean {
    for (let i = 0; i < 2 * REMEMBERED; i += 2) if (this.seen[i + 1] === end && this.seen[i] === timestamp) return true;
    return false;
  }
}

/** Whether a trade was made before the stream began. Within one instant, live trades may come in any order. */
const isBefore = (trade: Trade, first: Trade): boolean =>
  trade.timestamp < first.timestamp ||
  (trade.timestamp === first.timestamp &&
    trade.tier !== 'live-subscription' &&
    (trade.id.length < first.id.length || (trade.id.length === first.id.length && trade.id < first.id)));

/** What an event says, whoever says it; how settled a candle is told by the clock. */
const factOf = (event: MarketEvent): string =>
  JSON.stringify({ ...event, receivedAt: 0, origin: '', tier: '', snapshot: undefined, state: undefined });

/**
 * States (ticker, order book): never an older one after a newer one. An equally old one is mostly the same fact again:
 * polled, it is told only if it says something else; the live tier may repeat it, since its first word after a break is
 * that nothing has changed.
 */
const forwardStates = (): Forward => {
  let last: MarketEvent | undefined;
  return (event) => {
    if (last !== undefined && event.timestamp <= last.timestamp) {
      if (event.timestamp < last.timestamp) return false;
      if (event.tier !== 'live-subscription' && factOf(event) === factOf(last)) return false;
    }
    last = event;
    return true;
  };
};

/** Windows of a candle stream that may still be brought up to date; a page of history. */
const WINDOWS = 200;

/** Candles: as states, each window by itself; none from before the stream began, nor so old that it is forgotten. */
const forwardCandles = (): ((candle: Candle) => boolean) => {
  const windows = new Map<number, Forward>();
  let floor: number | undefined;
  return (candle) => {
    const { openTime } = candle;
    floor ??= openTime;
    if (openTime < floor) return false;
    let forward = windows.get(openTime);
    if (forward === undefined) {
      forward = forwardStates();
      windows.set(openTime, forward);
      if (windows.size > WINDOWS) {
        floor = Math.min(...windows.keys()) + 1;
        windows.delete(floor - 1);
      }
    }
    return forward(candle);
  };
};

/** Whether an event tells something later than another of the same topic. */
export const isNewer = (event: MarketEvent, than: MarketEvent | undefined): boolean => {
  if (than === undefined) return true;
  if (event.type === 'candle' && than.type === 'candle' && event.openTime !== than.openTime) {
    return event.openTime > than.openTime;
  }
  if (event.timestamp !== than.timestamp || event.type !== 'trade' || than.type !== 'trade') {
    return event.timestamp > than.timestamp;
  }
  return event.id.length > than.id.length || (event.id.length === than.id.length && event.id > than.id);
};

/**
 * Whether an event says something later than another of the same topic, and something else: an exchange may put the time
 * of asking on what has long been so.
 */
export const saysMore = (event: MarketEvent, than: MarketEvent | undefined): boolean => {
  if (!isNewer(event, than)) return false;
  if (
    event.type === 'ticker' &&
    than?.type === 'ticker' &&
    event.tier !== 'live-subscription' &&
    event.tradedAt !== undefined
  ) {
    return event.tradedAt > than.timestamp || event.price !== than.price || event.tradeVolume !== than.tradeVolume;
  }
  if (event.type === 'orderbook' && than?.type === 'orderbook') {
    return !isSameSide(event.bids, than.bids) || !isSameSide(event.asks, than.asks);
  }
  if (event.type === 'candle' && than?.type === 'candle' && event.openTime === than.openTime) {
    return event.close !== than.close || event.volume !== than.volume;
  }
  return true;
};

const isSameSide = (a: readonly PriceLevel[], b: readonly PriceLevel[]): boolean =>
  a.length === b.length && a.every(({ price, size }, i) => price === b[i]?.price && size === b[i].size);

/** A fresh `Forward` for any topic, whose events are all of one type. */
export const forwardOnly = (): Forward => {
  let trades: RecentTrades | undefined;
  let candle: ((candle: Candle) => boolean) | undefined;
  const state = forwardStates();
  return (event) => {
    switch (event.type) {
      case 'trade':
        return (trades ??= new RecentTrades()).add(event);
      case 'candle':
        return (candle ??= forwardCandles())(event);
      default:
        return state(event);
    }
  };
};
