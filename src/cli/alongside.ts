import {
  connect,
  endWith,
  ignoreElements,
  merge,
  takeUntil,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';

/** Has other streams do their work for as long as this one lasts; their values go nowhere, their errors count. */
export const alongside =
  <T>(...others: readonly Observable<unknown>[]): MonoTypeOperatorFunction<T> =>
  (source) =>
    source.pipe(
      connect((shared$) => {
        const ended$ = shared$.pipe(ignoreElements(), endWith(undefined));
        return merge(merge(...others).pipe(ignoreElements(), takeUntil(ended$)), shared$);
      }),
    );
