import type { Interval } from './interval.js';
import type { MarketCode } from './market.js';
import { topicKey, type Channel, type Topic } from './topic.js';

/** What the data are for; it decides which tier is preferred and how old an answer may be. */
export const CONTEXTS = ['trading', 'monitoring', 'scanning', 'backtesting', 'research', 'maintenance'] as const;

export type UsageContext = (typeof CONTEXTS)[number];

/** `auto` lets the policy choose; `rest` and `websocket` allow only tiers that go, or went, that way. */
export type Via = 'auto' | 'rest' | 'websocket';

/** How much a request is in a hurry, most first: its place among those who wait for the exchange's request budget. */
export const PRIORITIES = ['critical', 'high', 'normal', 'low'] as const;

export type Priority = (typeof PRIORITIES)[number];

/** Whether one priority goes before another. */
export const isMoreUrgent = (one: Priority, other: Priority): boolean =>
  PRIORITIES.indexOf(one) < PRIORITIES.indexOf(other);

/** One question to the router: the latest facts, or history, of one or many markets. Complete: every default applied. */
export interface DataRequest {
  readonly exchange: string;
  readonly channel: Channel;
  readonly markets: readonly MarketCode[];
  /** Candles only: the interval. */
  readonly interval?: Interval;
  /** Order books only: levels wanted on each side, 1 to 30. */
  readonly depth?: number;
  /** Order books only: price grouping in quote currency, 0 for none. */
  readonly level?: number;
  /** How many trades or candles are wanted, newest first in time; 1 is the latest alone. */
  readonly count: number;
  /** Only facts strictly before this instant, ms UTC. */
  readonly to?: number;
  /** Everything from this instant on, ms UTC, a trade by its time and a candle by its open time; `count` at most. */
  readonly since?: number;
  readonly context: UsageContext;
  /** Whether the caller reacts at once; prefers tiers that are live. */
  readonly realtime: boolean;
  /** Oldest acceptable answer from a cache, ms; a healthy live stream's last value is fresh whatever its age. */
  readonly maxAge: number;
  readonly via: Via;
  /** Its place among those who wait for the exchange's request budget; `normal` when absent. */
  readonly priority?: Priority;
}

/** The topic one market of a request is about. */
export const topicOf = (request: DataRequest, market: MarketCode): Topic => {
  const { exchange, channel, depth, level, interval } = request;
  switch (channel) {
    case 'orderbook':
      return {
        exchange,
        channel,
        market,
        ...(depth === undefined ? {} : { depth }),
        ...(level === undefined ? {} : { level }),
      };
    case 'candle':
      return { exchange, channel, market, interval: interval ?? '1m' };
    default:
      return { exchange, channel, market };
  }
};

/** Whether the request asks only for the latest fact of each market, not for history. */
export const isLatest = ({ count, to, since }: DataRequest): boolean =>
  count === 1 && to === undefined && since === undefined;

/** Identity of the data a request asks for, whoever asks and why. */
export const requestKey = (request: DataRequest): string =>
  `${request.markets.map((market) => topicKey(topicOf(request, market))).join()}#${request.count}@${request.since ?? ''}-${request.to ?? 'now'}`;
