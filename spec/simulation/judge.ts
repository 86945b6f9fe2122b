import type { Ticker, Trade } from '../../src/model/events.js';
import type { TopicSignal } from '../../src/model/signals.js';

/** How old an answer may be that is said to be fresh: a dead socket and a forgotten topic are found within this time, ms. */
export const MOST_STALE = 26_000;

/** What the engine said of one market, held against what the exchange knows. */
export class Judge {
  private readonly delivered = new Set<string>();
  private readonly gaps: { readonly after: string; readonly before: string }[] = [];
  /** Ids of the newest trade delivered, and of the last one that was held against the truth. */
  private newest = '';
  private verified = '';
  /** Trades of which the engine has said that they come late. */
  private readonly late = new Set<string>();
  private tickerAt = -Infinity;
  /** Trades delivered, and trades declared missing. */
  readonly count = { delivered: 0, missing: 0, repaired: 0 };

  constructor(
    readonly market: string,
    private readonly truth: Trade[],
    private readonly complain: (what: string, at: number) => void,
  ) {}

  trade(trade: Trade): void {
    const { id } = trade;
    if (id <= this.newest && !this.late.delete(id)) {
      this.complain(`trade ${id} came after ${this.newest}`, trade.timestamp);
    }
    if (this.newest === '') this.verified = String(BigInt(id) - 1n);
    this.newest = id > this.newest ? id : this.newest;
    this.delivered.add(id);
    this.count.delivered += 1;
  }

  signal(signal: TopicSignal): void {
    if (signal.type === 'late') this.late.add(signal.trade.id ?? '');
    if (signal.type === 'repaired') this.count.repaired += signal.count;
    if (signal.type === 'gap') this.gaps.push({ after: signal.after.id ?? '', before: signal.before.id ?? '' });
  }

  ticker({ timestamp }: Ticker): void {
    if (timestamp < this.tickerAt)
      this.complain(`the ticker went back from ${this.tickerAt} to ${timestamp}`, timestamp);
    this.tickerAt = timestamp;
  }

  /** An answer that the engine says is fresh. */
  answer({ timestamp, tier }: Ticker, now: number): void {
    const known = this.truth.findLast((trade) => trade.timestamp <= now - MOST_STALE);
    if (known !== undefined && timestamp < known.timestamp) {
      this.complain(
        `${tier} answered with what was ${now - timestamp} ms old, and there was newer for ${MOST_STALE} ms`,
        now,
      );
    }
  }

  /** Everything made up to an instant must by now have been delivered, once, or declared missing. */
  verify(until: number): void {
    if (this.newest === '') return;
    for (const { id, timestamp } of this.truth) {
      if (timestamp > until) break;
      if (id <= this.verified) continue;
      this.verified = id;
      if (this.delivered.delete(id)) continue;
      if (this.gaps.some(({ after, before }) => id > after && id < before)) this.count.missing += 1;
      else this.complain(`trade ${id} of ${timestamp} was never delivered, nor declared missing`, timestamp);
    }
    // The last one stays, since it is what a ticker says.
    const done = this.truth.findIndex(({ id }) => id >= this.verified);
    if (done > 0) this.truth.splice(0, done);
  }

  /** At the end: nothing was delivered that was never made. */
  close(): void {
    for (const id of this.delivered) {
      if (!this.truth.some((trade) => trade.id === id)) this.complain(`trade ${id} was never made`, 0);
    }
  }
}
