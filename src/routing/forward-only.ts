import type { Candle, MarketEvent, PriceLevel, Trade } from '../model/events.js';

/** Decides, for one topic, whether an event takes the stream forward. Keeps state: one per subscription. */
export type Forward = (event: MarketEvent) => boolean;

/** Trade ids remembered for recognising a repeated trade; more than any poll or snapshot can repeat. */
const REMEMBERED = 1_024;
/** Decimal digits that a double holds whatever they are. */
const EXACT = 15;

/** The digits of `id` from `start` to `end` as a number. */
const digits = (id: string, start: number, end: number): number => {
  let value = 0;
  for (let i = start; i < end; i += 1) value = value * 10 + (id.charCodeAt(i) - 48);
  return value;
};

const isAbove = (high: number, low: number, otherHigh: number, otherLow: number): boolean =>
  high > otherHigh || (high === otherHigh && low > otherLow);

/**
 * The ids seen lately. An id is decimal digits too long for one number, so it is kept as two: as a string it would keep
 * the collector busy, trade after trade.
 */
class RecentIds {
  private readonly high = new Float64Array(REMEMBERED).fill(-1);
  private readonly low = new Float64Array(REMEMBERED);
  private next = 0;
  private largestHigh = -1;
  private largestLow = -1;
  /** The largest id no longer remembered: of those up to it nobody knows whether they have been seen. */
  private forgottenHigh = -1;
  private forgottenLow = -1;

  /** Remembers an id; false when it was remembered already, or is too old to tell. */
  add(id: string): boolean {
    const cut = Math.max(0, id.length - EXACT);
    const high = digits(id, 0, cut);
    const low = digits(id, cut, id.length);
    // Nearly every id is larger than all before it, and need not be looked for.
    if (isAbove(high, low, this.largestHigh, this.largestLow)) {
      this.largestHigh = high;
      this.largestLow = low;
    } else if (this.has(high, low) || !isAbove(high, low, this.forgottenHigh, this.forgottenLow)) return false;
    this.forget(this.high[this.next] ?? -1, this.low[this.next] ?? -1);
    this.high[this.next] = high;
    this.low[this.next] = low;
    this.next = (this.next + 1) % REMEMBERED;
    return true;
  }

  private forget(high: number, low: number): void {
    if (!isAbove(high, low, this.forgottenHigh, this.forgottenLow)) return;
    this.forgottenHigh = high;
    this.forgottenLow = low;
  }

  private has(high: number, low: number): boolean {
    for (let i = 0; i < REMEMBERED; i += 1) if (this.low[i] === low && this.high[i] === high) return true;
    return false;
  }
}

/** Whether a trade was made before the stream began. Within one instant, live trades may come in any order. */
const isBefore = (trade: Trade, first: Trade): boolean =>
  trade.timestamp < first.timestamp ||
  (trade.timestamp === first.timestamp &&
    trade.tier !== 'live-subscription' &&
    (trade.id.length < first.id.length || (trade.id.length === first.id.length && trade.id < first.id)));

/**
 * Trades: each id once, nothing from before the first one delivered. Trades may come out of order inside a live
 * stream and are let through as they come.
 */
const forwardTrades = (): ((trade: Trade) => boolean) => {
  const ids = new RecentIds();
  let first: Trade | undefined;
  return (trade) => {
    first ??= trade;
    return !isBefore(trade, first) && ids.add(trade.id);
  };
};

/** What an event says, whoever says it. */
const factOf = (event: MarketEvent): string => JSON.stringify({ ...event, receivedAt: 0, origin: '', tier: '' });

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
  if (event.type === 'ticker' && than?.type === 'ticker' && event.tradedAt !== undefined) {
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
  let trade: ((trade: Trade) => boolean) | undefined;
  let candle: ((candle: Candle) => boolean) | undefined;
  const state = forwardStates();
  return (event) => {
    switch (event.type) {
      case 'trade':
        return (trade ??= forwardTrades())(event);
      case 'candle':
        return (candle ??= forwardCandles())(event);
      default:
        return state(event);
    }
  };
};
