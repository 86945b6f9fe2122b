import { Observable, type MonoTypeOperatorFunction } from 'rxjs';

/** How a question with one answer ended, told once, before whoever asked hears of it. */
export interface EndingObserver<T> {
  readonly answered: (answer: T) => void;
  readonly failed: (error: unknown) => void;
  /** Whoever asked did not wait for the answer. */
  readonly left: () => void;
}

/**
 * Tells how a question ended. Once it has been answered, leaving means nothing.
 *
 * Says what `tap` says with a flag of its own, in one step, since every request passes here.
 */
export const onEnding =
  <T>({ answered, failed, left }: EndingObserver<T>): MonoTypeOperatorFunction<T> =>
  (source) =>
    new Observable((subscriber) => {
      let ended = false;
      subscriber.add(() => {
        if (!ended) left();
      });
      subscriber.add(
        source.subscribe({
          next: (answer) => {
            if (!ended) {
              ended = true;
              answered(answer);
            }
            subscriber.next(answer);
          },
          error: (error: unknown) => {
            if (!ended) {
              ended = true;
              failed(error);
            }
            subscriber.error(error);
          },
          complete: () => {
            ended = true;
            subscriber.complete();
          },
        }),
      );
    });
