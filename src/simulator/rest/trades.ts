import { dateUtc, timeUtc } from '../calendar.js';
import type { Listing } from '../market/market.js';
import { DAY } from '../market/price-path.js';
import { parseSequence, sequenceOf, type RawTrade } from '../market/trade.js';
import { priceOf, volumeOf } from '../market/units.js';
import { LongInteger, type JsonObject } from '../numbers/json.js';
import { listed, type Endpoint } from './endpoint.js';
import { parseTimeOfDay } from './instants.js';
import { invalidParameter, typeMismatch } from './problems.js';
import { integer, required, rowCount, type Query } from './query.js';

const MOST = 500;
const DAYS_KEPT = 7;

const row = ({ instrument, series }: Listing, trade: RawTrade, prevClose: number): JsonObject => ({
  market: instrument.code,
  trade_date_utc: dateUtc(trade.time),
  trade_time_utc: timeUtc(trade.time),
  timestamp: trade.time,
  trade_price: priceOf(series, trade.price, 'fixed8'),
  trade_volume: volumeOf(series, trade.volume, 'fixed8'),
  prev_closing_price: priceOf(series, prevClose, 'fixed8'),
  change_price: priceOf(series, trade.price - prevClose, 'fixed8'),
  ask_bid: trade.buy ? 'BID' : 'ASK',
  sequential_id: new LongInteger(sequenceOf(trade)),
});

/** The UTC days back that are asked for; undefined = today. */
const daysAgo = (query: Query): number | undefined => {
  const days = integer(query, 'days_ago') ?? integer(query, 'daysAgo');
  if (days !== undefined && (days < 1 || days > DAYS_KEPT)) throw invalidParameter();
  return days;
};

const cursorOf = (query: Query): { time: number; order: number } | undefined => {
  const cursor = query.get('cursor');
  if (cursor === undefined || cursor === '') return undefined;
  if (!/^[0-9]{1,19}$/.test(cursor)) throw typeMismatch();
  return parseSequence(cursor);
};

const earlier = (a: { time: number; order: number }, b: { time: number; order: number }) =>
  a.time < b.time || (a.time === b.time && a.order < b.order) ? a : b;

/** `GET /v1/trades/ticks`: the trades of one UTC day, newest first. */
export const tradeTicks: Endpoint = ({ exchange, query, now }) => {
  const code = required(query, 'market');
  const count = rowCount(query, MOST);
  const day = (Math.floor(now / DAY) - (daysAgo(query) ?? 0)) * DAY;
  const to = query.get('to');
  const until = to === undefined || to === '' ? day + DAY : day + parseTimeOfDay(to);
  const cursor = cursorOf(query);
  const listing = listed(exchange, code);
  const end = { time: Math.min(until, now + 1), order: 0 };
  const trades = listing.ledger.newestFirst(cursor === undefined ? end : earlier(cursor, end), day, count);
  const prevClose = listing.ledger.lastBefore(day)?.price;
  return trades.map((trade) => row(listing, trade, prevClose ?? trade.price));
};
