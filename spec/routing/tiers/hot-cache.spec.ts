import { describe, expect, it } from '@jest/globals';
import { NEVER, Subject, VirtualTimeScheduler, firstValueFrom } from 'rxjs';
import { HotCache } from '../../../src/cache/hot-cache.js';
import { TtlCache } from '../../../src/cache/ttl-cache.js';
import { MarketDataError } from '../../../src/errors.js';
import type { MarketEvent } from '../../../src/model/events.js';
import type { DataRequest } from '../../../src/model/request.js';
import { LinkState } from '../../../src/routing/link.js';
import { hotCacheTier } from '../../../src/routing/tiers/hot-cache.js';
import { ticker } from '../../events.js';
import { request } from '../../requests.js';

const setUp = () => {
  const scheduler = new VirtualTimeScheduler();
  const events$ = new Subject<MarketEvent>();
  const link = new LinkState();
  const hot = new HotCache({
    open: ({ market }) => (market === 'KRW-BTC' ? events$ : NEVER),
    isFresh: (_, { receivedAt }) => link.covers(receivedAt),
    scheduler,
  });
  const recent = new TtlCache(scheduler);
  const tier = hotCacheTier({ hot, recent, scheduler });
  const watching = hot.watch({ exchange: 'test', channel: 'ticker', market: 'KRW-BTC' }).subscribe();
  return { scheduler, events$, recent, link, tier, watching, ask: (it: DataRequest) => firstValueFrom(tier.fetch(it)) };
};

const up = (since: number) => ({ state: 'up', since, connection: { watch: () => NEVER } }) as const;
const down = { state: 'down', error: new MarketDataError('lost', { code: 'SOCKET_LOST', retryable: true }) } as const;

describe('hotCacheTier', () => {
  it('serves the last value of a live stream however old it is', async () => {
    const { scheduler, events$, link, ask } = setUp();
    link.set(up(500));
    events$.next(ticker({ receivedAt: 1_000 }));
    scheduler.frame = 3_600_000;
    expect(await ask(request())).toMatchObject({ events: [{ tier: 'hot-cache', origin: 'cache', receivedAt: 1_000 }] });
  });

  it('does not take for fresh what was received before the connection that is up now', async () => {
    const { scheduler, events$, link, ask } = setUp();
    events$.next(ticker({ receivedAt: 1_000 }));
    link.set(up(1_001));
    scheduler.frame = 5_000;
    expect(await ask(request())).toEqual({ miss: 'nothing fresh for KRW-BTC' });
  });

  it('does not take for fresh what an interrupted stream said last', async () => {
    const { scheduler, events$, link, ask } = setUp();
    link.set(up(0));
    events$.next(ticker({ receivedAt: 1_000 }));
    link.set(down);
    scheduler.frame = 5_000;
    expect(await ask(request())).toHaveProperty('miss');
  });

  it('does not take for live what was polled', async () => {
    const { scheduler, events$, link, ask } = setUp();
    link.set(up(0));
    events$.next(ticker({ receivedAt: 1_000, tier: 'batch-snapshot' }));
    scheduler.frame = 5_000;
    expect(await ask(request())).toHaveProperty('miss');
  });

  it('serves anything received within 200 ms, unless the caller accepts nothing cached', async () => {
    const { scheduler, recent, ask } = setUp();
    const eth = request({ markets: ['KRW-ETH'] });
    recent.remember(eth, [ticker({ market: 'KRW-ETH', receivedAt: 1_000, tier: 'cold-rest' })]);
    scheduler.frame = 1_200;
    expect(await ask(eth)).toMatchObject({ events: [{ market: 'KRW-ETH', tier: 'hot-cache' }] });
    expect(await ask({ ...eth, maxAge: 100 })).toHaveProperty('miss');
    expect(await ask({ ...eth, maxAge: 0 })).toHaveProperty('miss');
    scheduler.frame = 1_201;
    expect(await ask(eth)).toHaveProperty('miss');
  });

  it('misses when one of the markets is not there', async () => {
    const { events$, link, ask } = setUp();
    link.set(up(0));
    events$.next(ticker());
    expect(await ask(request({ markets: ['KRW-BTC', 'KRW-XRP'] }))).toEqual({ miss: 'nothing fresh for KRW-XRP' });
  });

  it('never serves history', () => {
    const { tier } = setUp();
    expect(tier.cannotServe(request({ channel: 'trade', count: 2 }))).toBe('a live stream keeps no history');
    expect(tier.cannotServe(request({ channel: 'candle', to: 5 }))).toBeDefined();
    expect(tier.cannotServe(request())).toBeUndefined();
  });
});
