import type { Candle } from '../model/events.js';
import { closeTime } from '../model/interval.js';
import type { Clockwork } from './clocked.js';

/** Windows one after another in which nothing was traded: from an open time to the next candle's, ms UTC. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
  /** The candle before it. */
  readonly after: Candle;
  /** It was told before, after another close. */
  readonly isRevised: boolean;
}

/** Long stretches are told window by window, so they are not gathered first. */
function* inOrder<T>(...parts: readonly Iterable<T>[]): Generator<T> {
  for (const part of parts) yield* part;
}

/** Finds the windows without a candle in one series, and has them told in their place. */
export class QuietWindows<Out> implements Clockwork<Candle, Candle | Out> {
  /** The newest candle. */
  private last: Candle | undefined;
  /** The window that comes next after those told. */
  private next = Infinity;
  /** The newest stretch told; it rests on the candle before it. */
  private stretch: Stretch | undefined;

  constructor(
    private readonly tell: (stretch: Stretch) => Iterable<Out>,
    /** How long after its end the clock takes a window for empty, ms; `undefined` when there is no clock. */
    private readonly grace: number | undefined,
  ) {}

  get due(): number {
    if (this.grace === undefined || this.last === undefined) return Infinity;
    return closeTime(this.last.interval, this.next) + this.grace;
  }

  take(candle: Candle, now: number): Iterable<Candle | Out> {
    const before = this.tick(now);
    const end = closeTime(candle.interval, candle.openTime);
    if (this.last !== undefined && candle.openTime < this.next) {
      return inOrder<Candle | Out>(before, [candle], this.told(this.again(candle, end)));
    }
    const stretch = this.after(candle.openTime);
    this.last = candle;
    this.next = end;
    return inOrder<Candle | Out>(before, this.told(stretch), [candle]);
  }

  tick(now: number): Iterable<Out> {
    if (this.due > now || this.last === undefined || this.grace === undefined) return [];
    let until = this.next;
    for (let end = until; end + this.grace <= now; end = closeTime(this.last.interval, end)) until = end;
    return this.told(this.after(until));
  }

  end(now: number): Iterable<Out> {
    return this.tick(now);
  }

  private told(stretch: Stretch | undefined): Iterable<Out> {
    return stretch === undefined ? [] : this.tell(stretch);
  }

  /** The stretch up to a window, which is thereby told. */
  private after(until: number): Stretch | undefined {
    const { last, next, stretch } = this;
    if (last === undefined || until <= next) return undefined;
    const told = { from: next, until, after: last, isRevised: false };
    // What the clock has told bit by bit is one stretch.
    this.stretch = stretch?.after === last ? { ...told, from: stretch.from } : told;
    this.next = until;
    return told;
  }

  /** A candle of a window told before: the stretch that has to be told again since it rests on another close now. */
  private again(candle: Candle, end: number): Stretch | undefined {
    const { last, stretch } = this;
    if (last !== undefined && candle.openTime >= last.openTime) this.last = candle;
    if (stretch === undefined || candle.openTime < stretch.after.openTime || candle.openTime >= stretch.until) {
      return undefined;
    }
    const isOther = candle.close !== stretch.after.close;
    this.stretch = { from: Math.max(stretch.from, end), until: stretch.until, after: candle, isRevised: true };
    return isOther && this.stretch.from < this.stretch.until ? this.stretch : undefined;
  }
}
