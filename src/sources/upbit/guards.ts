import type { Candle, MarketEvent, Orderbook, Ticker, Trade } from '../../model/events.js';

/*
 * Whether an event read from a socket frame is whole: the same conditions as the schemas of `messages.ts`, at the price
 * of a few comparisons. A property test holds the two together.
 */

/** An event whose fields come straight from an unchecked message. */
export type Unchecked<T extends MarketEvent> = { readonly [K in keyof T]: unknown };

export const isAmount = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value < Infinity;
const isPrice = (value: unknown): value is number => typeof value === 'number' && value > 0 && value < Infinity;
const isFinite = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isInstant = (value: unknown): value is number => Number.isSafeInteger(value) && isPrice(value);
const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

export const isTicker = (e: Unchecked<Ticker>): e is Ticker =>
  isText(e.market) &&
  isInstant(e.timestamp) &&
  isPrice(e.price) &&
  isPrice(e.open) &&
  isPrice(e.high) &&
  isPrice(e.low) &&
  isPrice(e.prevClose) &&
  isFinite(e.change) &&
  isFinite(e.changeRate) &&
  isAmount(e.volume24h) &&
  isAmount(e.turnover24h) &&
  isAmount(e.tradeVolume) &&
  e.side !== undefined;

export const isTrade = (e: Unchecked<Trade>): e is Trade =>
  isText(e.market) &&
  isInstant(e.timestamp) &&
  isPrice(e.price) &&
  isAmount(e.volume) &&
  e.id !== undefined &&
  e.side !== undefined;

export const isOrderbook = (e: Unchecked<Orderbook>): e is Orderbook =>
  isText(e.market) && isInstant(e.timestamp) && isAmount(e.level) && e.bids !== undefined && e.asks !== undefined;

export const isCandle = (e: Unchecked<Candle>): e is Candle =>
  isText(e.market) &&
  isInstant(e.timestamp) &&
  isFinite(e.openTime) &&
  isPrice(e.open) &&
  isPrice(e.high) &&
  isPrice(e.low) &&
  isPrice(e.close) &&
  isAmount(e.volume) &&
  isAmount(e.turnover);
