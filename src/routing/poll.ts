import { asyncScheduler, defer, mergeAll, repeat, timer, type Observable, type SchedulerLike } from 'rxjs';
import type { MarketEvent } from '../model/events.js';
import { backoff, type BackoffPolicy } from './backoff.js';

export interface PollOptions {
  /** Time from the end of one fetch to the start of the next, ms; asked anew each time where it is a function. */
  readonly every: number | (() => number);
  /** How failures are spaced. */
  readonly retry: BackoffPolicy;
  readonly scheduler?: SchedulerLike;
  readonly random?: () => number;
}

/** A stream made of repeated fetches. Never completes; errors when a fetch fails for good. */
export const poll = (
  fetch: () => Observable<readonly MarketEvent[]>,
  { every, retry, scheduler = asyncScheduler, random = Math.random }: PollOptions,
): Observable<MarketEvent> =>
  defer(fetch).pipe(
    repeat({ delay: () => timer(typeof every === 'number' ? every : every(), scheduler) }),
    backoff(retry, { scheduler, random }),
    mergeAll(),
  );
