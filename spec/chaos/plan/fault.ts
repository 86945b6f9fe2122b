import type { Channel } from 'market-data-backbone';
import type { FaultName, FaultSettings } from 'market-data-backbone/simulator';

/** What a proxy between engine and exchange can do to the bytes, to all its connections until it is cleared. */
export type WireFault =
  /** Every connection is reset now. */
  | { readonly kind: 'cut' }
  /** Connections that are open now pass nothing any more, in either direction, and stay open. */
  | { readonly kind: 'freeze' }
  /** New connections are accepted and never answered. */
  | { readonly kind: 'mute' }
  /** New connections are refused: nobody listens. */
  | { readonly kind: 'refuse' }
  /** What the exchange says arrives `ms` late. */
  | { readonly kind: 'lag'; readonly ms: number }
  /** What the exchange says comes at most so fast. */
  | { readonly kind: 'throttle'; readonly bytesPerSecond: number }
  /** What the exchange says comes in segments of at most so many bytes. */
  | { readonly kind: 'split'; readonly most: number }
  /** What the exchange says is gathered and comes every `ms`. */
  | { readonly kind: 'lump'; readonly ms: number }
  /** The top bit of one byte in about `every` is turned over. */
  | { readonly kind: 'corrupt'; readonly every: number }
  /** Bytes that are no frame come between two frames, once. */
  | { readonly kind: 'garbage' }
  /** One frame in about `every` gets lost. */
  | { readonly kind: 'lose'; readonly every: number }
  /** One frame in about `every` comes after the next one. */
  | { readonly kind: 'swap'; readonly every: number }
  /** One frame in about `every` comes twice. */
  | { readonly kind: 'double'; readonly every: number }
  /** Every answer is reset after its first bytes. */
  | { readonly kind: 'cut-answers' };

/** One thing done when a fault begins; what lasts is undone when it ends. */
export type Act =
  | { readonly on: 'exchange'; readonly fault: FaultName; readonly settings?: FaultSettings }
  | { readonly on: 'socket' | 'rest'; readonly wire: WireFault }
  /** The exchange's process is stopped by SIGSTOP until the fault ends, or killed and started again when it ends. */
  | { readonly on: 'process'; readonly does: 'stop' | 'restart' };

export type Road = 'socket' | 'rest';

/** What a fault brings about by itself, so that it is not held against the engine. */
export type Excuse =
  /** Frames or bodies are not as documented, so they are rejected. */
  | 'rejections'
  /** The exchange sends trades out of order. */
  | 'disorder'
  /** Trades are missing on a stream that goes on, where it can be noticed: REST is asked, and what it knows is told late. */
  | 'lateness'
  /** Single frames are missing on a stream that goes on, which nobody can notice: ids are not consecutive. */
  | 'omissions';

export interface Fault {
  readonly name: string;
  /** What happens, in a few words. */
  readonly does: string;
  /** The roads on which nothing usable comes while it lasts. */
  readonly breaks: readonly Road[];
  /** The same for the channels that it does not strike. */
  readonly breaksOthers: readonly Road[];
  /** Strikes all channels, or the one it was planned for. */
  readonly strikes: 'all' | 'channel';
  /** Shortest and longest time it lasts, ms. */
  readonly lasts: readonly [number, number];
  /** Longer than it lasts, ms: the exchange has told to be left alone. */
  readonly after?: number;
  readonly excuses: readonly Excuse[];
  /** Needs the exchange in a process of its own. */
  readonly needsProcess: boolean;
  readonly acts: (planned: Planned) => readonly Act[];
}

/** A fault of a schedule: when, how long, and for whom. */
export interface Planned {
  readonly fault: string;
  /** ms after the start of the run. */
  readonly at: number;
  readonly forMs: number;
  /** The channel it strikes, where it strikes one. */
  readonly channel: Channel;
}
