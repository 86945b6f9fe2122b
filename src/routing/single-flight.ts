import { ReplaySubject, defer, finalize, share, type Observable } from 'rxjs';

/** Lets equal work in flight be done once: whoever asks for the same key while it runs gets the same result. */
export const singleFlight = <T>(): ((key: string, work: () => Observable<T>) => Observable<T>) => {
  const running = new Map<string, Observable<T>>();
  return (key, work) =>
    defer(() => {
      const known = running.get(key);
      if (known !== undefined) return known;
      const shared$: Observable<T> = defer(work).pipe(
        finalize(() => {
          // Whoever asks while the end is told starts anew.
          if (running.get(key) === shared$) running.delete(key);
        }),
        share({ connector: () => new ReplaySubject<T>(1) }),
      );
      running.set(key, shared$);
      return shared$;
    });
};
