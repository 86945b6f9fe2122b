import type { MonoTypeOperatorFunction, SchedulerLike } from 'rxjs';
import type { Candle } from '../model/events.js';
import { closeTime } from '../model/interval.js';
import { sameFigures } from './bar.js';
import { clocked, type Clockwork } from './clocked.js';
import { isClosed } from './closed-only.js';
import { GRACE, Lifecycle } from './lifecycle.js';
import { graceOf } from './options.js';
import { RecentWindows } from './recent-windows.js';

/** Candles of a series remembered for recognising a read that changes one; a page of history. */
const REMEMBERED = 200;

export interface FinalityOptions {
  /** How long after a window's end its candle may still change before it is final, ms. Default 2,000. */
  readonly grace?: number;
  /** The clock. Default: the system's. */
  readonly scheduler?: SchedulerLike;
}

/**
 * Tells of candles read from an exchange, again and again, when they are done, for any number of series in one stream:
 * reads of an open candle pass; when the clock passes its end it is told as `provisional`, after the grace as `final`,
 * though the exchange says nothing. A later read that changes a final candle is told as `revised`; one that says the same
 * is not told. A read that is older (by `timestamp`) than what is known is left out, and so is one of a window so long
 * past (200 candles) that nobody knows any more what was told of it.
 *
 * A candle first read long after its end is `provisional` for one more grace, unless the read itself says that it is
 * final. Filled candles pass as they are; partial ones never become final.
 *
 * @example
 * backbone.watchCandles('KRW-BTC', '1m').pipe(finality(), closedOnly()).subscribe(({ close }) => console.log(close));
 */
export const finality = ({ grace = GRACE, scheduler }: FinalityOptions = {}): MonoTypeOperatorFunction<Candle> => {
  const checked = graceOf(grace);
  return clocked<Candle, Candle>(() => new Reads(checked), scheduler);
};

/** What is known of one window. */
interface Known {
  candle: Candle;
  readonly closesAt: number;
  readonly life: Lifecycle;
}

/** The reads of one series. */
class Reads implements Clockwork<Candle, Candle> {
  private readonly windows = new RecentWindows<Known>(REMEMBERED);
  /** Windows that may still move on. */
  private moving: Known[] = [];
  /** The exchange's time, as far as reads have shown it. */
  private seen = -Infinity;

  constructor(private readonly grace: number) {}

  get due(): number {
    let due = Infinity;
    for (const { life } of this.moving) due = Math.min(due, life.due);
    return due;
  }

  take(read: Candle, now: number): Candle[] {
    if (read.filled === true) return [read];
    this.seen = Math.max(this.seen, read.openTime, read.timestamp);
    const known = this.windows.get(read.openTime);
    // What the read says of its own window comes before what the clock says of it.
    const told = this.advance(now, known);
    const news = known === undefined ? this.first(read, now) : this.again(known, read, now);
    if (news !== undefined) told.push(news);
    return told;
  }

  tick(now: number): Candle[] {
    return this.advance(now);
  }

  end(now: number): Candle[] {
    return this.advance(now);
  }

  /** Moves every window but one as far as time has come, and tells each step. */
  private advance(now: number, except?: Known): Candle[] {
    const told: Candle[] = [];
    for (const known of this.moving) {
      if (known === except) continue;
      const { closesAt, life } = known;
      const witness = { ended: this.seen >= closesAt, settled: this.seen >= closesAt + this.grace };
      while (life.advance(now, witness)) told.push((known.candle = { ...known.candle, state: life.state }));
    }
    if (told.length > 0) this.moving = this.moving.filter(({ life }) => life.due < Infinity);
    return told;
  }

  private first(read: Candle, now: number): Candle | undefined {
    if (this.windows.isForgotten(read.openTime)) return undefined;
    const closesAt = closeTime(read.interval, read.openTime);
    const life = new Lifecycle(closesAt, this.grace, read.partial !== true);
    if (isClosed(read)) life.settle();
    else life.touch(now, read.state === 'provisional' || this.seen >= closesAt);
    const known = { candle: { ...read, state: isClosed(read) ? read.state : life.state }, closesAt, life };
    this.windows.set(read.openTime, known);
    if (!life.isSettled) this.moving = [...this.moving, known].sort((a, b) => a.closesAt - b.closesAt);
    return known.candle;
  }

  private again(known: Known, read: Candle, now: number): Candle | undefined {
    const { candle, closesAt, life } = known;
    if (read.timestamp < candle.timestamp) return undefined;
    const isSame = sameFigures(candle, read);
    const before = life.state;
    if (!isSame || !life.isSettled) life.touch(now, read.state !== 'open' || this.seen >= closesAt);
    if (isClosed(read)) life.settle();
    known.candle = { ...read, state: life.state };
    // An open candle read again is news of the stream; a closed one is not.
    return isSame && before === life.state && before !== 'open' ? undefined : known.candle;
  }
}
