import { map, type SchedulerLike } from 'rxjs';
import type { MarketEvent } from '../../model/events.js';
import type { MarketCode } from '../../model/market.js';
import type { DataRequest } from '../../model/request.js';
import type { Source } from '../../sources/source.js';
import { coalesce } from '../coalesce.js';
import type { Tier } from '../tier.js';
import { restEndpoint } from './rest-endpoint.js';

export interface BatchTierOptions {
  readonly source: Pick<Source, 'snapshot' | 'cannotSnapshot'>;
  /** How long a call waits for further markets, ms. Default 5. */
  readonly window?: number;
  readonly scheduler: SchedulerLike;
}

type Ask = ReturnType<typeof coalesce<MarketCode, MarketEvent>>;

/** Requests that one call can serve together. */
const shapeOf = ({ channel, interval, depth, level }: DataRequest): string =>
  [channel, interval, depth ?? 30, level ?? 0].join('/');

/** States come by REST; trades and candles as the first a socket sends of each, which for some market it may never do. */
const isState = ({ channel }: DataRequest): boolean => channel === 'ticker' || channel === 'orderbook';

/** How long an answer over the socket is waited for before REST is asked beside it, ms. */
const HEDGE = 500;

/** Many markets in one call. Requests that come within a few milliseconds are merged into one. */
export const batchSnapshotTier = ({ source, window = 5, scheduler }: BatchTierOptions): Tier => {
  const shapes = new Map<string, Ask>();
  const askFor = (request: DataRequest): Ask => {
    const shape = shapeOf(request);
    const known = shapes.get(shape);
    if (known !== undefined) return known;
    const ask = coalesce<MarketCode, MarketEvent>({
      window,
      scheduler,
      load: (markets, priority) =>
        source
          .snapshot({ ...request, markets, priority })
          .pipe(map((events) => new Map(events.map((event) => [event.market, event])))),
    });
    shapes.set(shape, ask);
    return ask;
  };
  return {
    name: 'batch-snapshot',
    cannotServe: (request) => source.cannotSnapshot(request),
    timeLimit: () => 10_000,
    hedgeAfter: (request) => (isState(request) ? undefined : HEDGE),
    endpoint: (request) => (isState(request) ? restEndpoint(request) : undefined),
    fetch: (request) =>
      askFor(request)(request.markets, request.priority).pipe(
        map((found) => ({
          events: request.markets.flatMap((market) => found.get(market) ?? []),
          trust: 'asked of the exchange now, many markets in one call',
        })),
      ),
  };
};
