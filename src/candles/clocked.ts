import { Observable, asyncScheduler, type OperatorFunction, type SchedulerLike } from 'rxjs';
import { toMarketDataError } from '../errors.js';
import { Alarm } from './alarm.js';
import { SeriesMap, type SeriesKey } from './series-map.js';

/** What one series of a stream makes of its values and of time. It reads no clock: it is told. All times are ms UTC. */
export interface Clockwork<In, Out> {
  /** The next instant at which time alone changes something; `Infinity` when there is none. */
  readonly due: number;
  take(value: In, now: number): Iterable<Out>;
  /** What has changed by `now` without a value. */
  tick(now: number): Iterable<Out>;
  /** The last words: no value will come any more. */
  end(now: number): Iterable<Out>;
}

/**
 * Lifts a `Clockwork` into an operator: one for each series of the stream, the scheduler's clock, one timer for all of
 * them. Errors of the source, and what a clockwork throws, are passed on.
 */
export const clocked =
  <In extends SeriesKey, Out>(
    create: (first: In) => Clockwork<In, Out>,
    scheduler: SchedulerLike = asyncScheduler,
  ): OperatorFunction<In, Out> =>
  (source) =>
    new Observable((subscriber) => {
      const series = new SeriesMap(create);
      const waiting: Iterable<Out>[] = [];
      let isTelling = false;

      // Telling may bring in the next value: what is being told is told to its end first.
      const tell = (outputs: Iterable<Out>): void => {
        waiting.push(outputs);
        if (isTelling) return;
        isTelling = true;
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          for (const output of next) {
            if (subscriber.closed) return;
            subscriber.next(output);
          }
        }
        isTelling = false;
      };
      const ring = (): void => {
        const now = scheduler.now();
        for (const clockwork of series.all()) if (clockwork.due <= now) tell(clockwork.tick(now));
        for (const clockwork of series.all()) alarm.set(clockwork.due);
      };
      const alarm = new Alarm(scheduler, ring);

      subscriber.add(() => alarm.stop());
      subscriber.add(
        source.subscribe({
          next: (value) => {
            try {
              const clockwork = series.of(value);
              tell(clockwork.take(value, scheduler.now()));
              alarm.set(clockwork.due);
            } catch (error) {
              subscriber.error(toMarketDataError(error));
            }
          },
          error: (error: unknown) => subscriber.error(error),
          complete: () => {
            const now = scheduler.now();
            for (const clockwork of series.all()) tell(clockwork.end(now));
            subscriber.complete();
          },
        }),
      );
    });
