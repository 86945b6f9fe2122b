import type { Candle, Orderbook, Ticker, Trade } from '../src/model/events.js';

/* Events for specs: plausible in every field, and any field as the spec needs it. */

const provenance = {
  exchange: 'test',
  market: 'KRW-BTC',
  timestamp: 1_000,
  receivedAt: 1_000,
  origin: 'websocket',
  tier: 'live-subscription',
} as const;

export const ticker = (fields: Partial<Ticker> = {}): Ticker => ({
  type: 'ticker',
  ...provenance,
  price: 100,
  open: 90,
  high: 110,
  low: 80,
  prevClose: 95,
  change: 5,
  changeRate: 0.0526,
  volume24h: 12,
  turnover24h: 1_200,
  tradeVolume: 1,
  side: 'buy',
  ...fields,
});

export const trade = (fields: Partial<Trade> = {}): Trade => ({
  type: 'trade',
  ...provenance,
  id: '17883351803770001',
  price: 100,
  volume: 1,
  side: 'sell',
  ...fields,
});

export const orderbook = (fields: Partial<Orderbook> = {}): Orderbook => ({
  type: 'orderbook',
  ...provenance,
  bids: [
    { price: 99, size: 1 },
    { price: 98, size: 2 },
  ],
  asks: [
    { price: 101, size: 1 },
    { price: 102, size: 2 },
  ],
  level: 0,
  ...fields,
});

export const candle = (fields: Partial<Candle> = {}): Candle => ({
  type: 'candle',
  ...provenance,
  interval: '1m',
  openTime: 0,
  open: 100,
  high: 110,
  low: 90,
  close: 105,
  volume: 3,
  turnover: 300,
  state: 'open',
  ...fields,
});
