import type { Candle, MarketEvent, Orderbook, PriceLevel, Ticker, Trade } from '../../model/events.js';
import { openTimeOf, type Interval } from '../../model/interval.js';
import { isMarketCode, type MarketCode } from '../../model/market.js';

/*
 * Whether an event read from a socket frame is whole: the same conditions as the schemas of `messages.ts`, at the price
 * of a few comparisons. A property test holds the two together.
 */

/** An event whose fields come straight from an unchecked message. */
export type Unchecked<T extends MarketEvent> = { readonly [K in keyof T]: unknown };

/** A book whose levels have been read, where that was possible. */
export type UncheckedBook = Unchecked<Orderbook> & Readonly<Record<'bids' | 'asks', readonly PriceLevel[] | undefined>>;

/** The largest price that is taken for one: beyond it a double no longer tells one unit from the next. */
export const MOST_PRICE = Number.MAX_SAFE_INTEGER;

export const isAmount = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value < Infinity;
const isPrice = (value: unknown): value is number => typeof value === 'number' && value > 0 && value <= MOST_PRICE;
/** The price of a level, or zero where the thinner side of a book is padded. */
export const isLevelPrice = (value: unknown): value is number => isAmount(value) && value <= MOST_PRICE;
const isFinite = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isInstant = (value: unknown): value is number => Number.isSafeInteger(value) && isPrice(value);
/** Codes found to be well formed, so that the same few are not examined with every frame. Bounded. */
const wellFormed = new Set<string>();
const MOST_CODES = 4_096;
/** Characters; the longest code listed so far has 11. */
const LONGEST_CODE = 32;

export const isMarket = (value: unknown): value is MarketCode => {
  if (typeof value !== 'string') return false;
  if (wellFormed.has(value)) return true;
  if (value.length > LONGEST_CODE || !isMarketCode(value)) return false;
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

/** The instant at which a candle of this interval opens, from a UTC text; NaN when none opens then. */
export const parseOpenTime = (interval: Interval, text: unknown): number => {
  const time = parseUtc(text);
  return openTimeOf(interval, time) === time ? time : NaN;
};

/** Whether each side has its best price first, and no buyer offers more than a seller asks. */
export const isInOrder = (bids: readonly PriceLevel[], asks: readonly PriceLevel[]): boolean => {
  let worst = Infinity;
  for (const { price } of bids) {
    if (price > worst) return false;
    worst = price;
  }
  worst = bids[0]?.price ?? 0;
  for (const { price } of asks) {
    if (price < worst) return false;
    worst = price;
  }
  return true;
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
  e.side !== undefined &&
  (e.tradedAt === undefined || isInstant(e.tradedAt));

export const isTrade = (e: Unchecked<Trade>): e is Trade =>
  isMarket(e.market) &&
  isInstant(e.timestamp) &&
  isPrice(e.price) &&
  isAmount(e.volume) &&
  e.id !== undefined &&
  e.side !== undefined;

export const isOrderbook = (e: UncheckedBook): e is UncheckedBook & Orderbook =>
  isMarket(e.market) &&
  isInstant(e.timestamp) &&
  isAmount(e.level) &&
  e.bids !== undefined &&
  e.asks !== undefined &&
  isInOrder(e.bids, e.asks);

export const isCandle = (e: Unchecked<Candle>): e is Candle =>
  isMarket(e.market) &&
  isInstant(e.timestamp) &&
  isInstant(e.openTime) &&
  isPrice(e.open) &&
  isPrice(e.high) &&
  isPrice(e.low) &&
  isPrice(e.close) &&
  isAmount(e.volume) &&
  isAmount(e.turnover);
