import { dateTimeKst, dateTimeUtc, dateUtc } from '../calendar.js';
import { candlesBefore, type Candle } from '../market/candles.js';
import type { Listing } from '../market/market.js';
import { DAY } from '../market/price-path.js';
import { priceOf, ratioOf, turnoverOf, volumeOf } from '../market/units.js';
import { DAYS, MONTHS, SECONDS, WEEKS, YEARS, type Windows } from '../market/windows.js';
import { Decimal, type Spelling } from '../numbers/decimal.js';
import type { JsonObject } from '../numbers/json.js';
import { listed, type Call, type Endpoint } from './endpoint.js';
import { parseInstant } from './instants.js';
import { required, rowCount } from './query.js';

const MOST = 200;
const SECONDS_KEPT = 92 * 86_400_000;

const row = (listing: Listing, { start, tally, storedAt }: Candle, spelling: Spelling): JsonObject => {
  const price = (steps: number) => priceOf(listing.series, steps, spelling);
  return {
    market: listing.instrument.code,
    candle_date_time_utc: dateTimeUtc(start),
    candle_date_time_kst: dateTimeKst(start),
    opening_price: price(tally.open),
    high_price: price(tally.high),
    low_price: price(tally.low),
    trade_price: price(tally.close),
    timestamp: storedAt,
    candle_acc_trade_price: turnoverOf(listing.series, tally.turnover, spelling),
    candle_acc_trade_volume: volumeOf(listing.series, tally.volume, 'fixed8'),
  };
};

type Extras = (listing: Listing, candle: Candle, call: Call) => JsonObject;

const endpoint =
  (windows: Windows, spelling: Spelling, extras: Extras, keptFor = Infinity): Endpoint =>
  async (call) => {
    const { exchange, query, now } = call;
    const code = required(query, 'market');
    const count = rowCount(query, MOST);
    const given = query.get('to');
    const to = given === undefined || given === '' ? now + 1 : parseInstant(given);
    const listing = listed(exchange, code);
    const floor = Math.max(0, now - keptFor);
    const candles = await candlesBefore(listing.ledger, windows, { to, count, until: now + 1, floor });
    return candles.map((candle) => ({ ...row(listing, candle, spelling), ...extras(listing, candle, call) }));
  };

/** A close in another currency, by the last price before `until`; null when there is nothing to convert. */
const converted = (listing: Listing, close: number, unit: string, { exchange, now }: Call, until: number) => {
  const rates = exchange.listing(`${unit}-${listing.instrument.quote}`);
  const rate = rates?.ledger.lastBefore(Math.min(until, now + 1));
  if (rates === undefined || rate === undefined) return null;
  const [price, factor] = [priceOf(listing.series, close), priceOf(rates.series, rate.price)];
  return new Decimal(BigInt(price.units) * BigInt(factor.units), price.scale + factor.scale, 'point');
};

const dayExtras: Extras = (listing, { start, tally }, call) => {
  const { series, ledger } = listing;
  const before = ledger.lastBefore(start)?.price ?? tally.open;
  const unit = call.query.get('converting_price_unit') ?? '';
  return {
    prev_closing_price: priceOf(series, before, 'point'),
    change_price: priceOf(series, tally.close - before, 'point'),
    change_rate: ratioOf(tally.close - before, before),
    ...(unit === '' ? {} : { converted_trade_price: converted(listing, tally.close, unit, call, start + DAY) }),
  };
};

const periodExtras: Extras = (_, { start }) => ({ first_day_of_period: dateUtc(start) });

export const secondCandles = endpoint(SECONDS, 'fixed8', () => ({}), SECONDS_KEPT);
export const dayCandles = endpoint(DAYS, 'point', dayExtras);
export const weekCandles = endpoint(WEEKS, 'point', periodExtras);
export const monthCandles = endpoint(MONTHS, 'point', periodExtras);
export const yearCandles = endpoint(YEARS, 'point', periodExtras);
export const minuteCandles = (unit: number, windows: Windows): Endpoint =>
  endpoint(windows, 'fixed8', () => ({ unit }));
