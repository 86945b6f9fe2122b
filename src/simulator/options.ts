import type { LimitSettings } from './limits/limits.js';

/** A recording to play instead of the simulated market. */
export interface ReplayOptions {
  /** A capture: one JSON object a line, `{ t: 'open' | 'send' | 'recv', ts, data }`. */
  readonly file: string;
  /** 1 = as recorded, 10 = ten times faster, 0 or Infinity = as fast as possible. Default 1. */
  readonly speed?: number;
}

/** How to start a simulator; everything has a default. */
export interface SimulatorOptions {
  /** TCP port on 127.0.0.1; 0 (default) takes any free one. */
  readonly port?: number;
  /** The same seed at the same clock gives the same market. Default 7. */
  readonly seed?: number;
  /** Number of KRW markets, 1 to 330. Default 200. */
  readonly markets?: number;
  /** Number of BTC and of USDT markets in addition. Default 10 each. */
  readonly otherMarkets?: number;
  /** Multiplies the trade rate of every market; 0.01 is very quiet. Default 1. */
  readonly activity?: number;
  /** The clock, ms UTC. Default `Date.now`. */
  readonly now?: () => number;
  /** Limits that differ from the exchange's; `Infinity` switches one off. */
  readonly limits?: Partial<LimitSettings>;
  /** Plays a recording instead of the simulated market. */
  readonly replay?: ReplayOptions;
}
