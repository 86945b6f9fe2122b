import type { Candle } from '../model/events.js';
import { closeTime, type Interval } from '../model/interval.js';
import { candleOf, joined, sameFigures, type Bar } from './bar.js';
import { isClosed } from './closed-only.js';
import { Lifecycle } from './lifecycle.js';

/** One window of the higher interval and the lower candles in it; each replaces what was known of its own window. */
export class HigherWindow {
  readonly life: Lifecycle;
  readonly closesAt: number;
  /** By open time. */
  private readonly lowers: Candle[] = [];
  private last: Candle;
  /** All lower candles but the last, which changes most. */
  private base: Bar | undefined;
  private readonly unsettled = new Set<number>();

  constructor(
    private readonly interval: Interval,
    readonly openTime: number,
    options: { readonly grace: number; readonly isWhole: boolean },
    first: Candle,
  ) {
    this.closesAt = closeTime(interval, openTime);
    this.life = new Lifecycle(this.closesAt, options.grace, options.isWhole);
    this.last = first;
    this.put(first);
  }

  get size(): number {
    return this.lowers.length;
  }

  /** Whether a lower candle may still change. */
  get isPending(): boolean {
    return this.unsettled.size > 0;
  }

  /** Takes a lower candle in; false when the figures are as before. */
  put(lower: Candle): boolean {
    if (lower.partial === true) this.life.isWhole = false;
    if (isClosed(lower)) this.unsettled.delete(lower.openTime);
    else this.unsettled.add(lower.openTime);
    const at = this.placeOf(lower.openTime);
    const before = this.lowers[at];
    const known = before?.openTime === lower.openTime ? before : undefined;
    this.lowers.splice(at, known === undefined ? 0 : 1, lower);
    if (at < this.lowers.length - 1) this.base = this.lowers.slice(0, -1).reduce<Bar | undefined>(joined, undefined);
    else {
      if (known === undefined && at > 0) this.base = joined(this.base, this.last);
      this.last = lower;
    }
    return known?.timestamp !== lower.timestamp || !sameFigures(known, lower);
  }

  /** The candle as it stands. */
  candle(): Candle {
    const { interval, openTime, life } = this;
    const candle = candleOf(joined(this.base, this.last), { interval, openTime, state: life.state });
    return life.isWhole ? candle : { ...candle, partial: true };
  }

  /** Where a lower candle stands or belongs; mostly at the end. */
  private placeOf(openTime: number): number {
    let at = this.lowers.length;
    while ((this.lowers[at - 1]?.openTime ?? -Infinity) >= openTime) at -= 1;
    return at;
  }
}
