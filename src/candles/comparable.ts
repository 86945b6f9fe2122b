import type { MarketEvent } from '../model/events.js';

/** The numbers of an event that two sources must agree on, by name; of a book the best prices. */
export const numbersOf = (event: MarketEvent): Readonly<Record<string, number | undefined>> => {
  switch (event.type) {
    case 'ticker': {
      // Amounts of the last 24 hours differ with the instant.
      const { price, open, high, low, prevClose } = event;
      return { price, open, high, low, prevClose };
    }
    case 'trade': {
      const { price, volume } = event;
      return { price, volume };
    }
    case 'orderbook':
      return { bid: event.bids[0]?.price, ask: event.asks[0]?.price };
    case 'candle': {
      const { open, high, low, close, volume, turnover } = event;
      return { open, high, low, close, volume, turnover };
    }
  }
};

/** The names `numbersOf` knows. */
export const FIELDS = [
  'price',
  'open',
  'high',
  'low',
  'close',
  'prevClose',
  'volume',
  'turnover',
  'bid',
  'ask',
] as const;

export type ComparedField = (typeof FIELDS)[number];

/** The difference relative to the larger of two numbers: 0 for equal ones, 2 at most. */
export const relativeDifference = (a: number, b: number): number =>
  a === b ? 0 : Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
