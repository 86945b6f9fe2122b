import { Observable, type MonoTypeOperatorFunction } from 'rxjs';

/**
 * Lets a helper speak until the source does: emits both until the source's first value, from then on the source alone,
 * in either case only what `takes` accepts. The helper's completion changes nothing; any error passes through.
 *
 * Says what `merge(source, helper.pipe(takeUntil(source))).pipe(filter(takes))` says, with one subscription to the
 * source and one step per value, since every live event passes here.
 */
export const bridge =
  <T>(helper$: Observable<T>, takes: (value: T) => boolean = () => true): MonoTypeOperatorFunction<T> =>
  (source) =>
    new Observable((subscriber) => {
      const helping = helper$.subscribe({
        next: (value) => {
          if (takes(value)) subscriber.next(value);
        },
        error: (error: unknown) => subscriber.error(error),
      });
      subscriber.add(helping);
      subscriber.add(
        source.subscribe({
          next: (value) => {
            if (!helping.closed) helping.unsubscribe();
            if (takes(value)) subscriber.next(value);
          },
          error: (error: unknown) => subscriber.error(error),
          complete: () => subscriber.complete(),
        }),
      );
    });
