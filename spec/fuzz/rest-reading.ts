import type { z } from 'zod';
import { openTimeOf, type Interval } from '../../src/model/interval.js';
import {
  restCandle,
  restInstrument,
  restMarket,
  restOrderbook,
  restTicker,
  restTrade,
} from '../../src/sources/upbit/messages.js';
import { parse, withIdsAsText, type Facts } from './reading.js';

/* What the rows of a REST body mean: `JSON.parse`, the schema of the documentation, and each field by its name. */

type Reader = (row: unknown) => Facts | undefined;

const by =
  <Row>(schema: z.ZodType<Row>, facts: (row: Row) => Facts): Reader =>
  (row) => {
    const { data } = schema.safeParse(row);
    return data === undefined ? undefined : facts(data);
  };

export const tickerRow = by(restTicker, (row) => ({
  type: 'ticker',
  market: row.market,
  timestamp: row.timestamp,
  price: row.trade_price,
  open: row.opening_price,
  high: row.high_price,
  low: row.low_price,
  prevClose: row.prev_closing_price,
  change: row.signed_change_price,
  changeRate: row.signed_change_rate,
  volume24h: row.acc_trade_volume_24h,
  turnover24h: row.acc_trade_price_24h,
  tradeVolume: row.trade_volume,
  ...(row.trade_timestamp === undefined ? {} : { tradedAt: row.trade_timestamp }),
}));

export const tradeRow = by(restTrade, (row) => ({
  type: 'trade',
  market: row.market,
  timestamp: row.timestamp,
  id: row.sequential_id,
  price: row.trade_price,
  volume: row.trade_volume,
  side: row.ask_bid === 'ASK' ? 'sell' : 'buy',
}));

export const bookRow = by(restOrderbook, (row) => ({
  type: 'orderbook',
  market: row.market,
  timestamp: row.timestamp,
  bids: row.orderbook_units.flatMap((u) => (u.bid_price > 0 ? { price: u.bid_price, size: u.bid_size } : [])),
  asks: row.orderbook_units.flatMap((u) => (u.ask_price > 0 ? { price: u.ask_price, size: u.ask_size } : [])),
  level: row.level ?? 0,
}));

export const candleRow = (interval: Interval): Reader => {
  const read = by(restCandle, (row) => ({
    type: 'candle',
    market: row.market,
    timestamp: row.timestamp,
    interval,
    openTime: Date.parse(`${row.candle_date_time_utc}Z`),
    open: row.opening_price,
    high: row.high_price,
    low: row.low_price,
    close: row.trade_price,
    volume: row.candle_acc_trade_volume,
    turnover: row.candle_acc_trade_price,
  }));
  // A row that opens when no candle of the interval does says nothing.
  return (row) => {
    const facts = read(row);
    const openTime = Number(facts?.['openTime']);
    return openTimeOf(interval, openTime) === openTime ? facts : undefined;
  };
};

export const marketRow = by(restMarket, (row) => {
  const [quote, base] = row.market.split('-');
  const { market_event: event } = row;
  const cautions = Object.entries(event?.caution ?? {}).flatMap(([name, on]) => (on ? [name] : []));
  return {
    market: row.market,
    base,
    quote,
    ...(row.korean_name === undefined ? {} : { koreanName: row.korean_name }),
    ...(row.english_name === undefined ? {} : { englishName: row.english_name }),
    ...(event === undefined ? {} : { warning: event.warning, cautions }),
  };
});

export const instrumentRow = by(restInstrument, (row) => ({
  market: row.market,
  quote: row.quote_currency,
  tickSize: Number(row.tick_size),
  supportedLevels: row.supported_levels.map(Number),
}));

/** What each row of a body says, `undefined` for one that says nothing; `undefined` for a body that is no list. */
export const readRows = (body: string, reader: Reader): readonly (Facts | undefined)[] | undefined => {
  const value = parse(withIdsAsText(body));
  return Array.isArray(value) ? value.map(reader) : undefined;
};
