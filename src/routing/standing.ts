import { onGrid } from './grid.js';

/** Shortest silence that is ever suspicious, ms. */
const SHORTEST = 400;
/** Longest silence that is not suspicious, and longest time between two looks at a quiet stream, ms. */
const LONGEST = 20_000;
/** A stream of which nothing is known yet is taken to speak this often, ms. */
const UNKNOWN = 1_000;
/** Events within the same eight milliseconds count as one: 2^3. */
const TOGETHER = 3;
/** Trust ends on a grid of at least this step, and of at most a quarter of the silence allowed, ms. */
const FINEST = 256;

/**
 * How far a live stream's silence can be trusted, by its own habit: the mean time between its events and the longest of
 * late, both fading, so that the estimate takes two numbers however long the stream. Times in ms UTC.
 */
export class Standing {
  private mean = UNKNOWN;
  private longest = UNKNOWN;
  private lastHeard = -Infinity;
  private moment = -1;
  /** Whether something newer is being held back, so that what was told is not all that has come. */
  isHeldBack: () => boolean = () => false;
  private allowed = 0;
  private trusted = -Infinity;

  /** An event has come. */
  heard(at: number): void {
    // A small integer, since this is looked at with every event of every topic.
    const moment = at >>> TOGETHER;
    if (moment === this.moment) return;
    this.moment = moment;
    const gap = at - this.lastHeard;
    this.lastHeard = at;
    if (gap < Infinity) {
      // A clock that was set tells nothing about the stream.
      const likely = Math.min(LONGEST, Math.max(0, gap));
      this.mean += (likely - this.mean) / 16;
      this.longest = Math.max(likely, this.longest * 0.95);
    }
    this.allowed = Math.min(LONGEST, Math.max(SHORTEST, 2 * this.mean + 1.5 * this.longest));
    this.trusted = at + this.allowed;
  }

  /** Somebody has looked: nothing was missed. The next look may wait twice as long, within bounds. */
  quiet(at: number): void {
    this.allowed = Math.min(LONGEST, 2 * this.allowed);
    this.sure(at);
  }

  /** What was told is all there is. */
  sure(at: number): void {
    this.lastHeard = Math.min(this.lastHeard, at);
    this.trusted = at + this.allowed;
  }

  /** Something may have been missed: nothing is trusted before it speaks, or somebody has looked. */
  suspect(): void {
    this.trusted = -Infinity;
    this.moment = -1;
  }

  /** The stream has ended or is stale: nothing can be said of it until it speaks. */
  lost(): void {
    this.lastHeard = -Infinity;
    this.trusted = -Infinity;
    this.moment = -1;
  }

  /** Whether the stream's last event is still as good as new. */
  isTrusted(now: number): boolean {
    return this.trustLeft(now) > 0;
  }

  /** How much longer the silence can be trusted, ms, 0 when it cannot; at most 25 s, whatever happens to the clock. */
  trustLeft(now: number): number {
    // A clock that was set back says neither how long the silence is nor how long it may last.
    if (now < this.lastHeard || this.trusted - now > LONGEST) return 0;
    return Math.max(0, onGrid(this.trusted, Math.max(FINEST, this.allowed / 4)) - now);
  }

  /** When it last spoke; `-Infinity` before it ever did. */
  get heardAt(): number {
    return this.lastHeard;
  }
}
