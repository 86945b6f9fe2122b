import { forkJoin, map } from 'rxjs';
import type { MarketEvent } from '../../model/events.js';
import { requestKey } from '../../model/request.js';
import { restEndpoint } from './rest-endpoint.js';
import type { Source } from '../../sources/source.js';
import { singleFlight } from '../single-flight.js';
import type { Tier } from '../tier.js';

/**
 * No more than a guard against a call that is never heard of again, ms. The transport bounds each try by itself; how long
 * a request waits for its turn is no reason to throw it away, or those at the end of the queue would never be served.
 */
const LIMIT = 600_000;

/** Direct REST calls, one market each: history, and the last resort for everything else. */
export const coldRestTier = (source: Pick<Source, 'fetch'>): Tier => {
  const once = singleFlight<readonly MarketEvent[]>();
  return {
    name: 'cold-rest',
    cannotServe: ({ channel, count, to }) =>
      (channel === 'ticker' || channel === 'orderbook') && (count > 1 || to !== undefined)
        ? `the exchange keeps no history of ${channel}s`
        : undefined,
    timeLimit: () => LIMIT,
    endpoint: restEndpoint,
    fetch: (request) =>
      forkJoin(
        request.markets.map((market) => {
          const single = { ...request, markets: [market] };
          return once(requestKey(single), () => source.fetch(single), request.priority);
        }),
      ).pipe(map((lists) => ({ events: lists.flat(), trust: 'asked of the exchange now' }))),
  };
};
