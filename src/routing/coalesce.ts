import {
  ReplaySubject,
  asyncScheduler,
  defer,
  forkJoin,
  map,
  share,
  switchMap,
  tap,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';

export interface CoalesceOptions<K, V> {
  /** Loads many at once; what is missing from the answer does not exist. */
  readonly load: (keys: readonly K[]) => Observable<ReadonlyMap<K, V>>;
  /** How long a load waits for further keys, ms. */
  readonly window: number;
  readonly scheduler?: SchedulerLike;
}

interface Batch<K, V> {
  readonly keys: Set<K>;
  readonly loaded$: Observable<ReadonlyMap<K, V>>;
}

/**
 * Merges what is asked for within a short time into one load, and joins a load that is already under way for a key.
 * A load is cancelled when everybody who waits for it has left.
 */
export const coalesce = <K, V>(
  options: CoalesceOptions<K, V>,
): ((keys: readonly K[]) => Observable<ReadonlyMap<K, V>>) => {
  const { load, window, scheduler = asyncScheduler } = options;
  const underWay = new Map<K, Batch<K, V>>();
  let gathering: Batch<K, V> | undefined;

  const gather = (): Batch<K, V> => {
    const keys = new Set<K>();
    const forget = (): void => {
      if (gathering === batch) gathering = undefined;
      for (const key of keys) underWay.delete(key);
    };
    const batch: Batch<K, V> = {
      keys,
      loaded$: timer(window, scheduler).pipe(
        tap(() => (gathering = undefined)),
        switchMap(() => load([...keys])),
        // Before anybody hears of the end, so that who asks then starts a new load.
        tap({ error: forget, complete: forget, unsubscribe: forget }),
        share({ connector: () => new ReplaySubject(1) }),
      ),
    };
    return batch;
  };
  const batchOf = (key: K): Batch<K, V> => {
    const batch = underWay.get(key) ?? (gathering ??= gather());
    batch.keys.add(key);
    underWay.set(key, batch);
    return batch;
  };
  return (keys) =>
    defer(() =>
      forkJoin([...new Set(keys.map(batchOf))].map(({ loaded$ }) => loaded$)).pipe(
        map((maps) => new Map(maps.flatMap((loaded) => [...loaded]))),
      ),
    );
};
