import { describe, expect, it } from '@jest/globals';
import { EMPTY, map, type Observable } from 'rxjs';
import type { MarketEvent } from '../../../src/model/events.js';
import type { DataRequest } from '../../../src/model/request.js';
import { coldRestTier } from '../../../src/routing/tiers/cold-rest.js';
import type { TierAnswer } from '../../../src/routing/tier.js';
import { ticker } from '../../events.js';
import { marbles } from '../../marbles.js';
import { request } from '../../requests.js';

const markets = map((answer: TierAnswer) =>
  'miss' in answer ? answer.miss : answer.events.map(({ market }) => market).join(),
);

describe('coldRestTier', () => {
  it(
    'asks for each market by itself, and for the same in flight once',
    marbles(({ cold, expectObservable, flush }) => {
      const calls: string[] = [];
      const fetch = ({ markets: [market = 'KRW-NONE'] }: DataRequest): Observable<readonly MarketEvent[]> => {
        calls.push(market);
        return cold('--(e|)', { e: [ticker({ market })] });
      };
      const tier = coldRestTier({ fetch });
      const both = request({ markets: ['KRW-BTC', 'KRW-ETH'] });
      expectObservable(tier.fetch(both).pipe(markets)).toBe('          --(x|)', { x: 'KRW-BTC,KRW-ETH' });
      expectObservable(tier.fetch(request()).pipe(markets), '-^').toBe('--(x|)', { x: 'KRW-BTC' });
      flush();
      expect(calls).toEqual(['KRW-BTC', 'KRW-ETH']);
    }),
  );

  it(
    'fails when one of the markets does',
    marbles(({ cold, expectObservable }) => {
      const tier = coldRestTier({
        fetch: ({ markets: [market] }) => (market === 'KRW-BTC' ? cold('-(e|)', { e: [ticker()] }) : cold('--#')),
      });
      expectObservable(tier.fetch(request({ markets: ['KRW-BTC', 'KRW-ETH'] }))).toBe('--#');
    }),
  );

  it('cannot serve a history that no exchange keeps', () => {
    const tier = coldRestTier({ fetch: () => EMPTY });
    expect(tier.cannotServe(request({ count: 2 }))).toBe('the exchange keeps no history of tickers');
    expect(tier.cannotServe(request({ channel: 'orderbook', to: 1 }))).toBe(
      'the exchange keeps no history of orderbooks',
    );
    expect(tier.cannotServe(request({ channel: 'trade', count: 2 }))).toBeUndefined();
  });
});
