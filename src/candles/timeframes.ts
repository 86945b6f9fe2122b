import type { OperatorFunction, SchedulerLike } from 'rxjs';
import { InvalidRequestError } from '../errors.js';
import type { Candle } from '../model/events.js';
import { INTERVALS, type Interval } from '../model/interval.js';
import { clocked, type Clockwork } from './clocked.js';
import { isClosed } from './closed-only.js';
import { HigherWindows, checkMadeOf } from './higher-windows.js';
import { GRACE } from './lifecycle.js';
import { graceOf, intervalOf } from './options.js';

/** One candle of a stream, and what several intervals look like as of it. */
export interface Timeframes<I extends Interval> {
  /** The candle that has come. */
  readonly base: Candle;
  /** Of each interval the newest candle that is done (`final` or `revised`), if there is one yet. */
  readonly closed: Readonly<Partial<Record<I, Candle>>>;
  /** Of each interval the candle that `base` is part of, as far as that has come; none once it is done. */
  readonly forming: Readonly<Partial<Record<I, Candle | undefined>>>;
}

export interface TimeframesOptions {
  /** As for `resample`. */
  readonly grace?: number;
  /** As for `resample`. */
  readonly since?: number;
  /** The clock. Default: the system's. */
  readonly scheduler?: SchedulerLike;
}

/**
 * Several intervals in step from one stream of the shortest of them: for each of its candles one object, which holds
 * nothing that was not known when that candle came. What a strategy may rely on is in `closed`; what may still change is
 * in `forming`, so that nobody takes one for the other. For any number of markets in one stream.
 *
 * Throws `InvalidRequestError` when the longer intervals are not made of the shortest, and errors with it when the stream
 * has candles of another interval.
 *
 * @example
 * minutes$.pipe(timeframes(['1m', '5m', '1h'])).subscribe(({ base, closed }) => console.log(base.close, closed['1h']));
 */
export const timeframes = <const I extends Interval>(
  intervals: readonly I[],
  { grace = GRACE, since, scheduler }: TimeframesOptions = {},
): OperatorFunction<Candle, Timeframes<I>> => {
  for (const interval of intervals) intervalOf(interval);
  const [shortest, ...longer] = INTERVALS.flatMap((known) => intervals.filter((interval) => interval === known));
  if (shortest === undefined) throw new InvalidRequestError('timeframes needs at least one interval, e.g. 1m');
  const others = [...new Set(longer)].filter((interval) => interval !== shortest);
  for (const interval of others) checkMadeOf(interval, shortest);
  const checked = graceOf(grace);
  return clocked<Candle, Timeframes<I>>((first) => {
    if (first.interval !== shortest) {
      throw new InvalidRequestError(`timeframes expects ${shortest} candles, not ${first.interval}`);
    }
    const from = since ?? first.openTime;
    const windows = others.map((interval) => [interval, { interval, grace: checked, since: from }] as const);
    return new InStep(
      shortest,
      windows.map(([interval, options]) => ({ interval, windows: new HigherWindows(options) })),
    );
  }, scheduler);
};

/** The intervals of one series. It needs no alarm: nothing is told but with a candle. */
class InStep<I extends Interval> implements Clockwork<Candle, Timeframes<I>> {
  readonly due = Infinity;
  private closed: Partial<Record<I, Candle>> = {};
  private forming: Partial<Record<I, Candle | undefined>> = {};

  constructor(
    private readonly shortest: I,
    private readonly longer: readonly { readonly interval: I; readonly windows: HigherWindows }[],
  ) {}

  take(base: Candle, now: number): Timeframes<I>[] {
    this.note(this.shortest, base);
    for (const { interval, windows } of this.longer) {
      for (const candle of windows.take(base, now)) this.note(interval, candle);
    }
    return [{ base, closed: this.closed, forming: this.forming }];
  }

  tick(): Timeframes<I>[] {
    return [];
  }

  end(): Timeframes<I>[] {
    return [];
  }

  /** Objects already told stay as they were. */
  private note(interval: I, candle: Candle): void {
    const [closed, forming] = [this.closed[interval], this.forming[interval]];
    if (!isClosed(candle)) {
      if (candle.openTime >= (forming?.openTime ?? -Infinity)) this.forming = { ...this.forming, [interval]: candle };
      return;
    }
    if (candle.openTime >= (closed?.openTime ?? -Infinity)) this.closed = { ...this.closed, [interval]: candle };
    if (forming !== undefined && forming.openTime <= candle.openTime) {
      this.forming = { ...this.forming, [interval]: undefined };
    }
  }
}
