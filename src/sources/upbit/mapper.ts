import type { Candle, Orderbook, PriceLevel, Side, Ticker, Trade } from '../../model/events.js';
import { closeTime, type Interval } from '../../model/interval.js';
import type { Market, MarketCode } from '../../model/market.js';
import type { Origin, TierName } from '../../model/provenance.js';
import { isAmount, isLevelPrice, parseOpenTime, parseUtc, type Unchecked, type UncheckedBook } from './guards.js';
import type { RestCandle, RestMarket, RestOrderbook, RestTicker, RestTrade } from './messages.js';

/** What the receiver knows about a message and the message does not say. */
export interface Stamp {
  readonly exchange: string;
  readonly origin: Origin;
  readonly tier: TierName;
}

/** A parsed socket message: an object about which nothing is known yet. */
export type Message = Readonly<Record<string, unknown>>;

/** How long after a candle's window late trades may still be folded into it, ms. */
export const CANDLE_GRACE = 2_000;

const sideOf = (askBid: unknown): Side | undefined =>
  askBid === 'BID' ? 'buy' : askBid === 'ASK' ? 'sell' : undefined;

const stateAt = (interval: Interval, openTime: number, now: number): Candle['state'] => {
  if (!Number.isFinite(openTime)) return 'open';
  const closed = closeTime(interval, openTime);
  if (now < closed) return 'open';
  return now < closed + CANDLE_GRACE ? 'provisional' : 'final';
};

// --- socket messages, DEFAULT (long keys) and SIMPLE (short keys): reads only, nothing is assumed ---

export const readTicker = (m: Message, by: Stamp, receivedAt: number): Unchecked<Ticker> =>
  m['ty'] === undefined
    ? {
        type: 'ticker',
        exchange: by.exchange,
        market: m['code'],
        timestamp: m['timestamp'],
        receivedAt,
        origin: by.origin,
        tier: by.tier,
        price: m['trade_price'],
        open: m['opening_price'],
        high: m['high_price'],
        low: m['low_price'],
        prevClose: m['prev_closing_price'],
        change: m['signed_change_price'],
        changeRate: m['signed_change_rate'],
        volume24h: m['acc_trade_volume_24h'],
        turnover24h: m['acc_trade_price_24h'],
        tradeVolume: m['trade_volume'],
        side: sideOf(m['ask_bid']),
        ...(m['trade_timestamp'] === undefined ? {} : { tradedAt: m['trade_timestamp'] }),
      }
    : {
        type: 'ticker',
        exchange: by.exchange,
        market: m['cd'],
        timestamp: m['tms'],
        receivedAt,
        origin: by.origin,
        tier: by.tier,
        price: m['tp'],
        open: m['op'],
        high: m['hp'],
        low: m['lp'],
        prevClose: m['pcp'],
        change: m['scp'],
        changeRate: m['scr'],
        volume24h: m['atv24h'],
        turnover24h: m['atp24h'],
        tradeVolume: m['tv'],
        side: sideOf(m['ab']),
        ...(m['ttms'] === undefined ? {} : { tradedAt: m['ttms'] }),
      };

/** `id` is passed in because it must be taken from the raw text. */
export const readTrade = (m: Message, by: Stamp, receivedAt: number, id: string | undefined): Unchecked<Trade> =>
  m['ty'] === undefined
    ? {
        type: 'trade',
        exchange: by.exchange,
        market: m['code'],
        timestamp: m['trade_timestamp'],
        receivedAt,
        origin: by.origin,
        tier: by.tier,
        id,
        price: m['trade_price'],
        volume: m['trade_volume'],
        side: sideOf(m['ask_bid']),
      }
    : {
        type: 'trade',
        exchange: by.exchange,
        market: m['cd'],
        timestamp: m['ttms'],
        receivedAt,
        origin: by.origin,
        tier: by.tier,
        id,
        price: m['tp'],
        volume: m['tv'],
        side: sideOf(m['ab']),
      };

export const readOrderbook = (m: Message, by: Stamp, receivedAt: number): UncheckedBook => {
  const simple = m['ty'] !== undefined;
  const bids: PriceLevel[] = [];
  const asks: PriceLevel[] = [];
  const whole = simple ? readShortUnits(m['obu'], bids, asks) : readLongUnits(m['orderbook_units'], bids, asks);
  return {
    type: 'orderbook',
    exchange: by.exchange,
    market: simple ? m['cd'] : m['code'],
    timestamp: simple ? m['tms'] : m['timestamp'],
    receivedAt,
    origin: by.origin,
    tier: by.tier,
    bids: whole ? bids : undefined,
    asks: whole ? asks : undefined,
    level: (simple ? m['lv'] : m['level']) ?? 0,
  };
};

type Unit = Message | null | undefined;

// Two loops instead of one with the keys passed in: a property read by a name known in advance costs a tenth.
const readLongUnits = (units: unknown, bids: PriceLevel[], asks: PriceLevel[]): boolean => {
  if (!Array.isArray(units)) return false;
  for (const unit of units as readonly Unit[]) {
    if (typeof unit !== 'object' || unit === null) return false;
    if (!addLevel(bids, unit['bid_price'], unit['bid_size'])) return false;
    if (!addLevel(asks, unit['ask_price'], unit['ask_size'])) return false;
  }
  return true;
};

const readShortUnits = (units: unknown, bids: PriceLevel[], asks: PriceLevel[]): boolean => {
  if (!Array.isArray(units)) return false;
  for (const unit of units as readonly Unit[]) {
    if (typeof unit !== 'object' || unit === null) return false;
    if (!addLevel(bids, unit['bp'], unit['bs'])) return false;
    if (!addLevel(asks, unit['ap'], unit['as'])) return false;
  }
  return true;
};

/** The thinner side of a book is padded with price zero; those places are left out. */
const addLevel = (side: PriceLevel[], price: unknown, size: unknown): boolean => {
  if (!isLevelPrice(price) || !isAmount(size)) return false;
  if (price > 0) side.push({ price, size });
  return true;
};

export const readCandle = (m: Message, by: Stamp, receivedAt: number, interval: Interval): Unchecked<Candle> => {
  const simple = m['ty'] !== undefined;
  const openTime = parseOpenTime(interval, simple ? m['cdttmu'] : m['candle_date_time_utc']);
  return {
    type: 'candle',
    exchange: by.exchange,
    market: simple ? m['cd'] : m['code'],
    timestamp: simple ? m['tms'] : m['timestamp'],
    receivedAt,
    origin: by.origin,
    tier: by.tier,
    interval,
    openTime,
    open: simple ? m['op'] : m['opening_price'],
    high: simple ? m['hp'] : m['high_price'],
    low: simple ? m['lp'] : m['low_price'],
    close: simple ? m['tp'] : m['trade_price'],
    volume: simple ? m['catv'] : m['candle_acc_trade_volume'],
    turnover: simple ? m['catp'] : m['candle_acc_trade_price'],
    state: stateAt(interval, openTime, receivedAt),
  };
};

// --- REST rows, already parsed by the schemas ---

export const fromRestTicker = (row: RestTicker, by: Stamp, receivedAt: number): Ticker => ({
  type: 'ticker',
  ...stampOf(row, by, receivedAt),
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
});

export const fromRestTrade = (row: RestTrade, by: Stamp, receivedAt: number): Trade => ({
  type: 'trade',
  ...stampOf(row, by, receivedAt),
  id: row.sequential_id,
  price: row.trade_price,
  volume: row.trade_volume,
  side: row.ask_bid === 'BID' ? 'buy' : 'sell',
});

export const fromRestOrderbook = (row: RestOrderbook, by: Stamp, receivedAt: number): Orderbook => ({
  type: 'orderbook',
  ...stampOf(row, by, receivedAt),
  bids: row.orderbook_units
    .map(({ bid_price, bid_size }) => ({ price: bid_price, size: bid_size }))
    .filter(({ price }) => price > 0),
  asks: row.orderbook_units
    .map(({ ask_price, ask_size }) => ({ price: ask_price, size: ask_size }))
    .filter(({ price }) => price > 0),
  level: row.level ?? 0,
});

export const fromRestCandle = (row: RestCandle, by: Stamp, receivedAt: number, interval: Interval): Candle => {
  const openTime = parseUtc(row.candle_date_time_utc);
  return {
    type: 'candle',
    ...stampOf(row, by, receivedAt),
    interval,
    openTime,
    open: row.opening_price,
    high: row.high_price,
    low: row.low_price,
    close: row.trade_price,
    volume: row.candle_acc_trade_volume,
    turnover: row.candle_acc_trade_price,
    state: stateAt(interval, openTime, receivedAt),
  };
};

export const fromRestMarket = (row: RestMarket): Market => {
  const { korean_name, english_name, market_event } = row;
  const [quote = '', base = ''] = row.market.split('-');
  const cautions = Object.entries(market_event?.caution ?? {}).flatMap(([name, on]) => (on ? name : []));
  return {
    market: row.market,
    base,
    quote,
    ...(korean_name === undefined ? {} : { koreanName: korean_name }),
    ...(english_name === undefined ? {} : { englishName: english_name }),
    ...(market_event === undefined ? {} : { warning: market_event.warning, cautions }),
  };
};

const stampOf = (row: { market: MarketCode; timestamp: number }, by: Stamp, receivedAt: number) => ({
  exchange: by.exchange,
  market: row.market,
  timestamp: row.timestamp,
  receivedAt,
  origin: by.origin,
  tier: by.tier,
});
