import { Observable, Subscription, asyncScheduler, defaultIfEmpty, take, type SchedulerLike } from 'rxjs';
import { toMarketDataError, type MarketDataError } from '../errors.js';
import type { MarketEvent } from '../model/events.js';
import type { StaleReason } from '../model/signals.js';
import type { Standing } from './standing.js';

export interface AttendOptions {
  /** Begins the live stream; begun anew when it is found stale, and when it errors because it lost a frame. */
  readonly live: () => Observable<MarketEvent>;
  /** Speaks while the live stream does not. */
  readonly helper$: Observable<MarketEvent>;
  /** Looks for what the live stream should have told by now: emits it, oldest first, and completes. */
  readonly look: () => Observable<readonly MarketEvent[]>;
  /** Whether an event takes the stream forward. */
  readonly takes: (event: MarketEvent) => boolean;
  /** How long the live stream may take for its first event before the helper speaks, ms. */
  readonly patience: number;
  readonly standing: Standing;
  /** Called when the live stream is found silent: it has never spoken, or something newer was found elsewhere. */
  readonly onSilent: (reason: StaleReason, silentFor: number) => void;
  /** Called when the live stream lost a frame. */
  readonly onLoss: (error: MarketDataError) => void;
  readonly scheduler?: SchedulerLike;
}

/** What is found elsewhere may reach the live stream a little later; it is stale when it has not by then, ms. */
const GRACE = 300;
/** A look that found out nothing, because REST could not be asked, is repeated after this long, ms. */
const AGAIN = 1_000;
/** A stale stream is begun anew at once, and again after this long, doubling up to the second, ms. */
const BEGIN_AGAIN = { first: 5_000, longest: 60_000 };
/** A stream that lost a frame is begun anew after this long, doubling up to `longest` when it happens again within `memory`, ms. */
const BEGIN_AFTER_LOSS = { first: 10, longest: 10_000, memory: 30_000 };
/** Nobody waits longer than this for a stream to begin anew before the helper speaks, ms. */
const SHORT = 300;

/**
 * Attends to a live stream: passes on what takes it forward, lets a helper speak while it does not, and looks after it
 * when it is silent longer than is its habit. Silence alone proves nothing: if a look elsewhere finds nothing newer it is
 * quiet, else stale.
 */
export const attend = (options: AttendOptions): Observable<MarketEvent> =>
  new Observable((subscriber) => {
    const { takes, standing, scheduler = asyncScheduler } = options;
    const begunAt = scheduler.now();
    let live = Subscription.EMPTY;
    let helping = Subscription.EMPTY;
    let looking = Subscription.EMPTY;
    /** Timers: the next look at the silence, the next beginning of the live stream. */
    let next = Subscription.EMPTY;
    let beginning = Subscription.EMPTY;
    let spoken = false;
    let loss = BEGIN_AFTER_LOSS.first;
    let lostAt = -Infinity;

    const after = (delay: number, act: () => void): Subscription => scheduler.schedule(act, Math.max(0, delay));
    const tell = (event: MarketEvent): void => {
      if (takes(event)) subscriber.next(event);
    };
    const fail = (error: unknown): void => subscriber.error(error);

    const begin = (): void => {
      live.unsubscribe();
      if (subscriber.closed) return;
      live = options.live().subscribe({
        next: onLive,
        error: (cause: unknown) => {
          const error = toMarketDataError(cause);
          if (error.code === 'BAD_PAYLOAD') beginAfterLoss(error);
          else fail(cause);
        },
      });
    };
    const onLive = (event: MarketEvent): void => {
      // What a repair puts in front of a live event is no word of the live stream's own.
      if (event.tier === 'live-subscription') {
        standing.heard(event.receivedAt);
        if (!spoken || !helping.closed) attentive();
      }
      if (takes(event)) subscriber.next(event);
    };
    const attentive = (): void => {
      spoken = true;
      helping.unsubscribe();
      beginning.unsubscribe();
      lookLater();
    };
    const beginAfterLoss = (error: MarketDataError): void => {
      options.onLoss(error);
      const again = scheduler.now() - lostAt < BEGIN_AFTER_LOSS.memory;
      loss = again ? Math.min(BEGIN_AFTER_LOSS.longest, 2 * loss) : BEGIN_AFTER_LOSS.first;
      lostAt = scheduler.now();
      beginning.unsubscribe();
      beginning = after(loss, begin);
      if (loss > SHORT && helping.closed) help();
    };

    const lookLater = (): void => {
      next.unsubscribe();
      next = after(standing.trustLeft(scheduler.now()), check);
    };
    const check = (): void => {
      if (standing.trustLeft(scheduler.now()) > 0) lookLater();
      else look();
    };
    const look = (): void => {
      const heard = standing.heardAt;
      const hasSpoken = (): boolean => standing.heardAt !== heard;
      looking = options
        .look()
        .pipe(take(1), defaultIfEmpty([]))
        .subscribe({
          next: (found) => {
            if (found.length > 0) {
              next = after(GRACE, () => (hasSpoken() ? check() : stale(found)));
              return;
            }
            if (!hasSpoken()) standing.quiet(scheduler.now());
            lookLater();
          },
          error: (error: unknown) => {
            if (toMarketDataError(error).retryable) next = after(AGAIN, check);
            else fail(error);
          },
        });
    };
    const stale = (found: readonly MarketEvent[]): void => {
      options.onSilent('newer-elsewhere', scheduler.now() - standing.heardAt);
      standing.lost();
      help();
      found.forEach(tell);
      beginAgain(BEGIN_AGAIN.first);
    };
    const beginAgain = (wait: number): void => {
      begin();
      // It may have spoken at once.
      if (helping.closed) return;
      beginning = after(wait, () => beginAgain(Math.min(BEGIN_AGAIN.longest, 2 * wait)));
    };
    const help = (): void => {
      if (!subscriber.closed) helping = options.helper$.subscribe({ next: tell, error: fail });
    };

    standing.lost();
    next = after(options.patience, () => {
      options.onSilent('no-snapshot', scheduler.now() - begunAt);
      help();
    });
    begin();
    return () => {
      for (const each of [live, helping, looking, next, beginning]) each.unsubscribe();
      standing.lost();
    };
  });
