import type { Observable, SchedulerLike } from 'rxjs';
import type { MarketDataError } from '../errors.js';
import type { MarketEvent } from '../model/events.js';
import type { StaleReason } from '../model/signals.js';
import type { HoldBackOptions } from './hold-back.js';
import type { Standing } from './standing.js';

/** What attending to a live stream needs to know about it. */
export interface AttendOptions extends Pick<
  HoldBackOptions<MarketEvent>,
  'missing' | 'supersedes' | 'most' | 'onOverflow'
> {
  /**
   * Begins the live stream; begun anew when it is found silent, and when it errors because it lost a frame. One
   * that goes on though something may not have come calls `doubt`: with `BAD_PAYLOAD` a frame was lost, which its next
   * event makes up for, else nothing is heard of it.
   */
  readonly live: (doubt: (error: MarketDataError) => void) => Observable<MarketEvent>;
  /** When the exchange was last asked for its streams, ms UTC: it answers with the present state of each, also of a dead one. */
  readonly asked?: () => number;
  /** Speaks while the live stream does not. */
  readonly helper$: Observable<MarketEvent>;
  /** Looks for what the live stream should have told by now: emits it, oldest first, and completes. */
  readonly look: () => Observable<readonly MarketEvent[]>;
  /** Of what was found elsewhere, what must still be told although the live stream has spoken meanwhile; it is told as it is. */
  readonly overtaken: (found: readonly MarketEvent[]) => readonly MarketEvent[];
  /** Of what was found for a frame that was lost, what is news; it is told as it is. */
  readonly madeUp: (found: readonly MarketEvent[]) => readonly MarketEvent[];
  /** Whether an event takes the stream forward. */
  readonly takes: (event: MarketEvent) => boolean;
  /** Whether an event says something that was not told yet. */
  readonly isNews: (event: MarketEvent) => boolean;
  /** Whether something may have been left out between what was told and an answer of the exchange. */
  readonly skips: (answer: MarketEvent) => boolean;
  /** How long the live stream may take for its first event before the helper speaks, ms; after twice as long it is silent. */
  readonly patience: number;
  /** How much later than elsewhere a healthy live stream may tell something, ms. */
  readonly grace: number;
  readonly standing: Standing;
  /** Called when the live stream is found silent: it has never spoken, or something newer was found elsewhere. */
  readonly onSilent: (reason: StaleReason, silentFor: number) => void;
  /** Called when the live stream lost a frame. */
  readonly onLoss: (error: MarketDataError) => void;
  readonly scheduler?: SchedulerLike;
}
