import { InvalidRequestError } from '../../errors.js';
import type { Interval } from '../../model/interval.js';
import type { MarketCode } from '../../model/market.js';
import type { RestRequest } from '../transport/from-rest.js';
import { groupOf } from './limits.js';

const CANDLE_PATHS: Readonly<Record<Interval, string>> = {
  '1s': 'seconds',
  '1m': 'minutes/1',
  '3m': 'minutes/3',
  '5m': 'minutes/5',
  '10m': 'minutes/10',
  '15m': 'minutes/15',
  '30m': 'minutes/30',
  '1h': 'minutes/60',
  '4h': 'minutes/240',
  '1d': 'days',
  '1w': 'weeks',
  '1M': 'months',
  '1y': 'years',
};

/** UTC to the second, `2026-09-01T00:00:00Z`: the one spelling of an instant that every endpoint accepts. */
const utcSecond = (ms: number): string => {
  if (!Number.isFinite(ms) || Math.abs(ms) > 8.64e15) {
    throw new InvalidRequestError(`'to' must be a time in ms UTC, not ${ms}`, { to: ms });
  }
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
};

export const allMarkets = (details: boolean): RestRequest => ({
  path: '/market/all',
  query: { is_details: details },
  group: 'market',
});

/** `to` is exclusive, ms; fractions of a second are rounded up, so nothing before it is lost. */
export const candles = (market: MarketCode, interval: Interval, count: number, to?: number): RestRequest => ({
  path: `/candles/${CANDLE_PATHS[interval]}`,
  query: { market, count, to: to === undefined ? undefined : utcSecond(Math.ceil(to / 1_000) * 1_000) },
  group: groupOf('candle'),
});

/** Where a page of trades starts: before a trade id, or before a time of day, on a UTC day 0 to 7 days back. */
export interface TradePosition {
  readonly cursor?: string;
  readonly daysAgo?: number;
  /** `HH:mm:ss`, exclusive. */
  readonly timeOfDay?: string;
}

export const trades = (market: MarketCode, count: number, position: TradePosition = {}): RestRequest => ({
  path: '/trades/ticks',
  query: {
    market,
    count,
    to: position.timeOfDay,
    cursor: position.cursor,
    days_ago: position.daysAgo === 0 ? undefined : position.daysAgo,
  },
  group: groupOf('trade'),
});

export const tickers = (markets: readonly MarketCode[]): RestRequest => ({
  path: '/ticker',
  query: { markets: markets.join() },
  group: groupOf('ticker'),
});

export const tickersOfQuotes = (quotes: readonly string[]): RestRequest => ({
  path: '/ticker/all',
  query: { quote_currencies: quotes.join() },
  group: groupOf('ticker'),
});

export const orderbooks = (markets: readonly MarketCode[], depth = 30, level = 0): RestRequest => ({
  path: '/orderbook',
  query: { markets: markets.join(), level: level === 0 ? undefined : level, count: depth === 30 ? undefined : depth },
  group: groupOf('orderbook'),
});

export const instruments = (markets: readonly MarketCode[]): RestRequest => ({
  path: '/orderbook/instruments',
  query: { markets: markets.join() },
  group: groupOf('orderbook'),
});

export const supportedLevels = (markets: readonly MarketCode[]): RestRequest => ({
  path: '/orderbook/supported_levels',
  query: { markets: markets.join() },
  group: groupOf('orderbook'),
});
