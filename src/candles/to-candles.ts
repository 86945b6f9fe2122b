import type { OperatorFunction, SchedulerLike } from 'rxjs';
import type { Candle, Trade } from '../model/events.js';
import { closeTime, openTimeOf, type Interval, type IntervalName } from '../model/interval.js';
import { clocked, type Clockwork } from './clocked.js';
import { GRACE } from './lifecycle.js';
import { graceOf, intervalOf } from './options.js';
import { RecentTrades } from './recent-trades.js';
import { RecentWindows } from './recent-windows.js';
import { TradeWindow } from './trade-window.js';

/** Windows of a market kept for late trades, newest ones. */
const KEPT = 64;

export interface ToCandlesOptions {
  /** How long after a window's end late trades are folded in before its candle is final, ms. Default 2,000. */
  readonly grace?: number;
  /**
   * From when on the stream has every trade, ms UTC. A window that opened before is never final. Default: of each
   * market, the end of the window its first trade falls into.
   */
  readonly since?: number;
  /**
   * Of a stream that completes, up to when it has every trade, ms UTC: what ends by then is final. Default: the time of
   * the last trade, less the grace.
   */
  readonly until?: number;
  /** The clock. Default: the system's. */
  readonly scheduler?: SchedulerLike;
}

/**
 * Trades into candles, for any number of markets in one stream: the candle after every trade, and again when the clock
 * moves it on to `provisional` and `final`. A trade that comes after that makes it `revised`.
 *
 * Open and close are the first and last trade by time and id, whatever order they come in; a trade that comes twice
 * counts once; volume and turnover are exact sums. The first candle of a market is `partial` and never `final`, since the
 * stream began within it, unless `since` says otherwise. Trades of windows long past (64 candles ago) are left out. Where
 * nothing is traded there is no candle.
 *
 * When the source completes, so do the candles. The last ones then stay `open` or `provisional` unless the clock has
 * closed them while the stream ran, or `until` says that the stream had all of their trades.
 * Throws `InvalidRequestError` for an interval or grace that makes no sense.
 *
 * @example
 * backbone.watchTrades('KRW-BTC').pipe(toCandles('1m'), closedOnly()).subscribe(({ close }) => console.log(close));
 */
export const toCandles = (
  interval: IntervalName,
  { grace = GRACE, since, until, scheduler }: ToCandlesOptions = {},
): OperatorFunction<Trade, Candle> => {
  const known = intervalOf(interval);
  const checked = graceOf(grace);
  return clocked<Trade, Candle>((first) => {
    const wholeFrom = since ?? closeTime(known, openTimeOf(known, first.timestamp));
    return new TradeWindows({ interval: known, grace: checked, wholeFrom, until });
  }, scheduler);
};

/** The windows of one market. */
class TradeWindows implements Clockwork<Trade, Candle> {
  private readonly recent = new RecentTrades();
  private readonly windows = new RecentWindows<TradeWindow>(KEPT);
  /** Windows that may still move on, oldest first. */
  private moving: TradeWindow[] = [];
  /** The exchange's time, as far as trades have shown it. */
  private seen = -Infinity;

  constructor(
    private readonly options: {
      readonly interval: Interval;
      readonly grace: number;
      /** Windows that open before this were not seen from their start. */
      readonly wholeFrom: number;
      readonly until: number | undefined;
    },
  ) {}

  get due(): number {
    let due = Infinity;
    for (const { life } of this.moving) due = Math.min(due, life.due);
    return due;
  }

  take(trade: Trade, now: number): Candle[] {
    if (!this.recent.add(trade)) return [];
    this.seen = Math.max(this.seen, trade.timestamp);
    // What this trade, or the clock, shows to be over is told before it.
    const told = this.advance(now);
    const openTime = openTimeOf(this.options.interval, trade.timestamp);
    if (this.windows.isForgotten(openTime)) return told;
    const window = this.windows.get(openTime) ?? this.open(openTime, trade);
    window.add(trade);
    window.life.touch(now, window.witness(this.seen).ended);
    told.push(window.candle());
    return told;
  }

  tick(now: number): Candle[] {
    return this.advance(now);
  }

  end(now: number): Candle[] {
    const { until = -Infinity, grace } = this.options;
    this.seen = Math.max(this.seen, until + grace);
    return this.advance(now);
  }

  private open(openTime: number, trade: Trade): TradeWindow {
    const { interval, grace, wholeFrom } = this.options;
    const window = new TradeWindow(interval, openTime, grace, openTime >= wholeFrom, trade);
    // That nothing was traded in it had been settled already.
    if (window.witness(this.seen).settled) window.life.settle();
    this.windows.set(openTime, window);
    if (!window.life.isSettled) this.moving = [...this.moving, window].sort((a, b) => a.openTime - b.openTime);
    return window;
  }

  /** Moves every window on as far as time has come, and tells each step. */
  private advance(now: number): Candle[] {
    const told: Candle[] = [];
    for (const window of this.moving) {
      const witness = window.witness(this.seen);
      while (window.life.advance(now, witness)) told.push(window.candle());
    }
    if (told.length > 0) this.moving = this.moving.filter(({ life }) => life.due < Infinity);
    return told;
  }
}
