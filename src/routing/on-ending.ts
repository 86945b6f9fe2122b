import { defer, tap, type MonoTypeOperatorFunction } from 'rxjs';

/** How a question with one answer ended, told once, before whoever asked hears of it. */
export interface EndingObserver<T> {
  readonly answered: (answer: T) => void;
  readonly failed: (error: unknown) => void;
  /** Whoever asked did not wait for the answer. */
  readonly left: () => void;
}

/** Tells how a question ended. Once it has been answered, leaving means nothing. */
export const onEnding = <T>({ answered, failed, left }: EndingObserver<T>): MonoTypeOperatorFunction<T> => {
  return (source) =>
    defer(() => {
      let ended = false;
      const once = (tell: () => void): void => {
        if (ended) return;
        ended = true;
        tell();
      };
      return source.pipe(
        tap({
          next: (answer) => once(() => answered(answer)),
          error: (error: unknown) => once(() => failed(error)),
          unsubscribe: () => once(left),
        }),
      );
    });
};
