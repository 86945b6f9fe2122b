import type { Interval } from './interval.js';
import type { MarketCode } from './market.js';

export const CHANNELS = ['ticker', 'trade', 'orderbook', 'candle'] as const;

export type Channel = (typeof CHANNELS)[number];

/** What one can subscribe to. Two topics with the same `topicKey` are the same topic. */
export type Topic =
  | { readonly exchange: string; readonly channel: 'ticker' | 'trade'; readonly market: MarketCode }
  | {
      readonly exchange: string;
      readonly channel: 'orderbook';
      readonly market: MarketCode;
      /** Price levels wanted on each side, 1 to 30; all the exchange shows (30) when absent. */
      readonly depth?: number;
      /** Price grouping in quote currency; 0, the default, is the raw book. */
      readonly level?: number;
    }
  | {
      readonly exchange: string;
      readonly channel: 'candle';
      readonly market: MarketCode;
      readonly interval: Interval;
    };

/** A topic's identity as a string, e.g. `upbit/candle/KRW-BTC/1m`. */
export const topicKey = (topic: Topic): string => {
  const stem = `${topic.exchange}/${topic.channel}/${topic.market}`;
  switch (topic.channel) {
    case 'orderbook':
      return `${stem}/${topic.depth ?? 30}/${topic.level ?? 0}`;
    case 'candle':
      return `${stem}/${topic.interval}`;
    default:
      return stem;
  }
};
