import type { Interval } from './interval.js';
import type { MarketCode } from './market.js';
import type { Origin, TierName } from './provenance.js';

/** What every event says about itself. All times are integer milliseconds since 1970-01-01 UTC. */
export interface Provenance {
  /** The exchange the fact is about, e.g. `upbit`. */
  readonly exchange: string;
  /** Quote-base code of the market, e.g. `KRW-BTC`. */
  readonly market: MarketCode;
  /** The exchange's own time of the fact, ms UTC: of a trade its execution, of anything else when the exchange produced it. */
  readonly timestamp: number;
  /** When this process received the fact from the exchange, ms UTC; a cached event keeps its first receive time. */
  readonly receivedAt: number;
  /** What kind of place the event was taken from. */
  readonly origin: Origin;
  /** The tier that delivered it. */
  readonly tier: TierName;
  /** On a connection only: told because the exchange was asked, and not because it had just happened. No fact of the market. */
  readonly snapshot?: true;
}

/** The taker's side: `buy` when the aggressor bought, `sell` when the aggressor sold. */
export type Side = 'buy' | 'sell';

/** The state of a market's day. The day starts at 00:00 UTC. */
export interface Ticker extends Provenance {
  readonly type: 'ticker';
  /** Price of the last trade, quote currency. */
  readonly price: number;
  /** Price of the day's first trade, quote currency. */
  readonly open: number;
  /** Highest price of the day, quote currency. */
  readonly high: number;
  /** Lowest price of the day, quote currency. */
  readonly low: number;
  /** Last price of the previous day, quote currency; generally not equal to `open`. */
  readonly prevClose: number;
  /** `price` minus `prevClose`, signed, quote currency. */
  readonly change: number;
  /** `change` divided by `prevClose`, signed, a fraction: 0.01 is one per cent. */
  readonly changeRate: number;
  /** Volume of the last 24 hours, base currency. */
  readonly volume24h: number;
  /** Turnover of the last 24 hours, quote currency. */
  readonly turnover24h: number;
  /** Size of the last trade, base currency. */
  readonly tradeVolume: number;
  /** Taker side of the last trade; absent where the exchange does not say (REST). */
  readonly side?: Side;
  /** Exchange time of the last trade, ms UTC; absent where the exchange does not say. */
  readonly tradedAt?: number;
}

/** One execution. */
export interface Trade extends Provenance {
  readonly type: 'trade';
  /** The exchange's id, unique within the market; a string because it exceeds 2^53. */
  readonly id: string;
  /** Execution price, quote currency. */
  readonly price: number;
  /** Executed size, base currency. */
  readonly volume: number;
  /** The taker's side. */
  readonly side: Side;
}

/** One price level of a book. */
export interface PriceLevel {
  /** Limit price, quote currency; never zero. */
  readonly price: number;
  /** Total size resting at this price, base currency. */
  readonly size: number;
}

/** The whole visible book at one instant; each one replaces the one before. */
export interface Orderbook extends Provenance {
  readonly type: 'orderbook';
  /** Buy side, highest price first. */
  readonly bids: readonly PriceLevel[];
  /** Sell side, lowest price first. */
  readonly asks: readonly PriceLevel[];
  /** Price grouping in quote currency; 0 is the raw book. */
  readonly level: number;
}

/**
 * How settled a candle is: `open` while its window runs, `provisional` when the window has ended but late trades may
 * still change it, `final` once that grace has passed, `revised` when a late trade or a later read changed a final one.
 *
 * The exchange does not say when a candle is done. A candle as it comes from the exchange is `open` or `provisional` by
 * the time it was received; REST rows are `final` from two seconds after their window on. The operators `finality`,
 * `toCandles` and `resample` tell all four, by the clock.
 */
export type CandleState = 'open' | 'provisional' | 'final' | 'revised';

/** The trades of one window. A window without trades has no candle. */
export interface Candle extends Provenance {
  readonly type: 'candle';
  /** Length of the window. */
  readonly interval: Interval;
  /** Start of the window, ms UTC; this, and never `timestamp`, says which candle it is. */
  readonly openTime: number;
  /** First price, quote currency. */
  readonly open: number;
  /** Highest price, quote currency. */
  readonly high: number;
  /** Lowest price, quote currency. */
  readonly low: number;
  /** Last price so far, quote currency. */
  readonly close: number;
  /** Volume so far, base currency. */
  readonly volume: number;
  /** Turnover so far, quote currency. */
  readonly turnover: number;
  /** How settled the candle is. */
  readonly state: CandleState;
  /** Its first part was not seen, so its figures are those of the rest alone; it never becomes `final`. */
  readonly partial?: true;
  /** Nothing was traded: the candle repeats the close before it. No fact of the exchange, and never stored as one. */
  readonly filled?: true;
}

/** Everything that flows; `type` tells which. */
export type MarketEvent = Ticker | Trade | Orderbook | Candle;

/** The event type a channel carries. */
export interface EventOf {
  readonly ticker: Ticker;
  readonly trade: Trade;
  readonly orderbook: Orderbook;
  readonly candle: Candle;
}

/** The event without the connection's mark, as everybody is told it. */
export const unmarked = <E extends MarketEvent>(event: E): E => {
  if (event.snapshot === undefined) return event;
  const copy = { ...event };
  Reflect.deleteProperty(copy, 'snapshot');
  return copy;
};
