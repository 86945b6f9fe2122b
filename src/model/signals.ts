import type { TierName } from './provenance.js';
import type { Channel } from './topic.js';

/** A frame or body that did not have the documented shape. Nothing was delivered from it. */
export interface Rejection {
  readonly type: 'rejected';
  readonly exchange: string;
  /** When it was received, ms UTC. */
  readonly at: number;
  readonly via: 'websocket' | 'rest';
  /** What was wrong and what was expected. */
  readonly reason: string;
  /** The text as received, cut after 2,000 characters. */
  readonly raw: string;
}

/** The exchange's socket changed state. */
export interface ConnectionChange {
  readonly type: 'connection';
  readonly exchange: string;
  readonly at: number;
  readonly state: ConnectionState;
  /** Why, where there is a reason. */
  readonly reason?: string;
}

/** `idle`: nothing subscribed; `connecting`: first try; `up`: open; `down`: lost, being tried again. */
export type ConnectionState = 'idle' | 'connecting' | 'up' | 'down';

/** A watched topic is now served by another tier than before. */
export interface TierChange {
  readonly type: 'tier-change';
  readonly topic: string;
  readonly at: number;
  readonly from: TierName | undefined;
  readonly to: TierName;
  readonly reason: TierChangeReason;
}

export type TierChangeReason =
  /** The topic's first event. */
  | 'opened'
  /** The connection was lost. */
  | 'connection-down'
  /** The connection is up, and does not deliver this topic. */
  | 'silent'
  /** What a break left out is told first. */
  | 'repair'
  /** The live stream delivers again. */
  | 'returned';

/** A watched topic's live stream does not say what there is to say; it is served by REST until it does. */
export interface Stale {
  readonly type: 'stale';
  readonly topic: string;
  readonly market: string;
  readonly at: number;
  readonly reason: StaleReason;
  /** How long it has said nothing, ms. */
  readonly silentFor: number;
}

export type StaleReason =
  /** The connection is up, and has not said anything about the topic: perhaps the exchange does not know it. */
  | 'no-snapshot'
  /** It fell silent, and REST knows something newer. */
  | 'newer-elsewhere';

/** One end of a stretch of a stream. */
export interface Mark {
  /** Exchange time of a trade, open time of a candle, ms UTC. */
  readonly time: number;
  /** Id of a trade. */
  readonly id?: string;
}

/** What came between two events of a watched topic cannot be had, and will not be delivered. */
export interface Gap {
  readonly type: 'gap';
  readonly topic: string;
  readonly at: number;
  /** The last event delivered before the gap. */
  readonly after: Mark;
  /** The first event delivered after it. */
  readonly before: Mark;
  readonly reason: GapReason;
}

export type GapReason =
  /** More was missing than is fetched in one repair; the newest part of it was delivered. */
  | 'too-many'
  /** The exchange could not be asked in time. */
  | 'unreachable'
  /** REST did not catch up with the socket in time. */
  | 'behind'
  /** So much came live while the missing part was being fetched that it was no longer waited for. */
  | 'overflow';

/** What a break of a watched topic's stream had left out has been fetched, and delivered before what came after it. */
export interface Repaired {
  readonly type: 'repaired';
  readonly topic: string;
  readonly at: number;
  readonly after: Mark;
  readonly before: Mark;
  /** Events delivered that would have been missing. */
  readonly count: number;
}

/** A trade that the live stream had left out while it went on with others has been found, and is delivered now. */
export interface Late {
  readonly type: 'late';
  readonly topic: string;
  readonly at: number;
  readonly trade: Mark;
  /** The latest trade delivered before it. */
  readonly behind: Mark;
}

/** What happens to a watched topic's stream, besides its events. */
export type TopicSignal = TierChange | Gap | Repaired | Late | Stale;

/** Why a shared stream left the hot cache. */
export type EvictionReason =
  /** Its last subscriber left and the linger passed. */
  | 'linger-elapsed'
  /** The cache was full and this one had no subscriber. */
  | 'capacity'
  /** Its source ended with an error. */
  | 'failed'
  /** Its source completed. */
  | 'completed'
  /** The engine was closed. */
  | 'closed';

export interface Eviction {
  readonly type: 'evicted';
  readonly topic: string;
  readonly at: number;
  readonly reason: EvictionReason;
  /** What ended the stream, where it failed. */
  readonly error?: MarketDataErrorLike;
}

/** As much of an error as an event needs to tell of it. */
interface MarketDataErrorLike {
  readonly code: string;
  readonly message: string;
}

/** `closed`: tried as ever. `open`: not tried. `half-open`: tried now and then, to see whether it works again. */
export type CircuitState = 'closed' | 'open' | 'half-open';

/** A tier is left alone for a channel because it keeps failing, or tried again. */
export interface CircuitChange {
  readonly type: 'circuit';
  readonly tier: TierName;
  readonly channel: Channel;
  readonly at: number;
  readonly from: CircuitState;
  readonly to: CircuitState;
  readonly reason: string;
}

/** The circuit of one tier and channel. */
export interface CircuitStatus {
  readonly tier: TierName;
  readonly channel: Channel;
  readonly state: CircuitState;
  /** Why it opened; absent while closed. */
  readonly reason?: string;
  /** Time until a try is let through, ms; absent while closed. */
  readonly heldBackFor?: number;
}

/**
 * Who answers requests. `routed`: the router; `switching`: it has failed for good and requests go straight to the exchange,
 * which has not answered yet; `stabilising`: the exchange answers directly; `trying`: one real request tries the router,
 * all others go direct.
 */
export type ExitPhase = 'routed' | 'switching' | 'stabilising' | 'trying';

/** Requests are answered by another road than before: the router was left, is being tried again, or is back. */
export interface ExitChange {
  readonly type: 'exit';
  readonly at: number;
  readonly phase: ExitPhase;
  readonly reason: string;
}

/** `success`: enough requests were answered; `response`: enough of the answered ones were answered in time. */
export type Objective = 'success' | 'response';

/** A service level objective was breached, or is met again. */
export interface SloChange {
  readonly type: 'slo';
  readonly at: number;
  readonly objective: Objective;
  readonly state: 'breached' | 'met';
  /** Share of the window's requests that were as they should be, 0 to 1. */
  readonly measured: number;
  /** The least share that meets the objective, 0 to 1. */
  readonly target: number;
}

/** What became of one probe. */
export interface Verdict {
  readonly ok: boolean;
  /** Time it took, ms. */
  readonly elapsed: number;
  /** What went wrong; only where something did. */
  readonly reason?: string;
}

/** Every road was tried once. */
export interface HealthReport {
  readonly type: 'health';
  readonly at: number;
  readonly router: Verdict;
  readonly rest: Verdict;
  readonly socket: Verdict;
}

/** `online`: no road is known to be lost; `degraded`: one of REST and socket is; `offline`: none is left. */
export type Connectivity = 'online' | 'degraded' | 'offline';

/** Whether the exchange can be reached at all has changed, as far as the last tries of each road tell. */
export interface ConnectivityChange {
  readonly type: 'connectivity';
  readonly at: number;
  readonly state: Connectivity;
  readonly reason: string;
}

/** The exchange refuses everything from here; nothing is sent until the block ends. */
export interface Blocked {
  readonly type: 'blocked';
  readonly at: number;
  /** When it ends, as far as the exchange says, ms UTC. */
  readonly until: number;
  readonly reason: string;
}

/** What the engine tells about how well it can do its work. */
export type LifelineEvent = ExitChange | SloChange | HealthReport | ConnectivityChange | Blocked;

/** What the engine tells about itself while it works, on `backbone.events$`. */
export type EngineEvent = Rejection | CircuitChange | ConnectionChange | Eviction | TopicSignal | LifelineEvent;
