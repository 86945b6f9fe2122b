import type { Channel, EngineEvent, IntervalName, MarketEvent, Status } from 'market-data-backbone';
import type { SimulatorStats } from 'market-data-backbone/simulator';
import type { Planned } from '../plan/fault.js';

/** Something the engine said, and when. All times here are ms UTC by this process's clock. */
export interface Sighting {
  readonly at: number;
  /** Of an order book the best levels alone. */
  readonly event: MarketEvent;
}

/** One watched topic and everything it said. */
export interface Watched {
  readonly channel: Channel;
  readonly market: string;
  readonly interval: IntervalName | undefined;
  readonly sightings: Sighting[];
}

/** The answer to a fetch, or why there was none. */
export interface Fetched {
  readonly at: number;
  readonly channel: Channel;
  readonly market: string;
  readonly maxAge: number;
  readonly event?: MarketEvent;
  readonly error?: unknown;
}

/** A fault as it really happened. */
export interface Struck extends Planned {
  readonly from: number;
  readonly until: number;
}

/** Something that must never happen: an error nobody handled, or one told to a subscriber. */
export interface Mishap {
  readonly at: number;
  readonly what: string;
}

/** All that is known about one run. */
export interface Recording {
  readonly startedAt: number;
  /** Everything that happened on the exchange before this has had time to arrive. */
  readonly endedAt: number;
  readonly struck: readonly Struck[];
  readonly watched: readonly Watched[];
  readonly fetched: readonly Fetched[];
  readonly signals: readonly EngineEvent[];
  /** Errors told to subscribers that were no contract's end. */
  readonly errors: readonly Mishap[];
  readonly stats: SimulatorStats;
  readonly status: Pick<Status, 'frames' | 'ledger' | 'watched'>;
}

/** Name of a topic, for people. */
export const nameOf = ({ channel, market, interval }: Omit<Watched, 'sightings'>): string =>
  `${channel} ${market}${interval === undefined ? '' : ` ${interval}`}`;
