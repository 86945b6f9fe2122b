import type { Trade } from '../model/events.js';

/** Trades of a market remembered for recognising a repeated one; a minute of the busiest market. */
const REMEMBERED = 4_096;

/** The trades of one market seen lately, by id. */
export class RecentTrades {
  /** Ids with the trade's time, oldest arrival first. */
  private readonly times = new Map<string, number>();
  /** Of trades up to this time nobody knows any more whether they have been seen. */
  private forgotten = -Infinity;

  /** Remembers a trade; false when it was remembered already, or is too old to tell. */
  add({ id, timestamp }: Trade): boolean {
    if (timestamp <= this.forgotten || this.times.has(id)) return false;
    this.times.set(id, timestamp);
    if (this.times.size > REMEMBERED) this.forgetOne();
    return true;
  }

  private forgetOne(): void {
    for (const [id, timestamp] of this.times) {
      this.times.delete(id);
      this.forgotten = Math.max(this.forgotten, timestamp);
      return;
    }
  }
}
