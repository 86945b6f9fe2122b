import type { SchedulerLike } from 'rxjs';
import { z } from 'zod';
import { InvalidRequestError } from './errors.js';
import type { TierName } from './model/provenance.js';
import type { CircuitStatus, Connectivity, ConnectionState, ExitPhase } from './model/signals.js';
import type { BackoffPolicy } from './routing/backoff.js';
import type { ExitLimits } from './routing/exit-machine.js';
import type { TierRecord } from './routing/health.js';
import type { NetworkPolicy } from './routing/policy.js';
import type { SloOptions, SloReport } from './routing/slo.js';
import type { Ledger, TopicStatus } from './routing/topic-records.js';
import type { FrameCounts, Source } from './sources/source.js';
import type { CandleStore } from './store/candle-store.js';

export interface BackboneOptions {
  /** The exchange. Default `upbitSource()`: Upbit, no key needed. */
  readonly source?: Source;
  /**
   * Where candles are kept: history is served from it as far as it is complete, `backfill` fills it. Default: none. The
   * engine does not close it.
   */
  readonly store?: CandleStore;
  /** How sparing to be with the exchange's request budget: the share of it after which efficiency counts fully. Default `balanced` (75 %). */
  readonly networkPolicy?: NetworkPolicy;
  /** How long a topic stays open after its last subscriber left, ms. Default 5,000. */
  readonly linger?: number;
  /** Most topics open at once. Default 2,000. */
  readonly capacity?: number;
  /**
   * While the socket is down: about the time from one poll to the next, ms; all topics are polled at the same moments.
   * Default 500; topics that no socket carries ten times as long.
   */
  readonly pollEvery?: number;
  /** How long an open socket may take to deliver a topic's first event before polling helps out, ms; after twice as long that is told. Default 500. */
  readonly patience?: number;
  /** Longest wait of a single fetch for the socket's first value, ms. Default 2,000. */
  readonly liveTimeLimit?: number;
  /** How reconnects are spaced. Default 50 ms, three times as long each time up to 1.5 s, up to half of it taken off at random. */
  readonly reconnect?: BackoffPolicy;
  /** When requests go straight to the exchange, and how often the router is tried again. Default: 3 failures in a row or 300 s without success; every 300 s. */
  readonly exit?: Partial<ExitLimits>;
  /** Service level objectives. Default: 95 % answered, and 95 % of answers within 1,000 ms, over 60 s. */
  readonly slo?: Partial<SloOptions>;
  /** Time between health checks of router, REST and socket while the socket is in use, ms; 0 for none. Default 60,000. */
  readonly healthCheckEvery?: number;
  /** Clock and timers; a `TestScheduler` puts everything above the transport into virtual time. Default `asyncScheduler`. */
  readonly scheduler?: SchedulerLike;
  /** Randomness for jitter, 0 to 1. Default `Math.random`. */
  readonly random?: () => number;
}

/** What the engine is doing, as one value. */
export interface Status {
  readonly exchange: string;
  readonly connection: ConnectionState;
  /** Why the connection is down; absent otherwise. */
  readonly reason?: string;
  /** Topics open, those that linger after their last subscriber included. */
  readonly topics: number;
  /** Each open topic: what serves it, whether its last event is as good as new, and what became of its events. */
  readonly watched: readonly TopicStatus[];
  /** What became of the events of all topics since the engine started. */
  readonly ledger: Ledger;
  /** What became of every frame of the socket. */
  readonly frames: FrameCounts;
  /** What became of every tier's tries. */
  readonly tiers: Readonly<Record<TierName, TierRecord>>;
  /** Which tiers are left alone for a channel because they keep failing, of all that were tried. */
  readonly circuits: readonly CircuitStatus[];
  /** Who answers requests: the router, or the exchange itself. */
  readonly phase: ExitPhase;
  /** Whether the exchange can be reached, as far as the last tries of each road tell. */
  readonly connectivity: Connectivity;
  /** How the service level objectives stand. */
  readonly slo: SloReport;
}

const ms = z.number().min(0);

const limits = z.object({
  networkPolicy: z.enum(['aggressive', 'balanced', 'conservative', 'minimal']).optional(),
  linger: ms.optional(),
  capacity: z.int().min(1).optional(),
  // Less would spend the exchange's whole budget on one market.
  pollEvery: z.number().min(100).optional(),
  patience: ms.optional(),
  liveTimeLimit: z.number().min(1).optional(),
  reconnect: z
    .object({
      initial: z.number().min(1),
      factor: z.number().min(1),
      max: z.number().min(1),
      jitter: z.number().min(0).max(1),
      stableAfter: ms,
    })
    .optional(),
});

/** The options as they are; throws `InvalidRequestError` that names each wrong one and what was expected. */
export const checkOptions = (options: BackboneOptions): BackboneOptions => {
  const result = limits.safeParse(options);
  if (result.success) return options;
  const wrong = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new InvalidRequestError(`options of the engine: ${wrong.join('; ')}`, { wrong });
};
