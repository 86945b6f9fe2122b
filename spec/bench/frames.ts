/*
 * Frames of the shape Upbit sends (field names, spellings of numbers and sizes as recorded in spec/fixtures/upbit), for
 * many markets, with time and trade ids that advance from frame to frame.
 */

export const KINDS = ['ticker', 'trade', 'orderbook-15', 'orderbook-30'] as const;
export type Kind = (typeof KINDS)[number];

export const FORMATS = ['DEFAULT', 'SIMPLE'] as const;
export type Format = (typeof FORMATS)[number];

export const MARKETS = Array.from({ length: 200 }, (_, i) => `KRW-C${String(i).padStart(3, '0')}` as const);

const START = 1_788_335_180_000;

const SHORT: Readonly<Record<string, string>> = {
  type: 'ty',
  code: 'cd',
  opening_price: 'op',
  high_price: 'hp',
  low_price: 'lp',
  trade_price: 'tp',
  prev_closing_price: 'pcp',
  change: 'c',
  change_price: 'cp',
  signed_change_price: 'scp',
  change_rate: 'cr',
  signed_change_rate: 'scr',
  trade_volume: 'tv',
  acc_trade_volume: 'atv',
  acc_trade_volume_24h: 'atv24h',
  acc_trade_price: 'atp',
  acc_trade_price_24h: 'atp24h',
  trade_timestamp: 'ttms',
  ask_bid: 'ab',
  acc_ask_volume: 'aav',
  acc_bid_volume: 'abv',
  highest_52_week_price: 'h52wp',
  highest_52_week_date: 'h52wdt',
  lowest_52_week_price: 'l52wp',
  lowest_52_week_date: 'l52wdt',
  market_state: 'ms',
  is_trading_suspended: 'its',
  delisting_date: 'dd',
  market_warning: 'mw',
  timestamp: 'tms',
  stream_type: 'st',
  sequential_id: 'sid',
  best_ask_price: 'bap',
  best_ask_size: 'bas',
  best_bid_price: 'bbp',
  best_bid_size: 'bbs',
  total_ask_size: 'tas',
  total_bid_size: 'tbs',
  orderbook_units: 'obu',
  ask_price: 'ap',
  bid_price: 'bp',
  ask_size: 'as',
  bid_size: 'bs',
  level: 'lv',
};

const shorten = (json: string): string =>
  json.replace(/"([a-z0-9_]+)":/g, (_, key: string) => `"${SHORT[key] ?? key}":`);

const ticker = (code: string, at: number, price: number): string =>
  `{"type":"ticker","code":"${code}","opening_price":106000000.00000000,"high_price":107000000.00000000,"low_price":105500000.00000000,` +
  `"trade_price":${price}.00000000,"prev_closing_price":106000000.00000000,"acc_trade_price":81234567890.12345000,"change":"RISE",` +
  `"change_price":691000.00000000,"signed_change_price":691000.00000000,"change_rate":0.0065188679,"signed_change_rate":0.0065188679,` +
  `"ask_bid":"BID","trade_volume":0.00094123,"acc_trade_volume":762.10020030,"trade_date":"20260902","trade_time":"074620",` +
  `"trade_timestamp":${at},"acc_ask_volume":380.10000000,"acc_bid_volume":382.00020030,"highest_52_week_price":180000000.00000000,` +
  `"highest_52_week_date":"2025-10-09","lowest_52_week_price":80000000.00000000,"lowest_52_week_date":"2026-02-06","market_state":"ACTIVE",` +
  `"is_trading_suspended":false,"delisting_date":null,"market_warning":"NONE","timestamp":${at},"acc_trade_price_24h":99234567890.54321000,` +
  `"acc_trade_volume_24h":931.00120030,"stream_type":"REALTIME"}`;

const trade = (code: string, at: number, price: number): string =>
  `{"type":"trade","code":"${code}","timestamp":${at + 35},"trade_date":"2026-09-02","trade_time":"07:46:20","trade_timestamp":${at},` +
  `"trade_price":${price}.00000000,"trade_volume":0.00094123,"ask_bid":"BID","prev_closing_price":106000000.00000000,"change":"RISE",` +
  `"change_price":691000.00000000,"sequential_id":${at}0001,"best_ask_price":106705000,"best_ask_size":0.01000000,` +
  `"best_bid_price":106691000,"best_bid_size":0.20000000,"stream_type":"REALTIME"}`;

const book = (units: number) => (code: string, at: number, price: number) => {
  const rows = Array.from(
    { length: units },
    (_, i) =>
      `{"ask_price":${price + (i + 1) * 1000},"bid_price":${price - i * 1000},"ask_size":0.${String(7_931_337 + i * 991)},"bid_size":0.${String(1_200_777 + i * 1_313)}}`,
  );
  return (
    `{"type":"orderbook","code":"${code}","timestamp":${at},"total_ask_size":11.51234567,"total_bid_size":12.25765432,` +
    `"orderbook_units":[${rows.join(',')}],"stream_type":"REALTIME","level":0}`
  );
};

const WRITERS: Readonly<Record<Kind, (code: string, at: number, price: number) => string>> = {
  ticker,
  trade,
  'orderbook-15': book(15),
  'orderbook-30': book(30),
};

/** `count` frames, the markets in turn. */
export const makeFrames = (kind: Kind, format: Format, count: number, markets: readonly string[]): string[] =>
  Array.from({ length: count }, (_, i) => {
    const code = markets[i % markets.length] ?? '';
    const json = WRITERS[kind](code, START + i, 106_691_000 + (i % 97) * 1_000);
    return format === 'SIMPLE' ? shorten(json) : json;
  });
