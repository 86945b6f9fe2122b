import { describe, expect, it } from '@jest/globals';
import { VirtualTimeScheduler, firstValueFrom } from 'rxjs';
import { TtlCache } from '../../../src/cache/ttl-cache.js';
import type { DataRequest } from '../../../src/model/request.js';
import { warmCacheTier } from '../../../src/routing/tiers/warm-cache.js';
import { candle, ticker } from '../../events.js';
import { request } from '../../requests.js';

const setUp = () => {
  const scheduler = new VirtualTimeScheduler();
  const answers = new TtlCache(scheduler);
  const refreshed: DataRequest[] = [];
  const tier = warmCacheTier({ answers, refresh: (asked) => refreshed.push(asked), scheduler });
  return { scheduler, answers, refreshed, tier, ask: (it: DataRequest) => firstValueFrom(tier.fetch(it)) };
};
const asked = request({ maxAge: 1_000 });

describe('warmCacheTier', () => {
  it('serves an answer within the age the caller allows, with its first receive time', async () => {
    const { scheduler, answers, ask } = setUp();
    answers.remember(asked, [ticker({ receivedAt: 0, tier: 'cold-rest' })]);
    scheduler.frame = 1_000;
    expect(await ask(asked)).toMatchObject({ events: [{ tier: 'warm-cache', origin: 'cache', receivedAt: 0 }] });
    scheduler.frame = 1_001;
    expect(await ask(asked)).toEqual({ miss: 'nothing received within 1000 ms' });
  });

  it('has what it serves refreshed once half the age has passed', async () => {
    const { scheduler, answers, refreshed, ask } = setUp();
    answers.remember(asked, [ticker({ receivedAt: 0, tier: 'cold-rest' })]);
    scheduler.frame = 500;
    await ask(asked);
    expect(refreshed).toEqual([]);
    scheduler.frame = 501;
    await ask(asked);
    expect(refreshed).toEqual([asked]);
  });

  it('misses unless it has every market', async () => {
    const { answers, ask } = setUp();
    answers.remember(asked, [ticker({ receivedAt: 0, tier: 'cold-rest' })]);
    expect(await ask({ ...asked, markets: ['KRW-BTC', 'KRW-ETH'] })).toHaveProperty('miss');
  });

  it('serves history it has been given', async () => {
    const { answers, ask } = setUp();
    const history = request({ channel: 'candle', interval: '1m', count: 2, maxAge: 1_000 });
    const rows = [
      candle({ receivedAt: 0, tier: 'cold-rest' }),
      candle({ receivedAt: 0, openTime: 60_000, tier: 'cold-rest' }),
    ];
    answers.remember(history, rows);
    expect(await ask(history)).toMatchObject({ events: [{ openTime: 0 }, { openTime: 60_000 }] });
  });

  it('is not asked by a caller who accepts nothing cached', () => {
    const { tier } = setUp();
    expect(tier.cannotServe(request({ maxAge: 0 }))).toBe('the caller accepts nothing cached');
    expect(tier.cannotServe(asked)).toBeUndefined();
  });
});
