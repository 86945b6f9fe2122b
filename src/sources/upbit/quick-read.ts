import type { MarketEvent, PriceLevel, Side, Ticker, Trade } from '../../model/events.js';
import { JsonScanner, KeyTable } from '../transport/json-scanner.js';
import { MOST_PRICE, isOrderbook, isTicker, isTrade, type Unchecked, type UncheckedBook } from './guards.js';
import type { Stamp } from './mapper.js';

/*
 * The three messages that make up nearly all traffic, read from the bytes without building the message in between.
 * Whatever is not exactly as expected is no event here and goes the long way, which accepts or rejects it properly: the
 * two ways never give different events, and a property test holds them to it.
 */

/** Key 1 begins a message with long keys (DEFAULT), key 2 one with short keys (SIMPLE). */
const TYPE = new KeyTable([['type'], ['ty']]);

interface Keys {
  readonly long: KeyTable;
  readonly short: KeyTable;
}

const keys = (...names: readonly (readonly [long: string, short: string])[]): Keys => ({
  long: new KeyTable([...names.map(([long]) => [long]), ['type', 'ty']]),
  short: new KeyTable([...names.map(([, short]) => [short]), ['type', 'ty']]),
});

const TICKER = keys(
  ['code', 'cd'],
  ['timestamp', 'tms'],
  ['trade_price', 'tp'],
  ['opening_price', 'op'],
  ['high_price', 'hp'],
  ['low_price', 'lp'],
  ['prev_closing_price', 'pcp'],
  ['signed_change_price', 'scp'],
  ['signed_change_rate', 'scr'],
  ['acc_trade_volume_24h', 'atv24h'],
  ['acc_trade_price_24h', 'atp24h'],
  ['trade_volume', 'tv'],
  ['ask_bid', 'ab'],
  ['trade_timestamp', 'ttms'],
);

const TRADE = keys(
  ['code', 'cd'],
  ['trade_timestamp', 'ttms'],
  ['trade_price', 'tp'],
  ['trade_volume', 'tv'],
  ['ask_bid', 'ab'],
  ['sequential_id', 'sid'],
);

const BOOK = keys(['code', 'cd'], ['timestamp', 'tms'], ['level', 'lv'], ['orderbook_units', 'obu']);

const UNIT = keys(['ask_price', 'ap'], ['bid_price', 'bp'], ['ask_size', 'as'], ['bid_size', 'bs']);

const scanner = new JsonScanner();

/** Digits of a whole number of 64 bits. */
const LONGEST_ID = 20;

const SIDES = ['"ASK"', '"BID"'];
const TYPES = ['"ticker"', '"trade"', '"orderbook"'];

const side = (): Side | undefined => {
  const taker = scanner.oneOf(SIDES);
  if (taker < 0) scanner.failed = true;
  return taker === 1 ? 'buy' : 'sell';
};

/** A message that names its type twice: the long way knows which one counts. */
const typeAgain = (): void => {
  scanner.failed = true;
};

/** The event of a frame, or `undefined` when the frame must go the long way. */
export const quickRead = (frame: Buffer, by: Stamp, receivedAt: number): MarketEvent | undefined => {
  scanner.open(frame);
  scanner.enter();
  TYPE.rewind();
  const first = scanner.key(TYPE);
  if (first <= 0) return undefined;
  const spelling = first === 1 ? 'long' : 'short';
  switch (scanner.oneOf(TYPES)) {
    case 0: {
      const event = ticker(spelling, by, receivedAt);
      return scanner.done && isTicker(event) ? event : undefined;
    }
    case 1: {
      const event = trade(spelling, by, receivedAt);
      return scanner.done && isTrade(event) ? event : undefined;
    }
    case 2: {
      const event = orderbook(spelling, by, receivedAt);
      return scanner.done && isOrderbook(event) ? event : undefined;
    }
    default:
      return undefined;
  }
};

const ticker = (spelling: keyof Keys, by: Stamp, receivedAt: number): Unchecked<Ticker> => {
  let market = '';
  let taker: Side | undefined;
  let timestamp = NaN;
  let price = NaN;
  let open = NaN;
  let high = NaN;
  let low = NaN;
  let prevClose = NaN;
  let change = NaN;
  let changeRate = NaN;
  let volume24h = NaN;
  let turnover24h = NaN;
  let tradeVolume = NaN;
  let tradedAt = NaN;
  const table = TICKER[spelling];
  table.rewind();
  for (let key = scanner.key(table); key >= 0 && !scanner.failed; key = scanner.key(table)) {
    switch (key) {
      case 1:
        market = scanner.text();
        break;
      case 2:
        timestamp = scanner.number();
        break;
      case 3:
        price = scanner.number();
        break;
      case 4:
        open = scanner.number();
        break;
      case 5:
        high = scanner.number();
        break;
      case 6:
        low = scanner.number();
        break;
      case 7:
        prevClose = scanner.number();
        break;
      case 8:
        change = scanner.number();
        break;
      case 9:
        changeRate = scanner.number();
        break;
      case 10:
        volume24h = scanner.number();
        break;
      case 11:
        turnover24h = scanner.number();
        break;
      case 12:
        tradeVolume = scanner.number();
        break;
      case 13:
        taker = side();
        break;
      case 14:
        tradedAt = scanner.number();
        break;
      case 15:
        typeAgain();
        break;
      default:
        scanner.skip();
    }
  }
  return {
    type: 'ticker',
    exchange: by.exchange,
    market,
    timestamp,
    receivedAt,
    origin: by.origin,
    tier: by.tier,
    price,
    open,
    high,
    low,
    prevClose,
    change,
    changeRate,
    volume24h,
    turnover24h,
    tradeVolume,
    side: taker,
    tradedAt,
  };
};

const trade = (spelling: keyof Keys, by: Stamp, receivedAt: number): Unchecked<Trade> => {
  let market = '';
  let taker: Side | undefined;
  let id: string | undefined;
  let timestamp = NaN;
  let price = NaN;
  let volume = NaN;
  const table = TRADE[spelling];
  table.rewind();
  for (let key = scanner.key(table); key >= 0 && !scanner.failed; key = scanner.key(table)) {
    switch (key) {
      case 1:
        market = scanner.text();
        break;
      case 2:
        timestamp = scanner.number();
        break;
      case 3:
        price = scanner.number();
        break;
      case 4:
        volume = scanner.number();
        break;
      case 5:
        taker = side();
        break;
      case 6:
        id = scanner.digits(LONGEST_ID);
        break;
      case 7:
        typeAgain();
        break;
      default:
        scanner.skip();
    }
  }
  return {
    type: 'trade',
    exchange: by.exchange,
    market,
    timestamp,
    receivedAt,
    origin: by.origin,
    tier: by.tier,
    id,
    price,
    volume,
    side: taker,
  };
};

const orderbook = (spelling: keyof Keys, by: Stamp, receivedAt: number): UncheckedBook => {
  let market = '';
  let timestamp = NaN;
  let level = 0;
  let bids: PriceLevel[] | undefined;
  let asks: PriceLevel[] | undefined;
  const table = BOOK[spelling];
  table.rewind();
  for (let key = scanner.key(table); key >= 0 && !scanner.failed; key = scanner.key(table)) {
    switch (key) {
      case 1:
        market = scanner.text();
        break;
      case 2:
        timestamp = scanner.number();
        break;
      case 3:
        level = scanner.number();
        break;
      case 4:
        bids = [];
        asks = [];
        units(UNIT[spelling], bids, asks);
        break;
      case 5:
        typeAgain();
        break;
      default:
        scanner.skip();
    }
  }
  return {
    type: 'orderbook',
    exchange: by.exchange,
    market,
    timestamp,
    receivedAt,
    origin: by.origin,
    tier: by.tier,
    bids,
    asks,
    level,
  };
};

const units = (table: KeyTable, bids: PriceLevel[], asks: PriceLevel[]): void => {
  scanner.expect('[');
  if (scanner.accept(']')) return;
  do unit(table, bids, asks);
  while (!scanner.failed && scanner.accept(','));
  scanner.expect(']');
};

/** Whether a level of a book can be so, the padding of the thinner side included. */
const isPlace = (price: number, size: number): boolean =>
  price >= 0 && price <= MOST_PRICE && size >= 0 && size < Infinity;

const unit = (table: KeyTable, bids: PriceLevel[], asks: PriceLevel[]): void => {
  let askPrice = -1;
  let bidPrice = -1;
  let askSize = -1;
  let bidSize = -1;
  scanner.enter();
  table.rewind();
  for (let key = scanner.key(table); key >= 0 && !scanner.failed; key = scanner.key(table)) {
    if (key === 1) askPrice = scanner.number();
    else if (key === 2) bidPrice = scanner.number();
    else if (key === 3) askSize = scanner.number();
    else if (key === 4) bidSize = scanner.number();
    else scanner.skip();
  }
  // The long way has words for what is wrong.
  if (!isPlace(askPrice, askSize) || !isPlace(bidPrice, bidSize)) scanner.failed = true;
  if (bidPrice > 0) bids.push({ price: bidPrice, size: bidSize });
  if (askPrice > 0) asks.push({ price: askPrice, size: askSize });
};
