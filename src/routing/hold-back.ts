import { Observable, defer, type MonoTypeOperatorFunction, type Subscription } from 'rxjs';

export interface HoldBackOptions<T> {
  /**
   * What must be told before the source's first value; the source's values are held back until it completes. It must not
   * error: what cannot be had is its own to tell.
   */
  readonly missing: (first: T) => Observable<T>;
  /** Most values held back. When one more comes, the missing ones are no longer waited for. */
  readonly most: number;
  /** Called when that happens, before what was held back is told. */
  readonly onOverflow: (first: T) => void;
}

/**
 * Puts what a source has missed in front of what it says: asks for it with the source's first value, tells it, then the
 * values that came meanwhile, then goes on with the source.
 */
export const holdBack =
  <T>({ missing, most, onOverflow }: HoldBackOptions<T>): MonoTypeOperatorFunction<T> =>
  (source) =>
    new Observable((subscriber) => {
      const held: T[] = [];
      let holding = true;
      let ended = false;
      let first: T | undefined;
      let asking: Subscription | undefined;

      const release = (): void => {
        // Told one by one, since telling may bring in more.
        for (let value = held.shift(); value !== undefined; value = held.shift()) subscriber.next(value);
        holding = false;
        if (ended) subscriber.complete();
      };
      const hold = (value: T): void => {
        held.push(value);
        if (first === undefined) {
          first = value;
          asking = defer(() => missing(value)).subscribe({
            next: (each) => subscriber.next(each),
            error: (error: unknown) => subscriber.error(error),
            complete: release,
          });
          subscriber.add(asking);
        } else if (held.length > most) {
          asking?.unsubscribe();
          onOverflow(first);
          release();
        }
      };
      subscriber.add(
        source.subscribe({
          next: (value) => {
            if (holding) hold(value);
            else subscriber.next(value);
          },
          error: (error: unknown) => subscriber.error(error),
          complete: () => {
            ended = true;
            if (first === undefined || !holding) subscriber.complete();
          },
        }),
      );
    });
