import {
  EMPTY,
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

export interface ShareLatestOptions<T> {
  /** How long the source stays subscribed after the last subscriber left, ms. */
  readonly linger: number;
  /** Ends the linger early when it emits. */
  readonly release$?: Observable<unknown>;
  readonly scheduler?: SchedulerLike;
  /** Kept up to date with the stream's last value; cleared when the stream starts afresh. */
  readonly slot?: { latest: T | undefined };
  /** Called when the source ends by itself, before its subscribers hear of it. */
  readonly onEnd?: (how: 'failed' | 'completed', error?: unknown) => void;
  /** Whether a value is later than the last one, and so becomes what late subscribers are greeted with. Default: always. */
  readonly isLater?: (value: T, last: T) => boolean;
  /** What a late subscriber is told for the last value. Default: the value. */
  readonly greeting?: (last: T) => T;
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
export const shareLatest = <T>(options: ShareLatestOptions<T>): MonoTypeOperatorFunction<T> => {
  const { linger, release$, scheduler = asyncScheduler, onEnd } = options;
  let alive = false;
  return share({
    connector: () => {
      alive = true;
      return latestSubject({
        ...options,
        onEnd: (how, error) => {
          alive = false;
          onEnd?.(how, error);
        },
      });
    },
    resetOnRefCountZero: () => {
      // What has ended has nothing to linger for.
      if (!alive) return EMPTY;
      const over$ = timer(linger, scheduler);
      return release$ === undefined ? over$ : race(over$, release$);
    },
  });
};

/**
 * `ReplaySubject(1)` without its buffer, which costs every value a push, a shift and a scan; and without `Subject`'s own
 * bookkeeping per value, so that a thousand subscribers cost a thousand calls.
 */
const latestSubject = <T>(options: ShareLatestOptions<T>): SubjectLike<T> => {
  const { slot = { latest: undefined }, onEnd, isLater, greeting } = options;
  const subscribers = new Set<Subscriber<T>>();
  /** Who is there, as a list to walk along while people come and go; made anew after that. */
  let present: readonly Subscriber<T>[] | undefined;
  slot.latest = undefined;

  const all = (): readonly Subscriber<T>[] => (present ??= [...subscribers]);
  const remember = (value: T): void => {
    const last = slot.latest;
    if (last === undefined || isLater === undefined || isLater(value, last)) slot.latest = value;
  };
  const greeted$ = new Observable<T>((subscriber) => {
    subscribers.add(subscriber);
    present = undefined;
    const last = slot.latest;
    if (last !== undefined) subscriber.next(greeting === undefined ? last : greeting(last));
    return () => {
      subscribers.delete(subscriber);
      present = undefined;
    };
  });
  return {
    next: (value) => {
      remember(value);
      for (const subscriber of all()) subscriber.next(value);
    },
    error: (error: unknown) => {
      onEnd?.('failed', error);
      for (const subscriber of all()) subscriber.error(error);
    },
    complete: () => {
      onEnd?.('completed');
      for (const subscriber of all()) subscriber.complete();
    },
    subscribe: (observer) => greeted$.subscribe(observer),
  };
};
