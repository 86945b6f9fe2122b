import { z } from 'zod';
import type { MarketCode } from '../../model/market.js';
import { intervalOfWireType } from './channels.js';
import { MOST_PRICE, isInOrder, isMarket, parseOpenTime, parseUtc } from './guards.js';

/*
 * What Upbit sends, as it documents it: the one definition of a well-formed message. REST bodies are parsed by it.
 * Socket frames are checked by the guards of `guards.ts`, which accept the same messages at a fraction of the time;
 * these schemas then say what was wrong with a frame the guards turned away.
 */

const price = z.number().positive().max(MOST_PRICE);
/** Zero where the thinner side of a book is padded. */
const levelPrice = z.number().nonnegative().max(MOST_PRICE);
const amount = z.number().nonnegative();
const signed = z.number();
const instant = z.int().positive();
/** Any code of the right form; whether it is listed is another question. */
const code = z.custom<MarketCode>(isMarket, 'expected a market code such as KRW-BTC');
const takerSide = z.enum(['ASK', 'BID']);
/** A whole number of up to 64 bits. */
export const TRADE_ID = /^(0|[1-9]\d{0,19})$/;
/** Digits, because the number exceeds 2^53; see `quoteIds`. */
const sequentialId = z.string().regex(TRADE_ID);
/** UTC without a zone: `2026-09-01T00:00:00`. */
const utc = z.string().refine((text) => parseUtc(text) > 0, 'expected a time such as 2026-09-01T00:00:00');
/** A number in quotes. */
const decimal = z.string().regex(/^\d{1,30}(\.\d{1,30})?(e[+-]?\d{1,2})?$/i);

const dayState = {
  trade_price: price,
  opening_price: price,
  high_price: price,
  low_price: price,
  prev_closing_price: price,
  signed_change_price: signed,
  signed_change_rate: signed,
  acc_trade_volume_24h: amount,
  acc_trade_price_24h: amount,
  trade_volume: amount,
  timestamp: instant,
  trade_timestamp: instant.optional(),
};

const bookUnit = z.object({ ask_price: levelPrice, bid_price: levelPrice, ask_size: amount, bid_size: amount });

const isOrderly = (units: readonly z.infer<typeof bookUnit>[]): boolean =>
  isInOrder(
    units.flatMap(({ bid_price, bid_size }) => (bid_price > 0 ? { price: bid_price, size: bid_size } : [])),
    units.flatMap(({ ask_price, ask_size }) => (ask_price > 0 ? { price: ask_price, size: ask_size } : [])),
  );

const book = {
  timestamp: instant,
  orderbook_units: z.array(bookUnit).refine(isOrderly, 'expected the best prices first, and no bid above an ask'),
  level: amount.nullish(),
};

const window = {
  candle_date_time_utc: utc,
  opening_price: price,
  high_price: price,
  low_price: price,
  trade_price: price,
  timestamp: instant,
  candle_acc_trade_price: amount,
  candle_acc_trade_volume: amount,
};

export const restTicker = z.object({ market: code, ...dayState });
export const restOrderbook = z.object({ market: code, ...book });
export const restCandle = z.object({ market: code, ...window });
export const restTrade = z.object({
  market: code,
  timestamp: instant,
  trade_price: price,
  trade_volume: amount,
  ask_bid: takerSide,
  sequential_id: sequentialId,
});
export const restMarket = z.object({
  market: code,
  korean_name: z.string().optional(),
  english_name: z.string().optional(),
  market_event: z.object({ warning: z.boolean(), caution: z.record(z.string(), z.boolean()).optional() }).optional(),
});
export const restInstrument = z.object({
  market: code,
  quote_currency: z.string(),
  tick_size: decimal.refine((text) => Number(text) > 0, 'expected a number above zero'),
  supported_levels: z.array(decimal),
});
export const restSupportedLevels = z.object({ market: code, supported_levels: z.array(amount) });

const opensThen = ({
  type,
  candle_date_time_utc,
}: {
  readonly type: string;
  readonly candle_date_time_utc: string;
}) => {
  const interval = intervalOfWireType(type);
  return interval !== undefined && Number.isFinite(parseOpenTime(interval, candle_date_time_utc));
};

/** Socket messages by channel, in the DEFAULT spelling. */
export const socketMessages = {
  ticker: z.object({ type: z.literal('ticker'), code, ...dayState, ask_bid: takerSide }),
  trade: z.object({
    type: z.literal('trade'),
    code,
    trade_timestamp: instant,
    trade_price: price,
    trade_volume: amount,
    ask_bid: takerSide,
    sequential_id: sequentialId,
  }),
  orderbook: z.object({ type: z.literal('orderbook'), code, ...book }),
  candle: z.object({ type: z.templateLiteral(['candle.', z.string()]), code, ...window }).refine(opensThen, {
    path: ['candle_date_time_utc'],
    message: 'expected a time at which a candle of this interval opens',
  }),
} as const;

export type RestTicker = z.infer<typeof restTicker>;
export type RestOrderbook = z.infer<typeof restOrderbook>;
export type RestCandle = z.infer<typeof restCandle>;
export type RestTrade = z.infer<typeof restTrade>;
export type RestMarket = z.infer<typeof restMarket>;

/** SIMPLE keys and the DEFAULT keys they stand for, where the meaning does not depend on the message type. */
const LONG_KEYS = new Map(
  Object.entries({
    ty: 'type',
    cd: 'code',
    op: 'opening_price',
    hp: 'high_price',
    lp: 'low_price',
    tp: 'trade_price',
    pcp: 'prev_closing_price',
    scp: 'signed_change_price',
    scr: 'signed_change_rate',
    tv: 'trade_volume',
    atv24h: 'acc_trade_volume_24h',
    atp24h: 'acc_trade_price_24h',
    ttms: 'trade_timestamp',
    tms: 'timestamp',
    ab: 'ask_bid',
    sid: 'sequential_id',
    obu: 'orderbook_units',
    lv: 'level',
    cdttmu: 'candle_date_time_utc',
    catv: 'candle_acc_trade_volume',
    catp: 'candle_acc_trade_price',
  }),
);

const LONG_UNIT_KEYS = new Map(
  Object.entries({
    ap: 'ask_price',
    bp: 'bid_price',
    as: 'ask_size',
    bs: 'bid_size',
  }),
);

const lengthen = (message: object, keys: ReadonlyMap<string, string>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(message).flatMap(([key, value]: [string, unknown]) => {
      const long = keys.get(key);
      return long === undefined ? [] : [[long, value]];
    }),
  );

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** What we read of a SIMPLE message, in the DEFAULT spelling; a DEFAULT one comes back as it is. */
export const toDefaultSpelling = (message: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  if (message['ty'] === undefined) return message;
  const long = lengthen(message, LONG_KEYS);
  const units = long['orderbook_units'];
  return Array.isArray(units)
    ? {
        ...long,
        orderbook_units: units.map((unit: unknown) => (isObject(unit) ? lengthen(unit, LONG_UNIT_KEYS) : unit)),
      }
    : long;
};

/**
 * Puts quotes around the ids in a raw text, since `JSON.parse` rounds integers beyond 2^53. Only what is a whole number and
 * whitespace to JSON is touched, so that a text that is none does not become one.
 */
export const quoteIds = (json: string): string =>
  json.replace(/"(sequential_id|sid)"[ \t\r\n]*:[ \t\r\n]*(0|[1-9]\d*)(?=[ \t\r\n]*[,}])/g, '"$1":"$2"');

const LONGEST_EXPLANATION = 400;

/** The beginning of a text, as a text of its own: a mere slice would keep the whole one in memory. */
export const excerpt = (text: string, most: number): string => Buffer.from(text.slice(0, most)).toString();

/** The first few things a schema finds wrong, as one line: path, what was expected, what was found. */
export const explainMismatch = (schema: z.ZodType, value: unknown): string | undefined => {
  const result = schema.safeParse(value);
  if (result.success) return undefined;
  const wrong = result.error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.') || 'message'}: ${message}`);
  // A path can lead through keys that the sender chose.
  return excerpt(wrong.join('; '), LONGEST_EXPLANATION);
};
