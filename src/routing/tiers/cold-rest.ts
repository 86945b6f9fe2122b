import { forkJoin, map } from 'rxjs';
import type { MarketEvent } from '../../model/events.js';
import { requestKey } from '../../model/request.js';
import type { Source } from '../../sources/source.js';
import { singleFlight } from '../single-flight.js';
import type { Tier } from '../tier.js';

/** Time for a request's turn in the queue and its reply, ms. */
const BASE = 30_000;
/** More for every market and every 100 rows, ms: at 9 requests a second each call costs some 110. */
const EACH = 500;

/** Direct REST calls, one market each: history, and the last resort for everything else. */
export const coldRestTier = (source: Pick<Source, 'fetch'>): Tier => {
  const once = singleFlight<readonly MarketEvent[]>();
  return {
    name: 'cold-rest',
    cannotServe: ({ channel, count, to }) =>
      (channel === 'ticker' || channel === 'orderbook') && (count > 1 || to !== undefined)
        ? `the exchange keeps no history of ${channel}s`
        : undefined,
    timeLimit: ({ markets, count }) => BASE + EACH * markets.length * Math.ceil(count / 100),
    fetch: (request) =>
      forkJoin(
        request.markets.map((market) => {
          const single = { ...request, markets: [market] };
          return once(requestKey(single), () => source.fetch(single));
        }),
      ).pipe(map((lists) => ({ events: lists.flat(), trust: 'asked of the exchange now' }))),
  };
};
