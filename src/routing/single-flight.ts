import { ReplaySubject, defer, share, tap, type Observable } from 'rxjs';
import { isMoreUrgent, type Priority } from '../model/request.js';

interface Flight<T> {
  readonly result$: Observable<T>;
  readonly priority: Priority;
}

/**
 * Lets equal work in flight be done once: whoever asks for the same key while it runs gets the same result. Who is more
 * urgent than what runs does not queue with it, but starts it anew.
 */
export const singleFlight = <T>(): ((key: string, work: () => Observable<T>, priority?: Priority) => Observable<T>) => {
  const running = new Map<string, Flight<T>>();
  return (key, work, priority = 'normal') =>
    defer(() => {
      const known = running.get(key);
      if (known !== undefined && !isMoreUrgent(priority, known.priority)) return known.result$;
      const forget = (): void => {
        if (running.get(key) === flight) running.delete(key);
      };
      const result$ = defer(work).pipe(
        // Before anybody hears of the end, so that who asks then starts afresh.
        tap({ error: forget, complete: forget, unsubscribe: forget }),
        share({ connector: () => new ReplaySubject<T>(1) }),
      );
      const flight = { result$, priority };
      running.set(key, flight);
      return result$;
    });
};
