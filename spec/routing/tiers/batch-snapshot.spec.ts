import { describe, expect, it } from '@jest/globals';
import { NEVER, asyncScheduler, map, type Observable } from 'rxjs';
import type { MarketEvent } from '../../../src/model/events.js';
import type { DataRequest } from '../../../src/model/request.js';
import { coldRestTier } from '../../../src/routing/tiers/cold-rest.js';
import { batchSnapshotTier } from '../../../src/routing/tiers/batch-snapshot.js';
import type { TierAnswer } from '../../../src/routing/tier.js';
import { orderbook, ticker } from '../../events.js';
import { marbles, type Marbles } from '../../marbles.js';
import { request } from '../../requests.js';

const markets = map((answer: TierAnswer) =>
  'miss' in answer ? answer.miss : answer.events.map(({ market }) => market).join(),
);

/** An exchange that knows every market but KRW-NONE, and the calls it got. */
const exchange = ({ cold }: Marbles) => {
  const calls: string[] = [];
  const snapshot = (asked: DataRequest): Observable<readonly MarketEvent[]> => {
    calls.push(`${asked.channel} ${asked.depth ?? ''} ${asked.markets.join()}`);
    const listed = asked.markets.filter((market) => market !== 'KRW-NONE');
    const make = asked.channel === 'orderbook' ? orderbook : ticker;
    return cold('-(e|)', { e: listed.map((market) => make({ market })) });
  };
  return { calls, source: { snapshot, cannotSnapshot: () => undefined } };
};

describe('batchSnapshotTier', () => {
  it(
    'merges concurrent requests into one call, and gives each its own markets',
    marbles((helpers) => {
      const { calls, source } = exchange(helpers);
      const tier = batchSnapshotTier({ source, window: 3, scheduler: helpers.scheduler });
      helpers.expectObservable(tier.fetch(request()).pipe(markets)).toBe('----(x|)', { x: 'KRW-BTC' });
      const other = tier.fetch(request({ markets: ['KRW-ETH', 'KRW-BTC'] })).pipe(markets);
      helpers.expectObservable(other, '--^').toBe('----(x|)', { x: 'KRW-ETH,KRW-BTC' });
      helpers.flush();
      expect(calls).toEqual(['ticker  KRW-BTC,KRW-ETH']);
    }),
  );

  it(
    'keeps apart what one call cannot carry',
    marbles((helpers) => {
      const { calls, source } = exchange(helpers);
      const tier = batchSnapshotTier({ source, window: 3, scheduler: helpers.scheduler });
      for (const depth of [1, 5, 5]) {
        helpers.expectObservable(tier.fetch(request({ channel: 'orderbook', depth })).pipe(markets)).toBe('----(x|)', {
          x: 'KRW-BTC',
        });
      }
      helpers.expectObservable(tier.fetch(request()).pipe(markets)).toBe('----(x|)', { x: 'KRW-BTC' });
      helpers.flush();
      expect(calls).toEqual(['orderbook 1 KRW-BTC', 'orderbook 5 KRW-BTC', 'ticker  KRW-BTC']);
    }),
  );

  it(
    'leaves out what the exchange does not know, for the router to judge',
    marbles((helpers) => {
      const { source } = exchange(helpers);
      const tier = batchSnapshotTier({ source, window: 0, scheduler: helpers.scheduler });
      const asked = request({ markets: ['KRW-NONE', 'KRW-BTC'] });
      helpers.expectObservable(tier.fetch(asked).pipe(markets)).toBe('-(x|)', { x: 'KRW-BTC' });
    }),
  );

  it(
    'cannot serve what the source cannot',
    marbles(({ scheduler, cold }) => {
      const source = { snapshot: () => cold<MarketEvent[]>('-'), cannotSnapshot: () => 'no such call' };
      expect(batchSnapshotTier({ source, scheduler }).cannotServe(request())).toBe('no such call');
    }),
  );

  it(
    'asks with the priority of the most urgent',
    marbles((helpers) => {
      const priorities: (string | undefined)[] = [];
      const snapshot = (asked: DataRequest): Observable<readonly MarketEvent[]> => {
        priorities.push(asked.priority);
        return helpers.cold('(e|)', { e: asked.markets.map((market) => ticker({ market })) });
      };
      const tier = batchSnapshotTier({
        source: { snapshot, cannotSnapshot: () => undefined },
        scheduler: helpers.scheduler,
      });
      helpers.expectObservable(tier.fetch(request({ priority: 'low' })).pipe(markets)).toBe('-----(x|)', {
        x: 'KRW-BTC',
      });
      const urgent = request({ markets: ['KRW-ETH'], priority: 'critical' });
      helpers.expectObservable(tier.fetch(urgent).pipe(markets)).toBe('-----(x|)', { x: 'KRW-ETH' });
      helpers.flush();
      expect(priorities).toEqual(['critical']);
    }),
  );

  it('shares its endpoint with direct calls where it goes by REST, and has REST asked beside it where it does not', () => {
    const source = { snapshot: () => NEVER, cannotSnapshot: () => undefined };
    const tier = batchSnapshotTier({ source, scheduler: asyncScheduler });
    const direct = coldRestTier({ fetch: () => NEVER });
    const [ofTicker, ofTrade] = [request(), request({ channel: 'trade' })];
    expect(tier.endpoint?.(ofTicker)).toBe(direct.endpoint?.(ofTicker));
    expect([tier.endpoint?.(ofTrade), tier.hedgeAfter?.(ofTicker)]).toEqual([undefined, undefined]);
    expect(tier.hedgeAfter?.(ofTrade)).toBeLessThan(1_000);
  });
});
