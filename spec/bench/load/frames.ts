import type { Format, Kind } from './load.js';
import { shorten } from './spelling.js';

/*
 * Frames of the shape Upbit sends (field names, spellings of numbers and sizes as recorded in spec/fixtures/upbit), for
 * many markets, with time and trade ids that advance from frame to frame.
 */

/** What differs from frame to frame. */
interface Moment {
  readonly code: string;
  /** ms UTC. */
  readonly at: number;
  readonly price: number;
  /** The first frame of a market is a snapshot, as on the exchange; some clients cannot do without. */
  readonly stream: 'SNAPSHOT' | 'REALTIME';
}

const START = 1_788_335_180_000;

const ticker = ({ code, at, price, stream }: Moment): string =>
  `{"type":"ticker","code":"${code}","opening_price":106000000.00000000,"high_price":107000000.00000000,"low_price":105500000.00000000,` +
  `"trade_price":${price}.00000000,"prev_closing_price":106000000.00000000,"acc_trade_price":81234567890.12345000,"change":"RISE",` +
  `"change_price":691000.00000000,"signed_change_price":691000.00000000,"change_rate":0.0065188679,"signed_change_rate":0.0065188679,` +
  `"ask_bid":"BID","trade_volume":0.00094123,"acc_trade_volume":762.10020030,"trade_date":"20260902","trade_time":"074620",` +
  `"trade_timestamp":${at},"acc_ask_volume":380.10000000,"acc_bid_volume":382.00020030,"highest_52_week_price":180000000.00000000,` +
  `"highest_52_week_date":"2025-10-09","lowest_52_week_price":80000000.00000000,"lowest_52_week_date":"2026-02-06","market_state":"ACTIVE",` +
  `"is_trading_suspended":false,"delisting_date":null,"market_warning":"NONE","timestamp":${at},"acc_trade_price_24h":99234567890.54321000,` +
  `"acc_trade_volume_24h":931.00120030,"stream_type":"${stream}"}`;

const trade = ({ code, at, price, stream }: Moment): string =>
  `{"type":"trade","code":"${code}","timestamp":${at + 35},"trade_date":"2026-09-02","trade_time":"07:46:20","trade_timestamp":${at},` +
  `"trade_price":${price}.00000000,"trade_volume":0.00094123,"ask_bid":"BID","prev_closing_price":106000000.00000000,"change":"RISE",` +
  `"change_price":691000.00000000,"sequential_id":${at}0001,"best_ask_price":106705000,"best_ask_size":0.01000000,` +
  `"best_bid_price":106691000,"best_bid_size":0.20000000,"stream_type":"${stream}"}`;

const book =
  (units: number) =>
  ({ code, at, price, stream }: Moment): string => {
    const rows = Array.from(
      { length: units },
      (_, i) =>
        `{"ask_price":${price + (i + 1) * 1000},"bid_price":${price - i * 1000},` +
        `"ask_size":0.${7_931_337 + i * 991},"bid_size":0.${1_200_777 + i * 1_313}}`,
    );
    return (
      `{"type":"orderbook","code":"${code}","timestamp":${at},"total_ask_size":11.51234567,"total_bid_size":12.25765432,` +
      `"orderbook_units":[${rows.join(',')}],"stream_type":"${stream}","level":0}`
    );
  };

const WRITERS: Readonly<Record<Kind, (moment: Moment) => string>> = {
  ticker,
  trade,
  'orderbook-15': book(15),
  'orderbook-30': book(30),
};

/** The `index`-th frame of a flood over these markets. */
export const makeFrame = (kind: Kind, format: Format, index: number, markets: readonly string[]): string => {
  const json = WRITERS[kind]({
    code: markets[index % markets.length] ?? '',
    at: START + index,
    price: 106_691_000 + (index % 97) * 1_000,
    stream: index < markets.length ? 'SNAPSHOT' : 'REALTIME',
  });
  return format === 'SIMPLE' ? shorten(json) : json;
};
