import { Observable, type MonoTypeOperatorFunction } from 'rxjs';

/** Completes when `end$` emits. Says what `takeUntil` says, without a step for each value. */
export const endedBy =
  <T>(end$: Observable<unknown>): MonoTypeOperatorFunction<T> =>
  (source) =>
    new Observable((subscriber) => {
      subscriber.add(
        end$.subscribe({
          next: () => subscriber.complete(),
          error: (error: unknown) => subscriber.error(error),
        }),
      );
      if (!subscriber.closed) source.subscribe(subscriber);
    });
