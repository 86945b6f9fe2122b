import type { Candle, MarketEvent, Orderbook, Ticker, TierName, Trade } from 'market-data-backbone';
import type { MarketTruth, TrueBook, TrueCandle, TrueTrade } from 'market-data-backbone/simulator';
import type { Recording, Sighting, Watched } from '../run/recording.js';

/* A small market and what was seen of it, made up, so that a judge can be shown to find what it looks for. */

export const MARKET = 'KRW-SOL';

export const trueTrade = (time: number, order = 0): TrueTrade => ({
  id: `${time}${String(order).padStart(4, '0')}`,
  time,
  price: '100.5',
  volume: '2',
  side: 'buy',
});

const provenance = (timestamp: number, tier: TierName = 'live-subscription') =>
  ({ exchange: 'simulated', market: MARKET, timestamp, receivedAt: timestamp, origin: 'simulation', tier }) as const;

export const trade = (of: TrueTrade, changes: Partial<Trade> = {}): Trade => ({
  type: 'trade',
  ...provenance(of.time),
  id: of.id,
  price: Number(of.price),
  volume: Number(of.volume),
  side: of.side,
  ...changes,
});

export const ticker = (timestamp: number, price = 100.5): Ticker => ({
  type: 'ticker',
  ...provenance(timestamp),
  price,
  open: 1,
  high: 1,
  low: 1,
  prevClose: 1,
  change: 0,
  changeRate: 0,
  volume24h: 1,
  turnover24h: 1,
  tradeVolume: 1,
});

export const book = (timestamp: number, bid = 1, ask = 2): Orderbook => ({
  type: 'orderbook',
  ...provenance(timestamp),
  bids: [{ price: bid, size: 1 }],
  asks: [{ price: ask, size: 1 }],
  level: 0,
});

export const candle = (openTime: number, close: number, volume = 1): Candle => ({
  type: 'candle',
  ...provenance(openTime + 500),
  interval: '1s',
  openTime,
  open: 1,
  high: 9,
  low: 1,
  close,
  volume,
  turnover: 1,
  state: 'open',
});

export const trueCandle = (start: number, close: number, volume = 1): TrueCandle => ({
  start,
  open: '1',
  high: '9',
  low: '1',
  close: String(close),
  volume: String(volume),
  turnover: '1',
  trades: 1,
});

/** Seen `late` ms after its own time. */
export const seen = (event: MarketEvent, late = 20): Sighting => ({ at: event.timestamp + late, event });

export const watched = (channel: Watched['channel'], sightings: Sighting[]): Watched => ({
  channel,
  market: MARKET,
  interval: channel === 'candle' ? '1s' : undefined,
  sightings,
});

export const truthOf = (facts: {
  readonly trades?: readonly TrueTrade[];
  readonly candles?: readonly TrueCandle[];
  readonly books?: readonly TrueBook[];
}): MarketTruth => ({
  markets: [MARKET],
  trades: (_, from, until) => (facts.trades ?? []).filter(({ time }) => from <= time && time < until),
  candles: (_, _interval, to) => Promise.resolve((facts.candles ?? []).filter(({ start }) => start < to)),
  book: (_, at) => (facts.books ?? []).findLast(({ changedAt }) => changedAt <= at),
});

export const trueBook = (changedAt: number, bid = 1, ask = 2): TrueBook => ({
  changedAt,
  bids: [{ price: String(bid), size: '1' }],
  asks: [{ price: String(ask), size: '1' }],
});

const frames = { received: 0, delivered: 0, unclaimed: 0, control: 0, rejected: 0 };
const ledger = { received: 0, delivered: 0, coalesced: 0, dropped: 0, rejected: 0 };

export const recording = (changes: Partial<Recording> = {}): Recording => ({
  startedAt: 0,
  endedAt: 100_000,
  struck: [],
  watched: [],
  fetched: [],
  signals: [],
  errors: [],
  stats: {
    requests: {},
    rejected429: {},
    overBudget: {},
    rejected418: 0,
    calledWhileBlocked: [],
    maxPerSecond: {},
    wsHandshakes: 1,
    wsMessages: 1,
    wsMessagesRefused: 0,
    framesSent: {},
    socketsOpen: 1,
  },
  status: { frames, ledger, watched: [] },
  ...changes,
});
