/** Shortest silence that is ever suspicious, ms. */
const SHORTEST = 500;
/** Longest silence that is not suspicious, before anybody has looked, ms. */
const LONGEST = 60_000;
/** Longest time between two looks at a quiet stream, ms. */
const RAREST = 300_000;
/** A stream of which nothing is known yet is taken to speak this often, ms. */
const UNKNOWN = 1_000;

/**
 * How far a live stream's silence can be trusted, by its own habit: the mean time between its events and the longest of
 * late, both fading, so that the estimate takes two numbers however long the stream. Times in ms UTC.
 */
export class Standing {
  private mean = UNKNOWN;
  private longest = UNKNOWN;
  private lastHeard = -Infinity;
  private allowed = 0;
  private trusted = -Infinity;

  /** An event has come. */
  heard(at: number): void {
    // A clock that was set back makes no gap.
    const gap = Math.max(0, at - this.lastHeard);
    this.lastHeard = at;
    if (gap < Infinity) {
      this.mean += (gap - this.mean) / 16;
      this.longest = Math.max(gap, this.longest * 0.95);
    }
    this.allowed = Math.min(LONGEST, Math.max(SHORTEST, 4 * this.mean + 1.5 * this.longest));
    this.trusted = at + this.allowed;
  }

  /** Somebody has looked: nothing was missed. The next look may wait twice as long. */
  quiet(at: number): void {
    this.allowed = Math.min(RAREST, 2 * this.allowed);
    this.trusted = at + this.allowed;
  }

  /** The stream has ended or is stale: nothing can be said of it until it speaks. */
  lost(): void {
    this.lastHeard = -Infinity;
    this.trusted = -Infinity;
  }

  /** Whether the stream's last event is still as good as new. */
  isTrusted(now: number): boolean {
    return now <= this.trusted && now >= this.lastHeard;
  }

  /** How much longer the silence can be trusted, ms; at most 5 minutes, whatever happens to the clock. */
  trustLeft(now: number): number {
    const left = this.trusted - now;
    return left > RAREST ? 0 : left;
  }

  /** When it last spoke; `-Infinity` before it ever did. */
  get heardAt(): number {
    return this.lastHeard;
  }
}
