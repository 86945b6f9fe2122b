import type { MarketEvent } from '../model/events.js';
import { isNewer } from './forward-only.js';
import { isSequential, timeOf, type Sequential } from './missing.js';

/** How far a topic's stream has been told. */
export class Told {
  /** Of trades and candles, the last one before which nothing was left out. */
  last: Sequential | undefined;
  /** The first of them. */
  first: Sequential | undefined;
  /** How many trades, or windows of candles, came after the first. */
  count = 0;
  /** A state, or what was told beyond `last`. */
  private beyond: MarketEvent | undefined;

  /** The latest event. */
  get latest(): MarketEvent | undefined {
    return this.beyond ?? this.last;
  }

  add(event: MarketEvent): void {
    const { latest } = this;
    if (isSequential(event) && this.moves(event)) {
      this.last = event;
      this.beyond = latest !== undefined && isNewer(latest, event) ? latest : undefined;
    } else if (isNewer(event, latest)) {
      this.beyond = event;
    }
  }

  /** Whether an event takes the last one's place. */
  private moves(event: Sequential): boolean {
    const { last } = this;
    if (last === undefined) {
      this.first = event;
      return true;
    }
    const time = timeOf(event);
    const before = timeOf(last);
    if (time < before) return false;
    const isTrade = event.type === 'trade';
    // A candle that answers a subscription may come before the one before it has been told to its end.
    if (time > before && !isTrade && event.snapshot === true) return false;
    if (time > before || isTrade) this.count += 1;
    return true;
  }
}
