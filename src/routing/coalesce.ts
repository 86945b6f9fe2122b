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
import { isMoreUrgent, type Priority } from '../model/request.js';

export interface CoalesceOptions<K, V> {
  /** Loads many at once, with the priority of the most urgent who asked; what is missing from the answer does not exist. */
  readonly load: (keys: readonly K[], priority: Priority) => Observable<ReadonlyMap<K, V>>;
  /** How long a load waits for further keys, ms. */
  readonly window: number;
  readonly scheduler?: SchedulerLike;
}

interface Batch<K, V> {
  readonly keys: Set<K>;
  priority: Priority;
  readonly loaded$: Observable<ReadonlyMap<K, V>>;
}

/**
 * Merges what is asked for within a short time into one load, and joins a load that is already under way for a key, unless
 * that is less urgent: then the key is loaded again. A load is cancelled when everybody who waits for it has left.
 */
export const coalesce = <K, V>(
  options: CoalesceOptions<K, V>,
): ((keys: readonly K[], priority?: Priority) => Observable<ReadonlyMap<K, V>>) => {
  const { load, window, scheduler = asyncScheduler } = options;
  const underWay = new Map<K, Batch<K, V>>();
  let gathering: Batch<K, V> | undefined;

  const gather = (priority: Priority): Batch<K, V> => {
    const keys = new Set<K>();
    const forget = (): void => {
      if (gathering === batch) gathering = undefined;
      for (const key of keys) if (underWay.get(key) === batch) underWay.delete(key);
    };
    const batch: Batch<K, V> = {
      keys,
      priority,
      loaded$: timer(window, scheduler).pipe(
        tap(() => (gathering = undefined)),
        switchMap(() => load([...keys], batch.priority)),
        // Before anybody hears of the end, so that who asks then starts a new load.
        tap({ error: forget, complete: forget, unsubscribe: forget }),
        share({ connector: () => new ReplaySubject(1) }),
      ),
    };
    return batch;
  };
  const batchOf = (key: K, priority: Priority): Batch<K, V> => {
    const known = underWay.get(key);
    const joins = known !== undefined && (known === gathering || !isMoreUrgent(priority, known.priority));
    const batch = joins ? known : (gathering ??= gather(priority));
    if (batch === gathering && isMoreUrgent(priority, batch.priority)) batch.priority = priority;
    batch.keys.add(key);
    underWay.set(key, batch);
    return batch;
  };
  return (keys, priority = 'normal') =>
    defer(() =>
      forkJoin([...new Set(keys.map((key) => batchOf(key, priority)))].map(({ loaded$ }) => loaded$)).pipe(
        map((maps) => new Map(maps.flatMap((loaded) => [...loaded]))),
      ),
    );
};
