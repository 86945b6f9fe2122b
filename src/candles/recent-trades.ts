import type { Trade } from '../model/events.js';

/** Trades of a market remembered for recognising a repeated one; a minute of the busiest market. */
const REMEMBERED = 4_096;

/** The trades of one market seen lately, by id. */
export class RecentTrades {
  private readonly ids = new Set<string>();
  /** The same in the order they came; a set that forgets its oldest one by one becomes slow. */
  private readonly inOrder: string[] = [];
  private readonly times: number[] = [];
  private next = 0;
  /** Of trades up to this time nobody knows any more whether they have been seen. */
  private forgotten = -Infinity;

  /** Remembers a trade; false when it was remembered already, or is too old to tell. */
  add({ id, timestamp }: Trade): boolean {
    if (timestamp <= this.forgotten || this.ids.has(id)) return false;
    const oldest = this.inOrder[this.next];
    if (oldest !== undefined) {
      this.ids.delete(oldest);
      this.forgotten = Math.max(this.forgotten, this.times[this.next] ?? -Infinity);
    }
    this.ids.add(id);
    this.inOrder[this.next] = id;
    this.times[this.next] = timestamp;
    this.next = (this.next + 1) % REMEMBERED;
    return true;
  }
}
