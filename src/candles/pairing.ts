import type { MarketEvent } from '../model/events.js';
import { isClosed } from './closed-only.js';

/** Events of one side of a series remembered for the other side to come. */
const REMEMBERED = 1_000;

/** Finds, for the events of one source, the events of the other that tell of the same. One for each series. */
export class Pairing {
  private readonly sides = { a: new Map<string, MarketEvent>(), b: new Map<string, MarketEvent>() };

  constructor(
    /** How far apart two states may be to be compared, ms. */
    private readonly within: number,
  ) {}

  /** The other side's event about the same; the event itself is remembered. */
  match(side: 'a' | 'b', event: MarketEvent): MarketEvent | undefined {
    // What is still growing is not the same in two places.
    if (event.type === 'candle' && !isClosed(event)) return undefined;
    const own = this.sides[side];
    const others = this.sides[side === 'a' ? 'b' : 'a'];
    const key = keyOf(event);
    own.delete(key);
    own.set(key, event);
    for (const oldest of own.keys()) {
      if (own.size <= REMEMBERED) break;
      own.delete(oldest);
    }
    return event.type === 'trade' || event.type === 'candle' ? others.get(key) : this.nearest(event, others);
  }

  private nearest({ timestamp }: MarketEvent, others: ReadonlyMap<string, MarketEvent>): MarketEvent | undefined {
    let [nearest, distance]: [MarketEvent | undefined, number] = [undefined, Infinity];
    for (const other of others.values()) {
      const apart = Math.abs(other.timestamp - timestamp);
      if (apart <= this.within && apart <= distance) [nearest, distance] = [other, apart];
    }
    return nearest;
  }
}

const keyOf = (event: MarketEvent): string => {
  if (event.type === 'trade') return event.id;
  return String(event.type === 'candle' ? event.openTime : event.timestamp);
};
