import { describe, expect, it } from '@jest/globals';
import { VirtualTimeScheduler } from 'rxjs';
import { TtlCache } from '../../src/cache/ttl-cache.js';
import type { DataRequest } from '../../src/model/request.js';
import { ticker, trade } from '../events.js';
import { request as single } from '../requests.js';

const request = (fields: Partial<DataRequest> = {}): DataRequest =>
  single({ markets: ['KRW-BTC', 'KRW-ETH'], ...fields });

const at = (time: number): { cache: TtlCache; clock: VirtualTimeScheduler } => {
  const clock = new VirtualTimeScheduler();
  clock.frame = time;
  return { clock, cache: new TtlCache(clock) };
};

describe('TtlCache', () => {
  it('keeps an answer market by market', () => {
    const { cache } = at(1_000);
    const btc = ticker({ tier: 'cold-rest' });
    const eth = ticker({ tier: 'cold-rest', market: 'KRW-ETH' });
    cache.remember(request(), [btc, eth]);
    expect(cache.get(request({ markets: ['KRW-ETH'] }), 'KRW-ETH', 500)).toEqual([eth]);
    expect(cache.get(request(), 'KRW-BTC', 500)).toEqual([btc]);
    expect(cache.get(request(), 'KRW-XRP', 500)).toBeUndefined();
  });

  it('judges age by the receive time, the limit included', () => {
    const { cache, clock } = at(1_000);
    cache.remember(request(), [ticker({ receivedAt: 1_000, tier: 'cold-rest' })]);
    clock.frame = 1_500;
    expect(cache.get(request(), 'KRW-BTC', 500)).toHaveLength(1);
    expect(cache.get(request(), 'KRW-BTC', 499)).toBeUndefined();
  });

  it('forgets after a minute, whatever age is allowed', () => {
    const { cache, clock } = at(0);
    cache.remember(request(), [ticker({ receivedAt: 0, tier: 'cold-rest' })]);
    clock.frame = 60_001;
    expect(cache.get(request(), 'KRW-BTC', Infinity)).toBeUndefined();
  });

  it('does not take its own answers for news', () => {
    const { cache } = at(1_000);
    cache.remember(request(), [ticker({ tier: 'warm-cache' })]);
    cache.remember(request(), [ticker({ tier: 'hot-cache' })]);
    expect(cache.get(request(), 'KRW-BTC', 1_000)).toBeUndefined();
  });

  it('keeps no empty answer, since its age could not be told', () => {
    const { cache } = at(1_000);
    cache.remember(request({ channel: 'trade', count: 10 }), []);
    expect(cache.get(request({ channel: 'trade', count: 10 }), 'KRW-BTC', 1_000)).toBeUndefined();
  });

  it('tells requests for different data apart', () => {
    const { cache } = at(1_000);
    const history = request({ channel: 'trade', count: 2, markets: ['KRW-BTC'] });
    cache.remember(history, [trade({ tier: 'cold-rest', id: '1' }), trade({ tier: 'cold-rest', id: '2' })]);
    expect(cache.get(history, 'KRW-BTC', 1_000)).toHaveLength(2);
    expect(cache.get({ ...history, count: 3 }, 'KRW-BTC', 1_000)).toBeUndefined();
    expect(cache.get({ ...history, to: 5 }, 'KRW-BTC', 1_000)).toBeUndefined();
  });
});
