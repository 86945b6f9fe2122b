import {
  Observable,
  asyncScheduler,
  race,
  share,
  timer,
  type MonoTypeOperatorFunction,
  type SchedulerLike,
  type SubjectLike,
  type Subscriber,
} from 'rxjs';

/** Where a shared stream keeps what its owner may want to see. */
export interface Slot<T> {
  /** The last value; `undefined` before the first. */
  latest: T | undefined;
  /** How the source ended, if it ended by itself. */
  ended: 'failed' | 'completed' | undefined;
}

export interface ShareLatestOptions<T> {
  /** How long the source stays subscribed after the last subscriber left, ms. */
  readonly linger: number;
  /** Ends the linger early when it emits. */
  readonly release$?: Observable<unknown>;
  readonly scheduler?: SchedulerLike;
  /** Kept up to date with the stream's last value and its end. */
  readonly slot?: Slot<T>;
}

/**
 * One subscription to the source for any number of subscribers; late ones get the last value at once.
 *
 * The source is unsubscribed `linger` ms after the last subscriber left. Its error or completion goes to everybody
 * and clears the last value: the next subscriber starts afresh.
 *
 * @example
 * const price$ = ticker$.pipe(map(({ price }) => price), shareLatest({ linger: 5_000 }));
 */
export const shareLatest = <T>({
  linger,
  release$,
  scheduler = asyncScheduler,
  slot = { latest: undefined, ended: undefined },
}: ShareLatestOptions<T>): MonoTypeOperatorFunction<T> =>
  share({
    connector: () => latestSubject(slot),
    resetOnRefCountZero: () => {
      const over$ = timer(linger, scheduler);
      return release$ === undefined ? over$ : race(over$, release$);
    },
  });

/**
 * `ReplaySubject(1)` without its buffer, which costs every value a push, a shift and a scan; and without `Subject`'s own
 * bookkeeping per value, so that a thousand subscribers cost a thousand calls.
 */
const latestSubject = <T>(slot: Slot<T>): SubjectLike<T> => {
  const subscribers = new Set<Subscriber<T>>();
  /** Who is there, as a list to walk along while people come and go; made anew after that. */
  let present: readonly Subscriber<T>[] | undefined;
  let last: { value: T } | undefined;
  slot.latest = undefined;
  slot.ended = undefined;

  const all = (): readonly Subscriber<T>[] => (present ??= [...subscribers]);
  const greeted$ = new Observable<T>((subscriber) => {
    subscribers.add(subscriber);
    present = undefined;
    if (last !== undefined) subscriber.next(last.value);
    return () => {
      subscribers.delete(subscriber);
      present = undefined;
    };
  });
  return {
    next: (value) => {
      slot.latest = value;
      if (last === undefined) last = { value };
      else last.value = value;
      for (const subscriber of all()) subscriber.next(value);
    },
    error: (error: unknown) => {
      slot.ended = 'failed';
      for (const subscriber of all()) subscriber.error(error);
    },
    complete: () => {
      slot.ended = 'completed';
      for (const subscriber of all()) subscriber.complete();
    },
    subscribe: (observer) => greeted$.subscribe(observer),
  };
};
