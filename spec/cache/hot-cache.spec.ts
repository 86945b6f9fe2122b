import { describe, expect, it } from '@jest/globals';
import { NEVER, Subject, firstValueFrom, of, retry, throwError } from 'rxjs';
import { HotCache } from '../../src/cache/hot-cache.js';
import type { MarketEvent } from '../../src/model/events.js';
import type { MarketCode } from '../../src/model/market.js';
import type { Eviction } from '../../src/model/signals.js';
import type { Topic } from '../../src/model/topic.js';
import { candle, ticker } from '../events.js';
import { marbles } from '../marbles.js';

const topic = (market: MarketCode = 'KRW-BTC'): Topic => ({ exchange: 'test', channel: 'ticker', market });

const a = ticker({ price: 1 });
const b = ticker({ price: 2 });
const c = ticker({ price: 3 });

const evictionsOf = (cache: HotCache): string[] => {
  const seen: string[] = [];
  cache.evictions$.subscribe(({ topic: key, reason }: Eviction) => seen.push(`${key} ${reason}`));
  return seen;
};

describe('HotCache', () => {
  it(
    'opens a topic once for all who watch it and lets go after the linger',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  -a-b-c-|', { a, b, c });
      const subs = '         ^------!';
      const cache = new HotCache({ open: () => source, linger: 3 });
      expectObservable(cache.watch(topic()), '^---!').toBe('-a-b-', { a, b });
      expectObservable(cache.watch(topic()), '--^-!').toBe('--ab-', { a, b });
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'opens different topics apart, and the same one anew after it was let go',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const btc = cold('-a', { a });
      const eth = cold('-b', { b });
      const cache = new HotCache({ open: ({ market }) => (market === 'KRW-BTC' ? btc : eth), linger: 0 });
      expectObservable(cache.watch(topic()), '          ^--!').toBe('-a-', { a });
      expectObservable(cache.watch(topic('KRW-ETH')), ' ^--!').toBe('-b-', { b });
      expectObservable(cache.watch(topic()), '          ------^--!').toBe('-------a-', { a });
      expectSubscriptions(btc.subscriptions).toBe(['^--!', '------^--!']);
      expectSubscriptions(eth.subscriptions).toBe('^--!');
    }),
  );

  it('knows the latest value while the topic is open', () => {
    const source$ = new Subject<MarketEvent>();
    const cache = new HotCache({ open: () => source$ });
    expect(cache.latest(topic())).toBeUndefined();
    const subscription = cache.watch(topic()).subscribe({ error: () => undefined });
    source$.next(a);
    source$.next(b);
    expect(cache.latest(topic())).toBe(b);
    source$.error(new Error('gone'));
    expect(cache.latest(topic())).toBeUndefined();
    subscription.unsubscribe();
  });

  it('tells why a stream left', () => {
    const cache = new HotCache({
      open: ({ market }) => (market === 'KRW-BTC' ? throwError(() => new Error('gone')) : of(a)),
    });
    const seen = evictionsOf(cache);
    cache.watch(topic('KRW-BTC')).subscribe({ error: () => undefined });
    cache.watch(topic('KRW-ETH')).subscribe();
    expect(seen).toEqual(['test/ticker/KRW-BTC failed', 'test/ticker/KRW-ETH completed']);
  });

  it(
    'tells when a linger elapsed',
    marbles(({ cold, expectObservable }) => {
      const cache = new HotCache({ open: () => cold('-'), linger: 4 });
      expectObservable(cache.watch(topic()), '^--!').toBe('-');
      expectObservable(cache.evictions$).toBe('-------x', {
        x: { type: 'evicted', topic: 'test/ticker/KRW-BTC', at: 7, reason: 'linger-elapsed' },
      });
    }),
  );

  it('makes room by letting go of the topic that was left first', () => {
    const cache = new HotCache({ open: () => NEVER, capacity: 2, linger: 60_000 });
    const seen = evictionsOf(cache);
    const btc = cache.watch(topic('KRW-BTC')).subscribe();
    const eth = cache.watch(topic('KRW-ETH')).subscribe();
    eth.unsubscribe();
    btc.unsubscribe();
    const xrp = cache.watch(topic('KRW-XRP')).subscribe();
    expect(seen).toEqual(['test/ticker/KRW-ETH capacity']);
    expect(cache.size).toBe(2);
    xrp.unsubscribe();
    cache.close();
  });

  it('never lets go of a topic that is watched', async () => {
    const cache = new HotCache({ open: () => NEVER, capacity: 1 });
    const subscription = cache.watch(topic('KRW-BTC')).subscribe();
    await expect(firstValueFrom(cache.watch(topic('KRW-ETH')))).rejects.toMatchObject({
      code: 'CAPACITY',
      retryable: true,
      details: { topics: 1 },
    });
    subscription.unsubscribe();
    cache.close();
  });

  it('keeps a stream that is begun again by who hears of its end', () => {
    let opened = 0;
    const sources = [new Subject<MarketEvent>(), new Subject<MarketEvent>()];
    const cache = new HotCache({ open: () => sources[opened++] ?? NEVER, linger: 60_000 });
    const seen = evictionsOf(cache);
    const subscription = cache.watch(topic()).pipe(retry(1)).subscribe();
    sources[0]?.error(new Error('delisted'));
    sources[1]?.next(a);
    expect(cache.size).toBe(1);
    expect(cache.latest(topic())).toBe(a);
    expect(seen).toEqual(['test/ticker/KRW-BTC failed']);
    cache.watch(topic()).subscribe().unsubscribe();
    expect(opened).toBe(2);
    subscription.unsubscribe();
    cache.close();
  });

  it('greets with what may be out of date as from the cache', () => {
    const source$ = new Subject<MarketEvent>();
    let fresh = true;
    const cache = new HotCache({ open: () => source$, isFresh: () => fresh });
    const seen: string[] = [];
    const first = cache.watch(topic()).subscribe();
    source$.next(a);
    const second = cache.watch(topic()).subscribe(({ tier, origin }) => seen.push(`${tier} ${origin}`));
    fresh = false;
    const third = cache.watch(topic()).subscribe(({ tier, origin }) => seen.push(`${tier} ${origin}`));
    expect(seen).toEqual(['live-subscription websocket', 'hot-cache cache']);
    for (const subscription of [first, second, third]) subscription.unsubscribe();
    cache.close();
  });

  it('tells what is as good as new from what is only the latest, topic by topic', () => {
    const sources = { 'KRW-BTC': new Subject<MarketEvent>(), 'KRW-ETH': new Subject<MarketEvent>() };
    const asked: string[] = [];
    let fresh = true;
    const cache = new HotCache({
      open: ({ market }) => (market === 'KRW-BTC' ? sources['KRW-BTC'] : sources['KRW-ETH']),
      isFresh: ({ market }, { type }) => {
        asked.push(`${market} ${type}`);
        return fresh && market === 'KRW-BTC';
      },
    });
    const watching = [topic('KRW-BTC'), topic('KRW-ETH')].map((each) => cache.watch(each).subscribe());
    expect(cache.fresh(topic('KRW-BTC'))).toBeUndefined();
    expect(asked).toEqual([]);
    sources['KRW-BTC'].next(a);
    sources['KRW-ETH'].next(b);
    expect([cache.fresh(topic('KRW-BTC')), cache.fresh(topic('KRW-ETH'))]).toEqual([a, undefined]);
    expect(asked).toEqual(['KRW-BTC ticker', 'KRW-ETH ticker']);
    fresh = false;
    expect([cache.fresh(topic('KRW-BTC')), cache.latest(topic('KRW-BTC'))]).toEqual([undefined, a]);
    for (const subscription of watching) subscription.unsubscribe();
    cache.close();
    expect(cache.fresh(topic('KRW-BTC'))).toBeUndefined();
  });

  it('takes for the latest what was made last, not what came last', () => {
    const candles: Topic = { exchange: 'test', channel: 'candle', market: 'KRW-BTC', interval: '1m' };
    const source$ = new Subject<MarketEvent>();
    const cache = new HotCache({ open: () => source$ });
    const subscription = cache.watch(candles).subscribe();
    const [newer, older] = [candle({ openTime: 60_000 }), candle({ openTime: 0, timestamp: 9_000 })];
    source$.next(newer);
    source$.next(older);
    expect(cache.latest(candles)).toBe(newer);
    subscription.unsubscribe();
    cache.close();
  });

  it('completes its watchers, forgets what lingers and refuses newcomers once closed', async () => {
    const cache = new HotCache({ open: () => NEVER, linger: 60_000 });
    const seen = evictionsOf(cache);
    let completed = 0;
    cache.watch(topic('KRW-BTC')).subscribe({ complete: () => (completed += 1) });
    cache.watch(topic('KRW-ETH')).subscribe().unsubscribe();
    cache.close();
    cache.close();
    expect(completed).toBe(1);
    expect(cache.size).toBe(0);
    expect(seen).toEqual(['test/ticker/KRW-ETH closed', 'test/ticker/KRW-BTC closed']);
    await expect(firstValueFrom(cache.watch(topic()))).rejects.toMatchObject({ code: 'CLOSED', retryable: false });
  });
});
