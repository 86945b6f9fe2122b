import { InvalidRequestError } from '../errors.js';
import type { Candle } from '../model/events.js';
import { closeTime, isMadeOf, openTimeOf, type Interval } from '../model/interval.js';
import type { Clockwork } from './clocked.js';
import { isClosed } from './closed-only.js';
import { HigherWindow } from './higher-window.js';

/** Besides the newest two windows, older ones are kept for revisions while all hold no more lower candles than this. */
const KEPT_LOWERS = 256;

/** Throws `InvalidRequestError` when candles of `lower` do not add up to candles of `higher`. */
export const checkMadeOf = (higher: Interval, lower: Interval): void => {
  if (isMadeOf(higher, lower)) return;
  throw new InvalidRequestError(`${higher} candles are not made of whole ${lower} candles`, { higher, lower });
};

export interface HigherOptions {
  readonly interval: Interval;
  readonly grace: number;
  /** From when on there is every lower candle, ms UTC. */
  readonly since: number;
  /** Up to when there is every lower candle once no more come, ms UTC. */
  readonly until?: number | undefined;
}

/** The windows of one higher interval of one series of lower candles. */
export class HigherWindows implements Clockwork<Candle, Candle> {
  private readonly windows = new Map<number, HigherWindow>();
  /** Windows that may still move on, oldest first. */
  private moving: HigherWindow[] = [];
  /** The exchange's time, as far as lower candles have shown it. */
  private seen = -Infinity;
  /** Up to here lower candles have been settled. */
  private settledUntil = -Infinity;
  /** Windows that open before this are no longer known. */
  private floor = -Infinity;

  constructor(private readonly options: HigherOptions) {}

  get due(): number {
    let due = Infinity;
    for (const { life, isPending } of this.moving) {
      // A window that waits for its lower candles does not wait for the clock.
      if (life.state === 'open' || !isPending) due = Math.min(due, life.due);
    }
    return due;
  }

  take(lower: Candle, now: number): Candle[] {
    this.see(lower);
    const openTime = openTimeOf(this.options.interval, lower.openTime);
    const known = this.windows.get(openTime);
    const told = this.advance(now, known);
    // A filled candle tells of time; of trades it tells nothing.
    if (lower.filled === true || openTime < this.floor) return told;
    const window = known ?? this.open(openTime, lower);
    const isChanged = known === undefined || window.put(lower);
    if (isChanged) {
      window.life.touch(now, this.seen >= window.closesAt);
      told.push(window.candle());
    }
    this.move(window, now, told);
    return told;
  }

  tick(now: number): Candle[] {
    return this.advance(now);
  }

  end(now: number): Candle[] {
    const { until = -Infinity } = this.options;
    this.seen = Math.max(this.seen, until);
    this.settledUntil = Math.max(this.settledUntil, until);
    return this.advance(now);
  }

  private see(lower: Candle): void {
    const end = closeTime(lower.interval, lower.openTime);
    this.seen = Math.max(this.seen, lower.state === 'open' ? lower.openTime : end);
    if (isClosed(lower)) this.settledUntil = Math.max(this.settledUntil, end);
  }

  private open(openTime: number, lower: Candle): HigherWindow {
    const { interval, grace, since } = this.options;
    const window = new HigherWindow(interval, openTime, { grace, isWhole: openTime >= since }, lower);
    this.windows.set(openTime, window);
    this.moving = [...this.moving, window].sort((a, b) => a.openTime - b.openTime);
    this.forgetOld();
    return window;
  }

  /** Moves every window but one as far as time has come, and tells each step. */
  private advance(now: number, except?: HigherWindow): Candle[] {
    const told: Candle[] = [];
    for (const window of this.moving) if (window !== except) this.move(window, now, told);
    if (told.length > 0) this.moving = this.moving.filter(({ life }) => life.due < Infinity);
    return told;
  }

  private move(window: HigherWindow, now: number, told: Candle[]): void {
    const { closesAt, life, isPending: pending } = window;
    const settled = this.settledUntil >= closesAt;
    while (life.advance(now, { ended: this.seen >= closesAt, settled, pending })) told.push(window.candle());
  }

  private forgetOld(): void {
    let lowers = 0;
    for (const { size } of this.windows.values()) lowers += size;
    for (const oldest of [...this.windows.keys()].sort((a, b) => a - b)) {
      if (this.windows.size <= 2 || lowers <= KEPT_LOWERS) return;
      lowers -= this.windows.get(oldest)?.size ?? 0;
      this.windows.delete(oldest);
      this.moving = this.moving.filter(({ openTime }) => openTime !== oldest);
      this.floor = closeTime(this.options.interval, oldest);
    }
  }
}
