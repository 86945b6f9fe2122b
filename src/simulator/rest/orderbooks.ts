import { BOOK_DEPTH, type Book, type Level } from '../market/book.js';
import { groupedBook, supportedLevels, tickText } from '../market/grouping.js';
import type { Listing } from '../market/market.js';
import { priceOf, volumeOf } from '../market/units.js';
import type { JsonObject } from '../numbers/json.js';
import { listed, type Endpoint } from './endpoint.js';
import { typeMismatch } from './problems.js';
import { requiredList, rowCount, type Query } from './query.js';

const NOTHING: Level = { price: 0, size: 0 };
const total = (levels: readonly Level[]): number => levels.reduce((sum, { size }) => sum + size, 0);

const row = ({ instrument, series }: Listing, book: Book, count: number, level: number): JsonObject => {
  const places = Math.min(count, Math.max(book.asks.length, book.bids.length));
  return {
    market: instrument.code,
    timestamp: book.changedAt,
    total_ask_size: volumeOf(series, total(book.asks)),
    total_bid_size: volumeOf(series, total(book.bids)),
    orderbook_units: Array.from({ length: places }, (_, i) => {
      const [ask, bid] = [book.asks[i] ?? NOTHING, book.bids[i] ?? NOTHING];
      return {
        ask_price: priceOf(series, ask.price),
        bid_price: priceOf(series, bid.price),
        ask_size: volumeOf(series, ask.size),
        bid_size: volumeOf(series, bid.size),
      };
    }),
    level,
  };
};

const levelOf = (query: Query): number => {
  const level = Number(query.get('level') ?? 0);
  if (!Number.isFinite(level)) throw typeMismatch();
  return level;
};

const bookAt = (listing: Listing, now: number, level: number): Book | undefined => {
  const near = listing.books.at(now);
  if (level === 0 || near === undefined) return near;
  const best = near.asks[0]?.price ?? near.bids[0]?.price ?? 0;
  const supported = supportedLevels(listing.series, best).some((text) => Number(text) === level);
  return supported ? groupedBook(listing.series, listing.books, now, level) : undefined;
};

const upper = (query: Query): string[] => requiredList(query, 'markets').map((code) => code.toUpperCase());

/** `GET /v1/orderbook`: a level that one of the markets does not support empties the answer. */
export const orderbooks: Endpoint = ({ exchange, query, now }) => {
  const codes = upper(query);
  const count = rowCount(query, BOOK_DEPTH, BOOK_DEPTH);
  const level = levelOf(query);
  const rows = codes
    .map((code) => listed(exchange, code))
    .map((listing) => {
      const book = bookAt(listing, now, level);
      return book && row(listing, book, count, level);
    });
  const found = rows.filter((item) => item !== undefined);
  return level !== 0 && found.length < rows.length ? [] : found;
};

/** The last price of a market, in steps; the groupings and the tick depend on it. */
const lastPrice = (listing: Listing, now: number): number => listing.ledger.lastBefore(now + 1)?.price ?? 0;

/** `GET /v1/orderbook/instruments`. */
export const orderbookInstruments: Endpoint = ({ exchange, query, now }) =>
  upper(query)
    .map((code) => listed(exchange, code))
    .map((listing) => ({
      market: listing.instrument.code,
      quote_currency: listing.instrument.quote,
      tick_size: tickText(listing.series, lastPrice(listing, now)),
      supported_levels: supportedLevels(listing.series, lastPrice(listing, now)),
    }));

/** `GET /v1/orderbook/supported_levels`: the same groupings as numbers. */
export const orderbookLevels: Endpoint = ({ exchange, query, now }) =>
  upper(query)
    .map((code) => listed(exchange, code))
    .map((listing) => ({
      market: listing.instrument.code,
      supported_levels: supportedLevels(listing.series, lastPrice(listing, now)).map(Number),
    }));
