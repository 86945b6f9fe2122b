import type { MarketEvent, Side } from '../../src/model/events.js';
import { INTERVALS, openTimeOf, type Interval } from '../../src/model/interval.js';
import { socketMessages, toDefaultSpelling } from '../../src/sources/upbit/messages.js';

/*
 * What a frame means, read by the slowest and plainest road there is: the text word by word for the ids, `JSON.parse`,
 * the schema of the documentation, and each field by its name. It shares no code with the way of a frame.
 */

/** An event without what its receiver adds. */
export type Facts = Readonly<Record<string, unknown>>;

export type Reading =
  | { readonly fate: 'event'; readonly type: string; readonly facts: Facts; readonly time: number }
  | { readonly fate: 'control' | 'rejected' };

const REJECTED = { fate: 'rejected' } as const;
const CONTROL = { fate: 'control' } as const;

/** The text with its trade ids in quotes: strings are stepped over whole, so nothing inside one is taken for a key. */
export const withIdsAsText = (text: string): string => {
  const parts = text.split(/("(?:[^"\\]|\\.)*")/s);
  return parts
    .map((part, i) => {
      const key = parts[i - 1];
      if (i % 2 === 1 || (key !== '"sid"' && key !== '"sequential_id"')) return part;
      return part.replace(/^(\s*:\s*)(0|[1-9]\d*)(\s*[,}])/, '$1"$2"$3');
    })
    .join('');
};

export const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

type Message = Readonly<Record<string, unknown>>;
const isMessage = (value: unknown): value is Message =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const side = (askBid: 'ASK' | 'BID'): Side => (askBid === 'ASK' ? 'sell' : 'buy');

const UNITS = new Map<string, Interval>(
  [
    ...['1s', '1m', '3m', '5m', '10m', '15m', '30m'].map((unit) => [unit, INTERVALS.find((i) => i === unit)] as const),
    ['60m', '1h'] as const,
    ['240m', '4h'] as const,
  ].flatMap(([unit, interval]) => (interval === undefined ? [] : [[`candle.${unit}`, interval] as const])),
);

const event = (type: string, facts: Facts, time: number): Reading => ({ fate: 'event', type, facts, time });

const readMessage = (message: Message): Reading => {
  const type = message['ty'] === undefined ? message['type'] : message['ty'];
  if (typeof type !== 'string') {
    const told = isMessage(message['error']) || ['status', 'method', 'mthd'].some((key) => Object.hasOwn(message, key));
    return told ? CONTROL : REJECTED;
  }
  const value = toDefaultSpelling(message);
  if (type === 'ticker') {
    const { data } = socketMessages.ticker.safeParse(value);
    if (data === undefined) return REJECTED;
    const facts = {
      type,
      market: data.code,
      timestamp: data.timestamp,
      price: data.trade_price,
      open: data.opening_price,
      high: data.high_price,
      low: data.low_price,
      prevClose: data.prev_closing_price,
      change: data.signed_change_price,
      changeRate: data.signed_change_rate,
      volume24h: data.acc_trade_volume_24h,
      turnover24h: data.acc_trade_price_24h,
      tradeVolume: data.trade_volume,
      side: side(data.ask_bid),
      ...(data.trade_timestamp === undefined ? {} : { tradedAt: data.trade_timestamp }),
    };
    return event(type, facts, data.timestamp);
  }
  if (type === 'trade') {
    const { data } = socketMessages.trade.safeParse(value);
    if (data === undefined) return REJECTED;
    const facts = {
      type,
      market: data.code,
      timestamp: data.trade_timestamp,
      id: data.sequential_id,
      price: data.trade_price,
      volume: data.trade_volume,
      side: side(data.ask_bid),
    };
    return event(type, facts, data.trade_timestamp);
  }
  if (type === 'orderbook') {
    const { data } = socketMessages.orderbook.safeParse(value);
    if (data === undefined) return REJECTED;
    const facts = {
      type,
      market: data.code,
      timestamp: data.timestamp,
      bids: data.orderbook_units
        .filter((unit) => unit.bid_price > 0)
        .map((unit) => ({ price: unit.bid_price, size: unit.bid_size })),
      asks: data.orderbook_units
        .filter((unit) => unit.ask_price > 0)
        .map((unit) => ({ price: unit.ask_price, size: unit.ask_size })),
      level: data.level ?? 0,
    };
    return event(type, facts, data.timestamp);
  }
  const interval = UNITS.get(type);
  const { data } = socketMessages.candle.safeParse(value);
  if (interval === undefined || data === undefined) return REJECTED;
  const openTime = Date.parse(`${data.candle_date_time_utc}Z`);
  if (openTimeOf(interval, openTime) !== openTime) return REJECTED;
  const facts = {
    type: 'candle',
    market: data.code,
    timestamp: data.timestamp,
    interval,
    openTime,
    open: data.opening_price,
    high: data.high_price,
    low: data.low_price,
    close: data.trade_price,
    volume: data.candle_acc_trade_volume,
    turnover: data.candle_acc_trade_price,
  };
  return event(type, facts, Math.max(data.timestamp, openTime));
};

/** What each message of a frame says; `undefined` when the frame is neither a message nor a list. */
export const readPlainly = (frame: Buffer): readonly Reading[] | undefined => {
  const value = parse(withIdsAsText(frame.toString()));
  if (isMessage(value)) return [readMessage(value)];
  return Array.isArray(value)
    ? value.map((each: unknown) => (isMessage(each) ? readMessage(each) : REJECTED))
    : undefined;
};

/** An event's facts, without what its receiver adds. */
export const factsOf = (given: MarketEvent): Facts =>
  Object.fromEntries(
    Object.entries(given).filter(([key]) => !['exchange', 'receivedAt', 'origin', 'tier', 'state'].includes(key)),
  );
