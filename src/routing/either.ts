import {
  NEVER,
  ReplaySubject,
  catchError,
  of,
  race,
  share,
  switchMap,
  throwError,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { isTheCallers, toMarketDataError } from '../errors.js';
import type { TierAnswer, TierHit } from './tier.js';

/** Whether no other tier and no later try can answer. */
const isHopeless = (error: unknown): boolean => isTheCallers(toMarketDataError(error).code);

/**
 * A tier's answer, or the next one's: when the tier misses or fails, and beside it once it takes longer than `after` ms.
 * The first answer counts; a failure that lies in the request ends both. The next one is asked once at most.
 */
export const either = (
  answer$: Observable<TierAnswer>,
  next$: Observable<TierHit>,
  after: number | undefined,
  scheduler: SchedulerLike,
): Observable<TierHit> => {
  const once$ =
    after === undefined ? next$ : next$.pipe(share({ connector: () => new ReplaySubject(1), resetOnError: false }));
  const first$ = answer$.pipe(
    catchError((error: unknown) => (isHopeless(error) ? throwError(() => error) : once$)),
    switchMap((answer) => ('miss' in answer ? once$ : of(answer))),
  );
  if (after === undefined) return first$;
  const beside$ = timer(after, scheduler).pipe(
    switchMap(() => once$),
    // The tier itself may still answer.
    catchError((error: unknown) => (isHopeless(error) ? throwError(() => error) : NEVER)),
  );
  return race(first$, beside$);
};
