import { ReplaySubject, defer, share, tap, type Observable } from 'rxjs';

/** Lets equal work in flight be done once: whoever asks for the same key while it runs gets the same result. */
export const singleFlight = <T>(): ((key: string, work: () => Observable<T>) => Observable<T>) => {
  const running = new Map<string, Observable<T>>();
  return (key, work) =>
    defer(() => {
      const known = running.get(key);
      if (known !== undefined) return known;
      const forget = (): void => {
        running.delete(key);
      };
      const shared$ = defer(work).pipe(
        // Before anybody hears of the end, so that who asks then starts afresh.
        tap({ error: forget, complete: forget, unsubscribe: forget }),
        share({ connector: () => new ReplaySubject<T>(1) }),
      );
      running.set(key, shared$);
      return shared$;
    });
};
