import type { Candle, MarketEvent, Orderbook, Ticker, Trade } from '../../model/events.js';
import { isMarketCode } from '../../model/market.js';

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
/** Codes found to be well formed, so that the same few are not examined with every frame. Bounded. */
const wellFormed = new Set<string>();
const MOST_CODES = 4_096;

const isMarket = (value: unknown): boolean => {
  if (typeof value !== 'string') return false;
  if (wellFormed.has(value)) return true;
  if (!isMarketCode(value)) return false;
  if (wellFormed.size >= MOST_CODES) wellFormed.clear();
  wellFormed.add(value);
  return true;
};

/** The instant of a UTC text without a zone, `2026-09-01T00:00:00`, ms; NaN when it is not exactly that. */
export const parseUtc = (text: unknown): number => {
  if (typeof text !== 'string') return NaN;
  const ms = Date.parse(`${text}Z`);
  // Dates that do not exist, and other spellings, come back as another text.
  return Number.isFinite(ms) && new Date(ms).toISOString() === `${text}.000Z` ? ms : NaN;
};

export const isTicker = (e: Unchecked<Ticker>): e is Ticker =>
  isMarket(e.market) &&
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
  isMarket(e.market) &&
  isInstant(e.timestamp) &&
  isPrice(e.price) &&
  isAmount(e.volume) &&
  e.id !== undefined &&
  e.side !== undefined;

export const isOrderbook = (e: Unchecked<Orderbook>): e is Orderbook =>
  isMarket(e.market) && isInstant(e.timestamp) && isAmount(e.level) && e.bids !== undefined && e.asks !== undefined;

export const isCandle = (e: Unchecked<Candle>): e is Candle =>
  isMarket(e.market) &&
  isInstant(e.timestamp) &&
  isFinite(e.openTime) &&
  isPrice(e.open) &&
  isPrice(e.high) &&
  isPrice(e.low) &&
  isPrice(e.close) &&
  isAmount(e.volume) &&
  isAmount(e.turnover);
