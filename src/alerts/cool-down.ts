import { Observable, Subscription, asyncScheduler, type MonoTypeOperatorFunction, type SchedulerLike } from 'rxjs';

interface CoolDownOptions<T> {
  readonly keyOf: (value: T) => string;
  /** At most one value of a key in this time, ms. */
  readonly period: number;
  /** What is told for the latest of those held back, `leftOut` of which are not told. */
  readonly latest: (value: T, leftOut: number) => T;
  readonly scheduler?: SchedulerLike;
}

/**
 * The first value of each key at once; of what follows within the period only the last, when it has passed. So the last
 * word on a key is always told, if late. What is held back when the source completes is told then.
 */
export const coolDown =
  <T>({ keyOf, period, latest, scheduler = asyncScheduler }: CoolDownOptions<T>): MonoTypeOperatorFunction<T> =>
  (source) =>
    new Observable((subscriber) => {
      const cooling = new Map<string, { held: T | undefined; count: number }>();
      const timers = new Subscription();

      const tell = (key: string, value: T): void => {
        cooling.set(key, { held: undefined, count: 0 });
        const timer = scheduler.schedule(() => {
          timers.remove(timer);
          release(key);
        }, period);
        timers.add(timer);
        subscriber.next(value);
      };
      const release = (key: string): void => {
        const entry = cooling.get(key);
        cooling.delete(key);
        if (entry?.held !== undefined) tell(key, latest(entry.held, entry.count - 1));
      };
      const everything = (): void => {
        timers.unsubscribe();
        for (const { held, count } of cooling.values())
          if (held !== undefined) subscriber.next(latest(held, count - 1));
      };
      subscriber.add(timers);
      subscriber.add(
        source.subscribe({
          next: (value) => {
            const key = keyOf(value);
            const entry = cooling.get(key);
            if (entry === undefined) tell(key, value);
            else {
              entry.held = value;
              entry.count += 1;
            }
          },
          error: (error: unknown) => {
            everything();
            subscriber.error(error);
          },
          complete: () => {
            everything();
            subscriber.complete();
          },
        }),
      );
    });
