import { compactDate, compactDateKst, compactTime, compactTimeKst, dateUtc } from '../calendar.js';
import type { Listing } from '../market/market.js';
import { DAY } from '../market/price-path.js';
import type { Ticker } from '../market/ticker.js';
import { priceOf, ratioOf, turnoverOf, volumeOf } from '../market/units.js';
import type { JsonObject } from '../numbers/json.js';
import { listed, type Endpoint } from './endpoint.js';
import { required, requiredList } from './query.js';

const changeOf = (difference: number): string => (difference === 0 ? 'EVEN' : difference > 0 ? 'RISE' : 'FALL');

const movement = ({ series }: Listing, { last, prevClose }: Ticker): JsonObject => {
  const difference = last.price - prevClose;
  return {
    change: changeOf(difference),
    change_price: priceOf(series, Math.abs(difference), 'point'),
    change_rate: ratioOf(Math.abs(difference), prevClose),
    signed_change_price: priceOf(series, difference, 'point'),
    signed_change_rate: ratioOf(difference, prevClose),
  };
};

const row = (listing: Listing, ticker: Ticker, now: number): JsonObject => {
  const { series, instrument } = listing;
  const { last, today, last24h, prevClose, highest, lowest } = ticker;
  const price = (steps: number) => priceOf(series, steps, 'point');
  return {
    market: instrument.code,
    trade_date: compactDate(last.time),
    trade_time: compactTime(last.time),
    trade_date_kst: compactDateKst(last.time),
    trade_time_kst: compactTimeKst(last.time),
    trade_timestamp: last.time,
    opening_price: price(today.open),
    high_price: price(today.high),
    low_price: price(today.low),
    trade_price: price(last.price),
    prev_closing_price: price(prevClose),
    ...movement(listing, ticker),
    trade_volume: volumeOf(series, last.volume, 'java'),
    acc_trade_price: turnoverOf(series, today.turnover, 'java'),
    acc_trade_price_24h: turnoverOf(series, last24h?.turnover ?? 0n, 'java'),
    acc_trade_volume: volumeOf(series, today.volume, 'fixed8'),
    acc_trade_volume_24h: volumeOf(series, last24h?.volume ?? 0n, 'fixed8'),
    highest_52_week_price: price(highest.price),
    highest_52_week_date: dateUtc(highest.day * DAY),
    lowest_52_week_price: price(lowest.price),
    lowest_52_week_date: dateUtc(lowest.day * DAY),
    timestamp: now,
  };
};

const rows = (listings: readonly Listing[], now: number): JsonObject[] =>
  listings.flatMap((listing) => {
    const ticker = listing.ticker(now);
    return ticker === undefined ? [] : [row(listing, ticker, now)];
  });

/** `GET /v1/ticker`: one unknown code fails the whole call. */
export const tickers: Endpoint = ({ exchange, query, now }) =>
  rows(
    requiredList(query, 'markets').map((code) => listed(exchange, code)),
    now,
  );

/** `GET /v1/ticker/all`: every market of the given quote currencies. */
export const allTickers: Endpoint = ({ exchange, query, now }) => {
  required(query, 'quote_currencies');
  const quotes = new Set(requiredList(query, 'quote_currencies').map((quote) => quote.toUpperCase()));
  const chosen = exchange.instruments.filter(({ quote }) => quotes.has(quote));
  return rows(
    chosen.map(({ code }) => listed(exchange, code)),
    now,
  );
};
