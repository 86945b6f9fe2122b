import { Decimal } from '../numbers/decimal.js';
import { LongInteger, type Json, type JsonObject } from '../numbers/json.js';
import type { Channel } from './requests.js';

const COMMON = { type: 'ty', code: 'cd', timestamp: 'tms', stream_type: 'st' };
const PRICES = { opening_price: 'op', high_price: 'hp', low_price: 'lp', trade_price: 'tp' };

const SHORT: Readonly<Record<Channel | 'list', Readonly<Record<string, string>>>> = {
  ticker: {
    ...COMMON,
    ...PRICES,
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
    trade_date: 'tdt',
    trade_time: 'ttm',
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
  },
  trade: {
    ...COMMON,
    ...PRICES,
    trade_date: 'td',
    trade_time: 'ttm',
    trade_timestamp: 'ttms',
    trade_volume: 'tv',
    ask_bid: 'ab',
    prev_closing_price: 'pcp',
    change: 'c',
    change_price: 'cp',
    sequential_id: 'sid',
    best_ask_price: 'bap',
    best_ask_size: 'bas',
    best_bid_price: 'bbp',
    best_bid_size: 'bbs',
  },
  orderbook: {
    ...COMMON,
    total_ask_size: 'tas',
    total_bid_size: 'tbs',
    orderbook_units: 'obu',
    ask_price: 'ap',
    bid_price: 'bp',
    ask_size: 'as',
    bid_size: 'bs',
    level: 'lv',
  },
  candle: {
    ...COMMON,
    ...PRICES,
    candle_date_time_utc: 'cdttmu',
    candle_date_time_kst: 'cdttmk',
    candle_acc_trade_volume: 'catv',
    candle_acc_trade_price: 'catp',
  },
  list: { method: 'mthd', result: 'rslt', type: 'ty', codes: 'cds', level: 'lv', ticket: 'tckt' },
};

const isLeaf = (value: Json): value is Exclude<Json, readonly Json[] | JsonObject> =>
  typeof value !== 'object' || value === null || value instanceof Decimal || value instanceof LongInteger;
const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

const rename = (value: Json, names: Readonly<Record<string, string>>): Json => {
  if (isLeaf(value)) return value;
  if (isList(value)) return value.map((item) => rename(item, names));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [names[key] ?? key, rename(item, names)]));
};

/** The same message with the keys of the SIMPLE formats. */
export const shortened = (message: Json, channel: Channel | 'list'): Json => rename(message, SHORT[channel]);
