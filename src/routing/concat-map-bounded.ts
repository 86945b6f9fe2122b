import { Observable, Subscription, from, type ObservableInput, type OperatorFunction } from 'rxjs';
import { MarketDataError } from '../errors.js';

/** What happens to a value that finds the queue full. */
export type Overflow =
  /** Whatever waits gives way to it: only the newest value waits. */
  | 'latest'
  /** The one that has waited longest gives way to it. */
  | 'drop-oldest'
  /** It is lost itself. */
  | 'drop-newest'
  /** The stream errors with `CAPACITY`. */
  | 'error';

export interface BoundedOptions {
  /** Most values that wait, the one being worked on not counted, at least 1; of no account for `latest`. Default 1. */
  readonly size?: number;
  readonly overflow: Overflow;
  /** Called when values begin to be lost, and with their number when the queue has drained again. */
  readonly onLoss?: (loss: { readonly state: 'losing' | 'over'; readonly lost: number }) => void;
}

/**
 * `concatMap` with a bound: values are worked on one after another, and those that wait are limited in number, by a
 * policy of the caller's choice. For work that takes time, so that a slow consumer keeps no endless past in memory; it
 * delays nobody else.
 *
 * @example
 * backbone.watchTicker('KRW-BTC').pipe(concatMapBounded(save, { overflow: 'latest' })).subscribe();
 */
export const concatMapBounded =
  <T, R>(
    work: (value: T) => ObservableInput<R>,
    { size = 1, overflow, onLoss }: BoundedOptions,
  ): OperatorFunction<T, R> =>
  (source) =>
    new Observable((subscriber) => {
      const most = overflow === 'latest' ? 1 : size;
      const waiting: T[] = [];
      let working = Subscription.EMPTY;
      let busy = false;
      let ended = false;
      let lost = 0;

      const fail = (error: unknown): void => subscriber.error(error);
      const lose = (): void => {
        lost += 1;
        if (lost === 1) onLoss?.({ state: 'losing', lost });
      };
      const settle = (): void => {
        if (lost > 0) onLoss?.({ state: 'over', lost });
        lost = 0;
      };
      const start = (value: T): void => {
        busy = true;
        let result: Observable<R>;
        try {
          result = from(work(value));
        } catch (error: unknown) {
          fail(error);
          return;
        }
        working = result.subscribe({
          next: (each) => subscriber.next(each),
          error: fail,
          complete: () => {
            busy = false;
            goOn();
          },
        });
      };
      let going = false;
      /** A loop, since work that is done at once must not pile up calls. */
      const goOn = (): void => {
        if (going) return;
        going = true;
        while (!busy && waiting.length > 0 && !subscriber.closed)
          for (const value of waiting.splice(0, 1)) start(value);
        going = false;
        if (waiting.length === 0) settle();
        if (!busy && ended) subscriber.complete();
      };
      const take = (value: T): void => {
        if (waiting.length >= most) {
          if (overflow === 'error') {
            fail(full(most));
            return;
          }
          lose();
          if (overflow === 'drop-newest') return;
          waiting.shift();
        }
        waiting.push(value);
      };

      subscriber.add(
        source.subscribe({
          next: (value) => {
            if (!busy && !going) start(value);
            else take(value);
          },
          error: fail,
          complete: () => {
            ended = true;
            if (!busy) subscriber.complete();
          },
        }),
      );
      subscriber.add(() => working.unsubscribe());
    });

const full = (size: number): MarketDataError =>
  new MarketDataError(`more than ${size} values wait for a consumer that cannot keep up`, {
    code: 'CAPACITY',
    retryable: false,
    details: { size },
  });
