import {
  ReplaySubject,
  asyncScheduler,
  race,
  share,
  timer,
  type MonoTypeOperatorFunction,
  type Observable,
  type SchedulerLike,
} from 'rxjs';

export interface ShareLatestOptions {
  /** How long the source stays subscribed after the last subscriber left, ms. */
  readonly linger: number;
  /** Ends the linger early when it emits. */
  readonly release$?: Observable<unknown>;
  readonly scheduler?: SchedulerLike;
}

/**
 * One subscription to the source for any number of subscribers; late ones get the last value at once.
 *
 * The source is unsubscribed `linger` ms after the last subscriber left. Its error or completion goes to everybody
 * and clears the last value: the next subscriber starts afresh.
 */
export const shareLatest = <T>({ linger, release$, scheduler }: ShareLatestOptions): MonoTypeOperatorFunction<T> =>
  share({
    connector: () => new ReplaySubject<T>(1),
    resetOnRefCountZero: () => {
      const over$ = timer(linger, scheduler ?? asyncScheduler);
      return release$ === undefined ? over$ : race(over$, release$);
    },
  });
