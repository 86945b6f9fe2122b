import type { TierName } from './provenance.js';

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
}

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
}

/** What the engine tells about itself while it works, on `backbone.events$`. */
export type EngineEvent = Rejection | ConnectionChange | TierChange | Eviction;
