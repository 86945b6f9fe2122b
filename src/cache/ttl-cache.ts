import { LRUCache } from 'lru-cache';
import { asyncScheduler, type SchedulerLike } from 'rxjs';
import type { MarketEvent } from '../model/events.js';
import type { MarketCode } from '../model/market.js';
import { requestKey, type DataRequest } from '../model/request.js';

/** Longest any answer is kept, ms. */
const TTL = 60_000;
/** Most events kept, over all answers. */
const MOST_EVENTS = 500_000;

/** Answers of the last minute, by what was asked; the least recently used go first when the cache is full. */
export class TtlCache {
  private readonly answers: LRUCache<string, readonly MarketEvent[]>;

  constructor(private readonly scheduler: SchedulerLike = asyncScheduler) {
    this.answers = new LRUCache({
      max: 20_000,
      maxSize: MOST_EVENTS,
      sizeCalculation: (events) => Math.max(1, events.length),
      ttl: TTL,
      ttlResolution: 0,
      // Zero means «no start time» to the cache, and is where virtual clocks begin.
      perf: { now: () => scheduler.now() + 1 },
    });
  }

  /** Keeps an answer that came from the exchange, market by market; what came from a cache is kept already. */
  remember(request: DataRequest, events: readonly MarketEvent[]): void {
    // Asked by a stream for what it has missed, and by nobody else ever again.
    if (request.since !== undefined) return;
    const byMarket = new Map(request.markets.map((market): [MarketCode, MarketEvent[]] => [market, []]));
    for (const event of events) {
      if (event.tier === 'hot-cache' || event.tier === 'warm-cache') return;
      byMarket.get(event.market)?.push(event);
    }
    for (const [market, list] of byMarket) {
      // An empty answer carries no receive time, so its age could not be told.
      if (list.length > 0) this.answers.set(requestKey({ ...request, markets: [market] }), list);
    }
  }

  /** What was last answered for one market of a request, when all of it was received within the last `maxAge` ms. */
  get(request: DataRequest, market: MarketCode, maxAge: number): readonly MarketEvent[] | undefined {
    const events = this.answers.get(requestKey({ ...request, markets: [market] }));
    const now = this.scheduler.now();
    // Received in the future: the clock was set back, and the age cannot be told.
    return events?.every(({ receivedAt }) => receivedAt >= now - maxAge && receivedAt <= now) === true
      ? events
      : undefined;
  }
}
