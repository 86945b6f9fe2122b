import { asyncScheduler, defer, of, type SchedulerLike } from 'rxjs';
import { fromCache } from '../../cache/from-cache.js';
import type { TtlCache } from '../../cache/ttl-cache.js';
import type { Candle } from '../../model/events.js';
import type { DataRequest } from '../../model/request.js';
import type { Tier } from '../tier.js';

export interface WarmTierOptions {
  readonly answers: TtlCache;
  /** Candles that are kept for good: all a request asks for, or `undefined` when some may be missing. Default: none are. */
  readonly stored?: (request: DataRequest) => readonly Candle[] | undefined;
  /** Asked to fetch again what was served in the second half of its allowed age. */
  readonly refresh: (request: DataRequest) => void;
  readonly scheduler?: SchedulerLike;
}

/**
 * Candles that are done and stored, which no age can spoil; and answers of the last minute, within the request's
 * `maxAge`, refreshed behind it as they grow old.
 */
export const warmCacheTier = ({ answers, stored, refresh, scheduler = asyncScheduler }: WarmTierOptions): Tier => ({
  name: 'warm-cache',
  cannotServe: ({ maxAge }) => (maxAge > 0 ? undefined : 'the caller accepts nothing cached'),
  timeLimit: () => 50,
  fetch: (request) =>
    defer(() => {
      const kept = stored?.(request);
      if (kept !== undefined) return of({ events: kept, trust: 'stored, and known to be all there are' });
      const found = request.markets.map((market) => answers.get(request, market, request.maxAge));
      const events = found.flatMap((each) => each ?? []);
      if (found.includes(undefined)) return of({ miss: `nothing received within ${request.maxAge} ms` });
      const oldest = Math.min(...events.map(({ receivedAt }) => receivedAt));
      if (scheduler.now() - oldest > request.maxAge / 2) refresh(request);
      return of({
        events: events.map((event) => fromCache(event, 'warm-cache')),
        trust: `received within the ${request.maxAge} ms the caller allows`,
      });
    }),
});
