import { describe, expect, it } from '@jest/globals';
import { NEVER, Subject, map } from 'rxjs';
import { HotCache } from '../../../src/cache/hot-cache.js';
import { MarketDataError } from '../../../src/errors.js';
import type { MarketEvent } from '../../../src/model/events.js';
import { LinkState } from '../../../src/routing/link.js';
import { liveSubscriptionTier } from '../../../src/routing/tiers/live-subscription.js';
import type { TierAnswer } from '../../../src/routing/tier.js';
import { ticker } from '../../events.js';
import { marbles } from '../../marbles.js';
import { request } from '../../requests.js';

const upSince = (since: number): LinkState => {
  const link = new LinkState();
  link.set({ state: 'up', since, connection: { watch: () => NEVER } });
  return link;
};
const prices = map((answer: TierAnswer) => ('miss' in answer ? [] : answer.events.map((event) => event.receivedAt)));
const values = {
  p: ticker({ receivedAt: 1, tier: 'batch-snapshot' }),
  o: ticker({ receivedAt: 2 }),
  a: ticker({ receivedAt: 7 }),
  b: ticker({ receivedAt: 8 }),
};

describe('liveSubscriptionTier', () => {
  it(
    'takes the first value that came over the socket that is up now, and lets the stream linger',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const stream = cold('  -p-o-a-b', values);
      const hot = new HotCache({ open: () => stream, linger: 4 });
      const tier = liveSubscriptionTier({ hot, link: upSince(5), canWatch: () => true });
      expectObservable(tier.fetch(request()).pipe(prices)).toBe('-----(x|)', { x: [7] });
      expectSubscriptions(stream.subscriptions).toBe('^--------!');
    }),
  );

  it(
    'joins a stream that is open, and opens the others',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const btc = cold('     -a', values);
      const eth = cold('     --b', values);
      const hot = new HotCache({ open: ({ market }) => (market === 'KRW-BTC' ? btc : eth), linger: 0 });
      const tier = liveSubscriptionTier({ hot, link: upSince(5), canWatch: () => true });
      expectObservable(hot.watch({ exchange: 'test', channel: 'ticker', market: 'KRW-BTC' }), '^-------!').toBe(
        '-a',
        values,
      );
      const both = tier.fetch(request({ markets: ['KRW-BTC', 'KRW-ETH'] })).pipe(prices);
      expectObservable(both, '---^').toBe('-----(x|)', { x: [7, 8] });
      expectSubscriptions(btc.subscriptions).toBe('^-------!');
      expectSubscriptions(eth.subscriptions).toBe('---^-!');
    }),
  );

  it(
    'fails at once when the socket is lost meanwhile',
    marbles(({ cold, expectObservable }) => {
      const link = upSince(5);
      const lost = new MarketDataError('lost', { code: 'SOCKET_LOST', retryable: true });
      cold('---x').subscribe(() => link.set({ state: 'down', error: lost }));
      const tier = liveSubscriptionTier({ hot: new HotCache({ open: () => NEVER }), link, canWatch: () => true });
      expectObservable(tier.fetch(request())).toBe('---#', undefined, lost);
    }),
  );

  it('cannot serve history, what no socket carries, or anything while the socket is down', () => {
    const hot = new HotCache({ open: () => NEVER });
    const link = new LinkState();
    const tier = liveSubscriptionTier({ hot, link, canWatch: ({ channel }) => channel !== 'candle', timeLimit: 7 });
    expect(tier.cannotServe(request())).toBeUndefined();
    expect(tier.timeLimit(request())).toBe(7);
    expect(tier.cannotServe(request({ channel: 'trade', count: 2 }))).toBe('a socket has no history');
    expect(tier.cannotServe(request({ channel: 'candle', interval: '1d' }))).toBe('no socket carries 1d candles');
    link.set({ state: 'down', error: new MarketDataError('lost', { code: 'SOCKET_LOST', retryable: true }) });
    expect(tier.cannotServe(request())).toBe('the socket is down');
  });

  it('is not waited for when its stream has fallen silent, or is being polled, unless nothing else is allowed', () => {
    const events$ = new Subject<MarketEvent>();
    let fresh = true;
    const hot = new HotCache({ open: () => events$, isFresh: () => fresh });
    const tier = liveSubscriptionTier({ hot, link: upSince(5), canWatch: () => true });
    const watching = hot.watch({ exchange: 'test', channel: 'ticker', market: 'KRW-BTC' }).subscribe();
    expect(tier.cannotServe(request())).toBeUndefined();
    events$.next(values.a);
    expect(tier.cannotServe(request())).toBeUndefined();
    fresh = false;
    expect(tier.cannotServe(request())).toBe('the stream is silent');
    expect(tier.cannotServe(request({ markets: ['KRW-ETH', 'KRW-BTC'] }))).toBe('the stream is silent');
    expect(tier.cannotServe(request({ via: 'websocket' }))).toBeUndefined();
    fresh = true;
    events$.next(values.p);
    expect(tier.cannotServe(request())).toBe('the stream is silent');
    watching.unsubscribe();
    hot.close();
  });
});
