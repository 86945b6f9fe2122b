import type { MonoTypeOperatorFunction, SchedulerLike } from 'rxjs';
import type { Candle } from '../model/events.js';
import type { IntervalName } from '../model/interval.js';
import { clocked } from './clocked.js';
import { HigherWindows, checkMadeOf } from './higher-windows.js';
import { GRACE } from './lifecycle.js';
import { graceOf, intervalOf } from './options.js';

export interface ResampleOptions {
  /**
   * How long after a window's end lower candles are waited for when the last of them is missing, as happens when nothing
   * is traded at the end of a window, ms. Default 2,000.
   */
  readonly grace?: number;
  /**
   * From when on the stream has every lower candle, ms UTC. A higher candle that opened before is never final. Default:
   * of each series, the open time of its first candle.
   */
  readonly since?: number;
  /**
   * Of a stream that completes, up to when it has every lower candle, ms UTC: what ends by then is final. Default: the
   * end of the last lower candle that was final.
   */
  readonly until?: number;
  /** The clock. Default: the system's. */
  readonly scheduler?: SchedulerLike;
}

/**
 * Candles into candles of a longer interval, for any number of series in one stream. Each lower candle replaces what was
 * known of its window, so a forming, repeated or revised one counts once; the higher candle is told whenever its figures
 * change and when its state does. It is `provisional` when its window has ended and `final` when besides that every lower
 * candle in it is, so give it lower candles that say so (`toCandles`, `finality`, history).
 *
 * Volume and turnover are exact sums, `timestamp` is that of the last lower candle. Filled candles are left out. A first
 * candle whose beginning the stream may have missed is `partial` and never final. Revisions reach back to the window
 * before the newest, and further while few lower candles are held (256).
 *
 * Throws `InvalidRequestError` for an unknown interval, and errors with it for a candle whose interval the wanted one is
 * not made of, such as weeks into months.
 *
 * @example
 * backbone.watchCandles('KRW-BTC', '1m').pipe(finality(), resample('15m'), closedOnly()).subscribe(console.log);
 */
export const resample = (
  interval: IntervalName,
  { grace = GRACE, since, until, scheduler }: ResampleOptions = {},
): MonoTypeOperatorFunction<Candle> => {
  const [higher, checked] = [intervalOf(interval), graceOf(grace)];
  return clocked<Candle, Candle>((first) => {
    checkMadeOf(higher, first.interval);
    return new HigherWindows({ interval: higher, grace: checked, since: since ?? first.openTime, until });
  }, scheduler);
};
