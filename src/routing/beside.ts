import { Observable, type MonoTypeOperatorFunction } from 'rxjs';

/**
 * What a second source says is told beside the first one's values. Says what `merge` says, without a step for the values
 * of the first, since every live event passes here; ends with the first.
 */
export const beside =
  <T>(other$: Observable<T>): MonoTypeOperatorFunction<T> =>
  (source) =>
    new Observable((subscriber) => {
      subscriber.add(
        other$.subscribe({
          next: (value) => subscriber.next(value),
          error: (error: unknown) => subscriber.error(error),
        }),
      );
      source.subscribe(subscriber);
    });
