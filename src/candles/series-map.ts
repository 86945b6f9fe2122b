import type { Interval } from '../model/interval.js';

/** What says to which series an event belongs; trades have no interval. */
export interface SeriesKey {
  readonly exchange: string;
  readonly market: string;
  readonly interval?: Interval;
}

interface Entry<S> extends SeriesKey {
  readonly state: S;
}

/** One state for each series of a stream: each exchange, market and, of candles, interval. */
export class SeriesMap<K extends SeriesKey, S> {
  private readonly byMarket = new Map<string, Entry<S>[]>();

  constructor(private readonly create: (first: K) => S) {}

  /** The state of the series an event belongs to, created with its first event. */
  of(event: K): S {
    const { exchange, market, interval } = event;
    let entries = this.byMarket.get(market);
    if (entries === undefined) this.byMarket.set(market, (entries = []));
    for (const entry of entries) if (entry.exchange === exchange && entry.interval === interval) return entry.state;
    const state = this.create(event);
    entries.push({ exchange, market, ...(interval === undefined ? {} : { interval }), state });
    return state;
  }

  *all(): Generator<S> {
    for (const entries of this.byMarket.values()) for (const { state } of entries) yield state;
  }
}
