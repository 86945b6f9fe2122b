import { compactDate, compactTime, dateTimeKst, dateTimeUtc, dateUtc, timeUtc } from '../calendar.js';
import type { Book, Level } from '../market/book.js';
import type { Candle } from '../market/candles.js';
import type { Listing } from '../market/market.js';
import { DAY } from '../market/price-path.js';
import type { Ticker } from '../market/ticker.js';
import { sequenceOf, type RawTrade } from '../market/trade.js';
import { priceOf, ratioOf, turnoverOf, volumeOf } from '../market/units.js';
import { LongInteger, type JsonObject } from '../numbers/json.js';

export type StreamType = 'SNAPSHOT' | 'REALTIME';

const changeOf = (difference: number): string => (difference === 0 ? 'EVEN' : difference > 0 ? 'RISE' : 'FALL');

/** A ticker frame; `now` is when it is produced. */
export const tickerMessage = (
  { series, instrument }: Listing,
  ticker: Ticker,
  now: number,
  stream: StreamType,
): JsonObject => {
  const { last, today, last24h, prevClose, highest, lowest } = ticker;
  const difference = last.price - prevClose;
  const price = (steps: number) => priceOf(series, steps);
  const volume = (sizes: number | bigint) => volumeOf(series, sizes, 'fixed8');
  return {
    type: 'ticker',
    code: instrument.code,
    opening_price: price(today.open),
    high_price: price(today.high),
    low_price: price(today.low),
    trade_price: priceOf(series, last.price, 'fixed8'),
    prev_closing_price: priceOf(series, prevClose, 'fixed8'),
    acc_trade_price: turnoverOf(series, today.turnover, 'java'),
    change: changeOf(difference),
    change_price: priceOf(series, Math.abs(difference), 'fixed8'),
    signed_change_price: priceOf(series, difference, 'fixed8'),
    change_rate: ratioOf(Math.abs(difference), prevClose),
    signed_change_rate: ratioOf(difference, prevClose),
    ask_bid: last.buy ? 'BID' : 'ASK',
    trade_volume: volumeOf(series, last.volume, 'java'),
    acc_trade_volume: volume(today.volume),
    trade_date: compactDate(last.time),
    trade_time: compactTime(last.time),
    trade_timestamp: last.time,
    acc_ask_volume: volume(today.volume - today.bought),
    acc_bid_volume: volume(today.bought),
    highest_52_week_price: price(highest.price),
    highest_52_week_date: dateUtc(highest.day * DAY),
    lowest_52_week_price: price(lowest.price),
    lowest_52_week_date: dateUtc(lowest.day * DAY),
    market_state: 'ACTIVE',
    is_trading_suspended: false,
    delisting_date: null,
    market_warning: instrument.warned ? 'CAUTION' : 'NONE',
    acc_trade_price_24h: turnoverOf(series, last24h?.turnover ?? 0n, 'java'),
    acc_trade_volume_24h: volume(last24h?.volume ?? 0n),
    timestamp: now,
    stream_type: stream,
  };
};

/** A trade frame; `now` is when it is sent. */
export const tradeMessage = (
  { series, instrument, books, ledger }: Listing,
  trade: RawTrade,
  now: number,
  stream: StreamType,
): JsonObject => {
  const touch = books.touchOf(trade);
  const prevClose = ledger.closeBefore(Math.floor(trade.time / DAY) * DAY) ?? trade.price;
  const difference = trade.price - prevClose;
  return {
    type: 'trade',
    code: instrument.code,
    timestamp: Math.max(now, trade.time),
    trade_date: dateUtc(trade.time),
    trade_time: timeUtc(trade.time),
    trade_timestamp: trade.time,
    trade_price: priceOf(series, trade.price, 'fixed8'),
    trade_volume: volumeOf(series, trade.volume, 'fixed8'),
    ask_bid: trade.buy ? 'BID' : 'ASK',
    prev_closing_price: priceOf(series, prevClose, 'fixed8'),
    change: changeOf(difference),
    change_price: priceOf(series, Math.abs(difference), 'fixed8'),
    sequential_id: new LongInteger(sequenceOf(trade)),
    best_ask_price: priceOf(series, touch.ask),
    best_ask_size: volumeOf(series, books.sizeAt('ask', touch.ask, trade.time)),
    best_bid_price: priceOf(series, touch.bid),
    best_bid_size: volumeOf(series, books.sizeAt('bid', touch.bid, trade.time)),
    stream_type: stream,
  };
};

const NOTHING: Level = { price: 0, size: 0 };
const total = (levels: readonly Level[]): number => levels.reduce((sum, { size }) => sum + size, 0);

/** An order book frame with at most `units` places; the totals are those of the whole visible book. */
export const bookMessage = (
  { series, instrument }: Listing,
  book: Book,
  units: number,
  level: number,
  stream: StreamType,
  simple: boolean,
): JsonObject => {
  const places = Math.min(units, Math.max(book.asks.length, book.bids.length));
  const spelling = simple ? 'java' : 'fixed8';
  return {
    type: 'orderbook',
    code: instrument.code,
    timestamp: book.changedAt,
    total_ask_size: volumeOf(series, total(book.asks), spelling),
    total_bid_size: volumeOf(series, total(book.bids), spelling),
    orderbook_units: Array.from({ length: places }, (_, i) => {
      const [ask, bid] = [book.asks[i] ?? NOTHING, book.bids[i] ?? NOTHING];
      return {
        ask_price: priceOf(series, ask.price, 'java'),
        bid_price: priceOf(series, bid.price, 'java'),
        ask_size: volumeOf(series, ask.size, spelling),
        bid_size: volumeOf(series, bid.size, spelling),
      };
    }),
    stream_type: stream,
    level,
  };
};

/** A candle frame; `type` is `candle.1s`, `candle.1m`, … */
export const candleMessage = (
  { series, instrument }: Listing,
  type: string,
  { start, tally, storedAt }: Candle,
  stream: StreamType,
): JsonObject => ({
  type,
  code: instrument.code,
  candle_date_time_utc: dateTimeUtc(start),
  candle_date_time_kst: dateTimeKst(start),
  opening_price: priceOf(series, tally.open, 'fixed8'),
  high_price: priceOf(series, tally.high, 'fixed8'),
  low_price: priceOf(series, tally.low, 'fixed8'),
  trade_price: priceOf(series, tally.close, 'fixed8'),
  candle_acc_trade_volume: volumeOf(series, tally.volume, 'fixed8'),
  candle_acc_trade_price: turnoverOf(series, tally.turnover, 'fixed8'),
  timestamp: storedAt,
  stream_type: stream,
});
