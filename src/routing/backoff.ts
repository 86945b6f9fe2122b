import {
  asyncScheduler,
  concatMap,
  defer,
  retryWhen,
  tap,
  throwError,
  timer,
  type MonoTypeOperatorFunction,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { toMarketDataError } from '../errors.js';

/** How the delays between tries grow: `initial · factor^n`, at most `max`, of which a random share up to `jitter` is left off. */
export interface BackoffPolicy {
  /** Delay after the first failure, ms. */
  readonly initial: number;
  readonly factor: number;
  /** Longest delay, ms. */
  readonly max: number;
  /** 0 (none) to 1: spreads the tries of many clients that failed together. */
  readonly jitter: number;
  /** A source that has delivered and held this long, ms, is well again: its next failure counts as the first. */
  readonly stableAfter: number;
}

export const RECONNECT: BackoffPolicy = { initial: 50, factor: 3, max: 1_500, jitter: 0.5, stableAfter: 5_000 };

/** The delay before try `attempt + 1`, ms; `random` is 0 to 1. */
export const backoffDelay = (policy: BackoffPolicy, attempt: number, random: number): number => {
  const full = Math.min(policy.max, policy.initial * policy.factor ** attempt);
  return Math.round(full * (1 - policy.jitter * random));
};

/**
 * Subscribes again after a failure, later each time. Errors that say they are not retryable pass through; one that
 * carries `details.retryAfter` (ms) is waited for at least that long.
 */
export const backoff = <T>(
  policy: BackoffPolicy,
  { scheduler = asyncScheduler, random = Math.random }: { scheduler?: SchedulerLike; random?: () => number } = {},
): MonoTypeOperatorFunction<T> => {
  return (source) =>
    defer(() => {
      let attempt = 0;
      let deliveringSince: number | undefined;
      const delays = (errors$: Observable<unknown>): Observable<unknown> =>
        errors$.pipe(
          concatMap((cause) => {
            const error = toMarketDataError(cause);
            if (!error.retryable) return throwError(() => cause);
            const held = deliveringSince === undefined ? 0 : scheduler.now() - deliveringSince;
            if (held >= policy.stableAfter) attempt = 0;
            deliveringSince = undefined;
            const delay = backoffDelay(policy, attempt, random());
            attempt += 1;
            return timer(Math.max(delay, Number(error.details['retryAfter'] ?? 0)), scheduler);
          }),
        );
      return source.pipe(
        tap(() => (deliveringSince ??= scheduler.now())),
        // eslint-disable-next-line @typescript-eslint/no-deprecated -- a policy is an operator on the stream of errors, which `retry({ delay })` cannot express
        retryWhen(delays),
      );
    });
};
