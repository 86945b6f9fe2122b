import { asyncScheduler, defer, of, type SchedulerLike } from 'rxjs';
import { fromCache } from '../../cache/from-cache.js';
import type { HotCache } from '../../cache/hot-cache.js';
import type { TtlCache } from '../../cache/ttl-cache.js';
import type { MarketEvent } from '../../model/events.js';
import type { MarketCode } from '../../model/market.js';
import { isLatest, topicOf, type DataRequest } from '../../model/request.js';
import type { LinkState } from '../link.js';
import type { Tier } from '../tier.js';

/** Anything received this recently is served without asking anybody, ms. */
const TTL = 200;

export interface HotCacheTierOptions {
  readonly hot: HotCache;
  readonly recent: TtlCache;
  readonly link: LinkState;
  readonly scheduler?: SchedulerLike;
}

/** The last value of a live, healthy, shared stream whatever its age, or any value younger than 200 ms. */
export const hotCacheTier = ({ hot, recent, link, scheduler = asyncScheduler }: HotCacheTierOptions): Tier => {
  const fresh = (request: DataRequest, market: MarketCode): MarketEvent | undefined => {
    const maxAge = Math.min(TTL, request.maxAge);
    const event = hot.latest(topicOf(request, market));
    if (event !== undefined) {
      const live = event.tier === 'live-subscription' && link.covers(event.receivedAt);
      if (live || event.receivedAt >= scheduler.now() - maxAge) return event;
    }
    return maxAge === 0 ? undefined : recent.get(request, market, maxAge)?.[0];
  };
  return {
    name: 'hot-cache',
    cannotServe: (request) => (isLatest(request) ? undefined : 'a live stream keeps no history'),
    timeLimit: () => 50,
    fetch: (request) =>
      defer(() => {
        const events: MarketEvent[] = [];
        for (const market of request.markets) {
          const event = fresh(request, market);
          if (event === undefined) return of({ miss: `nothing fresh for ${market}` });
          events.push(fromCache(event, 'hot-cache'));
        }
        return of({ events, trust: 'last value of a live stream that is up, or received within 200 ms' });
      }),
  };
};
