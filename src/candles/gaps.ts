import { identity, type MonoTypeOperatorFunction, type OperatorFunction, type SchedulerLike } from 'rxjs';
import { InvalidRequestError } from '../errors.js';
import type { Candle } from '../model/events.js';
import { closeTime, type Interval } from '../model/interval.js';
import { clocked } from './clocked.js';
import { GRACE } from './lifecycle.js';
import { graceOf } from './options.js';
import { QuietWindows, type Stretch } from './quiet-windows.js';

/** Windows of a series in which nothing was traded, as far as its stream tells. Data that are missing are a `Gap`. */
export interface CandleGap {
  readonly type: 'candle-gap';
  readonly exchange: string;
  readonly market: string;
  readonly interval: Interval;
  /** Open time of the first of them, ms UTC. */
  readonly from: number;
  /** Where the next window opens, ms UTC. */
  readonly until: number;
  /** How many they are. */
  readonly windows: number;
}

/**
 * What is told of windows without trades: nothing (`omit`), one `CandleGap` for all in a row (`mark`), or for each a
 * candle that repeats the close before it, with volume 0 and `filled: true` (`fill-forward`).
 */
export type GapPolicy = 'omit' | 'mark' | 'fill-forward';

export interface GapsOptions {
  /** A clock, so that windows are found empty although no later candle comes. Default: none. */
  readonly scheduler?: SchedulerLike;
  /** How long after its end the clock takes a window for empty, ms. Default 2,000. */
  readonly grace?: number;
}

/**
 * Says what becomes of windows in which nothing was traded, for any number of series in one stream. They are told in
 * their place: before the next candle or, with a clock, when their grace has passed; several at a time as one `CandleGap`,
 * and one after another when the clock finds them. A filled candle is `final`; when the candle it rests on changes its
 * close, it is told again as `revised`. A candle that comes late for such a window passes as it is.
 *
 * Throws `InvalidRequestError` for an unknown policy.
 *
 * @example
 * candles$.pipe(closedOnly(), gaps('fill-forward')).subscribe(({ close, filled }) => console.log(close, filled));
 */
export function gaps(policy: 'omit' | 'fill-forward', options?: GapsOptions): MonoTypeOperatorFunction<Candle>;
export function gaps(policy: 'mark', options?: GapsOptions): OperatorFunction<Candle, Candle | CandleGap>;
export function gaps(
  policy: GapPolicy,
  options: GapsOptions = {},
): MonoTypeOperatorFunction<Candle> | OperatorFunction<Candle, Candle | CandleGap> {
  switch (policy) {
    case 'omit':
      return identity;
    case 'mark':
      return quiet(marked, options);
    case 'fill-forward':
      return quiet(filled, options);
    default:
      throw new InvalidRequestError(`gaps must be omit, mark or fill-forward, not ${String(policy)}`, { policy });
  }
}

const quiet = <Out>(
  tell: (stretch: Stretch) => Iterable<Out>,
  { scheduler, grace = GRACE }: GapsOptions,
): OperatorFunction<Candle, Candle | Out> => {
  const checked = graceOf(grace);
  return clocked<Candle, Candle | Out>(
    () => new QuietWindows(tell, scheduler === undefined ? undefined : checked),
    scheduler,
  );
};

const marked = ({ after, from, until, isRevised }: Stretch): CandleGap[] => {
  const { exchange, market, interval } = after;
  let windows = 0;
  for (let open = from; open < until; open = closeTime(interval, open)) windows += 1;
  // Another close before it makes it no other gap.
  return isRevised ? [] : [{ type: 'candle-gap', exchange, market, interval, from, until, windows }];
};

function* filled({ after, from, until, isRevised }: Stretch): Generator<Candle> {
  const { exchange, market, interval, timestamp, receivedAt, origin, tier, close: price } = after;
  const provenance = { exchange, market, interval, timestamp, receivedAt, origin, tier };
  const flat = { open: price, high: price, low: price, close: price, volume: 0, turnover: 0, filled: true as const };
  for (let openTime = from; openTime < until; openTime = closeTime(interval, openTime)) {
    yield { type: 'candle', ...provenance, ...flat, openTime, state: isRevised ? 'revised' : 'final' };
  }
}
