import { asyncScheduler, defer, of, type SchedulerLike } from 'rxjs';
import { fromCache } from '../../cache/from-cache.js';
import type { HotCache } from '../../cache/hot-cache.js';
import type { TtlCache } from '../../cache/ttl-cache.js';
import type { MarketEvent } from '../../model/events.js';
import type { MarketCode } from '../../model/market.js';
import { isLatest, topicOf, type DataRequest } from '../../model/request.js';
import type { Tier } from '../tier.js';

/** Anything received this recently is served without asking anybody, ms. */
const TTL = 200;

export interface HotCacheTierOptions {
  readonly hot: HotCache;
  readonly recent: TtlCache;
  readonly scheduler?: SchedulerLike;
}

/** The last value of a live, healthy, shared stream whatever its age, or any value younger than 200 ms. */
export const hotCacheTier = ({ hot, recent, scheduler = asyncScheduler }: HotCacheTierOptions): Tier => {
  const isRecent = (event: MarketEvent, maxAge: number): boolean => {
    const age = scheduler.now() - event.receivedAt;
    return age >= 0 && age <= maxAge;
  };
  const fresh = (request: DataRequest, market: MarketCode): MarketEvent | undefined => {
    const topic = topicOf(request, market);
    const fresh = hot.fresh(topic);
    if (fresh?.tier === 'live-subscription') return fresh;
    // Anything else may have come by REST.
    if (request.via === 'websocket') return undefined;
    const maxAge = Math.min(TTL, request.maxAge);
    const event = hot.latest(topic);
    if (event !== undefined && isRecent(event, maxAge)) return event;
    return recent.get(request, market, maxAge)?.[0];
  };
  return {
    name: 'hot-cache',
    cannotServe: (request) => {
      if (!isLatest(request)) return 'a live stream keeps no history';
      return request.maxAge > 0 ? undefined : 'the caller accepts nothing cached';
    },
    timeLimit: () => 50,
    fetch: (request) =>
      defer(() => {
        const events: MarketEvent[] = [];
        for (const market of request.markets) {
          const event = fresh(request, market);
          if (event === undefined) return of({ miss: `nothing fresh for ${market}` });
          events.push(fromCache(event, 'hot-cache'));
        }
        const age = scheduler.now() - Math.min(...events.map(({ receivedAt }) => receivedAt));
        return of({
          events,
          trust: `received ${age} ms ago, and nothing newer by a stream that is up, or within ${TTL} ms`,
        });
      }),
  };
};
