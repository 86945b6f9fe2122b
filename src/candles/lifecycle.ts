import type { CandleState } from '../model/events.js';

/** How long after a window's end late trades are still folded in before its candle is final, ms. */
export const GRACE = 2_000;

/** What is known of time besides the clock. */
export interface Witness {
  /** The stream itself shows that the window has ended. */
  readonly ended: boolean;
  /** The stream itself shows that nothing more is to be expected of the window. */
  readonly settled: boolean;
  /** Something the candle is made of is not settled itself, so it cannot be final whatever the clock says. */
  readonly pending?: boolean;
}

/**
 * The way of one window's candle: `open`, `provisional`, `final`, `revised`; never back. Closed by the clock, or by what
 * the stream shows when that is earlier. A window first heard of after its grace, as history is, gets a grace of its own
 * from the last time something was added.
 */
export class Lifecycle {
  state: CandleState = 'open';
  private finalAt: number;

  constructor(
    /** The first instant that is no longer part of the window, ms UTC. */
    private readonly closesAt: number,
    private readonly grace: number,
    /** Only a candle whose window was seen from its start can be final. */
    public isWhole: boolean,
  ) {
    this.finalAt = closesAt + grace;
  }

  get isSettled(): boolean {
    return this.state === 'final' || this.state === 'revised';
  }

  /** The next instant at which the clock alone moves it on. */
  get due(): number {
    if (this.state === 'open') return this.closesAt;
    return this.state === 'provisional' && this.isWhole ? this.finalAt : Infinity;
  }

  /** The figures have changed; `ended` when the stream itself shows that the window has. */
  touch(now: number, ended: boolean): void {
    if (this.isSettled) this.state = 'revised';
    else if (this.isOver(now)) this.finalAt = now + this.grace;
    if (this.state === 'open' && (ended || now >= this.closesAt)) this.state = 'provisional';
  }

  /** It is known from elsewhere to be final. */
  settle(): void {
    if (!this.isSettled && this.isWhole) this.state = 'final';
  }

  /** Moves on by one state if it is time to; to be called until it says no. */
  advance(now: number, { ended, settled, pending = false }: Witness): boolean {
    if (this.state === 'open' && (ended || settled || now >= this.closesAt)) {
      this.state = 'provisional';
      return true;
    }
    if (this.state !== 'provisional' || !this.isWhole || pending || !(settled || now >= this.finalAt)) return false;
    this.state = 'final';
    return true;
  }

  /** Whether the grace has passed by the clock. */
  private isOver(now: number): boolean {
    return now >= this.closesAt + this.grace;
  }
}
