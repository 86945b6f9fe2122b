import { describe, expect, it } from '@jest/globals';
import {
  NEVER,
  concat,
  filter,
  firstValueFrom,
  map,
  mergeAll,
  mergeMap,
  of,
  throwError,
  timer,
  toArray,
  type Observable,
} from 'rxjs';
import { MarketDataBackbone } from '../src/backbone.js';
import { MarketDataError } from '../src/errors.js';
import type { MarketEvent } from '../src/model/events.js';
import type { DataRequest } from '../src/model/request.js';
import type { IntervalName } from '../src/model/interval.js';
import type { EngineEvent } from '../src/model/signals.js';
import type { BackboneOptions } from '../src/options.js';
import type { Connection } from '../src/sources/source.js';
import { candle, orderbook, ticker, trade } from './events.js';
import { marbles } from './marbles.js';
import { scriptedSource, type Script } from './scripted-source.js';

const lost = new MarketDataError('lost', { code: 'SOCKET_LOST', retryable: true });
const reconnect = { initial: 100, factor: 2, max: 400, jitter: 0, stableAfter: 10_000 };

const engine = (script: Script, options: BackboneOptions = {}): MarketDataBackbone =>
  new MarketDataBackbone({ source: scriptedSource(script), reconnect, random: () => 0, ...options });

/** What only a caller without types can say. */
const untyped = (text: string): IntervalName => text as IntervalName;

/** An open socket on which every topic delivers the same. */
const open = (events$: Observable<MarketEvent>): Observable<Connection> => concat(of({ watch: () => events$ }), NEVER);
const snapshotOf = (make: (at: number) => MarketEvent, now: () => number) => () =>
  timer(1).pipe(map(() => [{ ...make(now()), tier: 'batch-snapshot' as const, receivedAt: now() }]));

describe('MarketDataBackbone.watch…', () => {
  it(
    'streams live, goes on from polling while the socket is down, and comes back',
    marbles(({ cold, expectObservable, scheduler }) => {
      let connections = 0;
      const backbone = engine({
        connect: () => {
          connections += 1;
          if (connections === 1) {
            const events = cold('a 1999ms b', {
              a: ticker({ timestamp: 1, receivedAt: 0 }),
              b: ticker({ timestamp: 2, receivedAt: 2_000 }),
            });
            return concat(
              of({ watch: () => events }),
              timer(3_000).pipe(
                map(() => {
                  throw lost;
                }),
              ),
            );
          }
          return connections < 6 ? throwError(() => lost) : open(cold('5ms a', { a: ticker({ timestamp: 99_000 }) }));
        },
        snapshot: snapshotOf(
          (at) => ticker({ timestamp: at }),
          () => scheduler.now(),
        ),
      });
      const tiers = backbone.watchTicker('KRW-BTC').pipe(map(({ tier, timestamp }) => `${tier} ${timestamp}`));
      // Down at 3,000; reconnects after 100, 200 and three times 400 ms; each poll waits 5 ms for company and takes 1,
      // and the next ones begin at 3,584 and 4,096, as would those of any other topic.
      expectObservable(tiers, '^ 4600ms !').toBe('a 1999ms b 1005ms x 583ms y 511ms z 402ms d', {
        a: 'live-subscription 1',
        b: 'live-subscription 2',
        x: 'batch-snapshot 3006',
        y: 'batch-snapshot 3590',
        z: 'batch-snapshot 4102',
        d: 'live-subscription 99000',
      });
    }),
  );

  it(
    'opens one stream for many subscribers and closes it, and the socket, after the linger',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const events = cold('a', { a: ticker() });
      const socket = cold<Connection>('-o', { o: { watch: () => events } });
      const backbone = engine({ connect: () => socket }, { linger: 10 });
      for (let i = 0; i < 3; i += 1) {
        expectObservable(backbone.watchTicker('KRW-BTC').pipe(map(({ price }) => price)), '^---!').toBe('-p', {
          p: 100,
        });
      }
      expectSubscriptions(events.subscriptions).toBe('-^------------!');
      expectSubscriptions(socket.subscriptions).toBe('^-------------!');
    }),
  );

  it(
    'merges many markets, each on its own topic',
    marbles(({ cold, expectObservable, flush }) => {
      const watched: string[] = [];
      const connection: Connection = {
        watch: (topic) => {
          watched.push(`${topic.channel} ${topic.market}`);
          return cold('-a', { a: trade({ market: topic.market }) });
        },
      };
      const backbone = engine({ connect: () => concat(of(connection), NEVER) });
      const markets = backbone.watchTrades(['KRW-BTC', 'KRW-ETH']).pipe(map(({ market }) => market));
      expectObservable(markets, '^--!').toBe('-(ab)', { a: 'KRW-BTC', b: 'KRW-ETH' });
      flush();
      expect(watched).toEqual(['trade KRW-BTC', 'trade KRW-ETH']);
    }),
  );

  it(
    'polls candles that no socket carries',
    marbles(({ expectObservable }) => {
      const backbone = engine({
        canWatch: ({ channel }) => channel !== 'candle',
        fetch: () => timer(2).pipe(map(() => [candle({ interval: '1d', tier: 'cold-rest' })])),
      });
      const days = backbone.watchCandles('KRW-BTC', '1d').pipe(map(({ tier }) => tier));
      // The same candle again is no news, so it is shown once.
      expectObservable(days, '^ 5s !').toBe('--t', { t: 'cold-rest' });
    }),
  );

  it('lets an unlisted market of many end alone, and errors when none is listed', async () => {
    const unknown = new MarketDataError('no such market', { code: 'UNKNOWN_MARKET', retryable: false });
    const isListed = ({ markets }: DataRequest): boolean => markets.join() === 'KRW-BTC';
    const backbone = engine({
      connect: () => throwError(() => lost),
      snapshot: ({ markets }) => of(markets.includes('KRW-BTC') ? [ticker({ tier: 'batch-snapshot' })] : []),
      fetch: (asked) => (isListed(asked) ? of([ticker({ tier: 'cold-rest' })]) : throwError(() => unknown)),
    });
    const told = firstValueFrom(backbone.events$.pipe(filter((event) => event.type === 'evicted')));
    const seen: string[] = [];
    const watching = backbone.watchTicker(['KRW-NOPE', 'KRW-BTC']).subscribe(({ market }) => seen.push(market));
    expect(await told).toMatchObject({
      topic: 'test/ticker/KRW-NOPE',
      reason: 'failed',
      error: { code: 'ALL_TIERS_FAILED' },
    });
    await firstValueFrom(backbone.watchTicker('KRW-BTC'));
    expect([watching.closed, seen]).toEqual([false, ['KRW-BTC']]);
    await expect(firstValueFrom(backbone.watchTicker(['KRW-NOPE', 'KRW-NADA']))).rejects.toMatchObject({
      code: 'ALL_TIERS_FAILED',
    });
    backbone.close();
  });

  it('tells a wrong market or interval through the stream', async () => {
    const backbone = engine({});
    await expect(firstValueFrom(backbone.watchTicker('btc'))).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    await expect(firstValueFrom(backbone.watchCandles('KRW-BTC', untyped('7m')))).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
    await expect(firstValueFrom(backbone.watchOrderbook('KRW-BTC', { depth: 99 }))).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
    backbone.close();
  });
});

describe('MarketDataBackbone.fetch…', () => {
  const everything: Script = {
    connect: () => throwError(() => lost),
    snapshot: ({ channel, markets }) =>
      of(markets.map((market) => (channel === 'orderbook' ? orderbook({ market }) : ticker({ market })))),
    fetch: ({ channel, count, markets: [market = 'KRW-NONE'] }) =>
      of(
        Array.from({ length: count }, (_, i) =>
          channel === 'trade' ? trade({ market, id: String(i) }) : candle({ market, openTime: i * 60_000 }),
        ),
      ),
    markets: () => of([{ market: 'KRW-BTC', base: 'BTC', quote: 'KRW' }]),
  };

  it('answers once and completes, whatever is asked', async () => {
    const backbone = engine(everything);
    const all = <T>(it$: Observable<T>): Promise<T[]> => firstValueFrom(it$.pipe(toArray()));
    expect(await all(backbone.fetchTicker('KRW-BTC'))).toMatchObject([{ type: 'ticker', market: 'KRW-BTC' }]);
    expect(await all(backbone.fetchTickers(['KRW-ETH', 'KRW-BTC']))).toMatchObject([
      [{ market: 'KRW-ETH' }, { market: 'KRW-BTC' }],
    ]);
    expect(await all(backbone.fetchOrderbook('KRW-BTC'))).toMatchObject([{ type: 'orderbook' }]);
    expect(await all(backbone.fetchOrderbooks(['KRW-BTC']))).toMatchObject([[{ type: 'orderbook' }]]);
    expect((await all(backbone.fetchTrades('KRW-BTC', { count: 3 })))[0]).toHaveLength(3);
    expect((await all(backbone.fetchCandles('KRW-BTC', '1m', { count: 4 })))[0]).toHaveLength(4);
    expect(await all(backbone.fetchMarkets())).toMatchObject([[{ market: 'KRW-BTC' }]]);
    backbone.close();
  });

  it('serves the next caller from a cache, and a caller who accepts none from the exchange', async () => {
    let calls = 0;
    const backbone = engine({
      ...everything,
      snapshot: () => {
        calls += 1;
        return of([ticker({ tier: 'batch-snapshot', origin: 'rest', receivedAt: Date.now() })]);
      },
    });
    expect(await firstValueFrom(backbone.fetchTicker('KRW-BTC', { via: 'rest' }))).toMatchObject({ origin: 'rest' });
    expect(await firstValueFrom(backbone.fetchTicker('KRW-BTC'))).toMatchObject({ tier: 'hot-cache', origin: 'cache' });
    expect(calls).toBe(1);
    await firstValueFrom(backbone.fetchTicker('KRW-BTC', { via: 'rest', maxAge: 0 }));
    expect(calls).toBe(2);
    backbone.close();
  });

  it(
    'refreshes behind a warm answer that grows old',
    marbles(({ cold, expectObservable, flush, scheduler }) => {
      let calls = 0;
      const backbone = engine({
        canWatch: () => false,
        fetch: () => {
          calls += 1;
          return of([candle({ tier: 'cold-rest', receivedAt: scheduler.now() })]);
        },
      });
      const ask = () => backbone.fetchCandles('KRW-BTC', '1m', { count: 2, maxAge: 1_000 }).pipe(mergeAll());
      const seen: string[] = [];
      cold('a 299ms b 399ms c 19ms d')
        .pipe(mergeMap(ask))
        .subscribe(({ tier, receivedAt }) => seen.push(`${tier} ${receivedAt}`));
      expectObservable(NEVER, '^ 2s !').toBe('-');
      flush();
      // Asked at 0, 300, 700 and 720: the third is past half the age and has the answer fetched again for the fourth.
      expect(seen).toEqual(['cold-rest 0', 'warm-cache 0', 'warm-cache 0', 'warm-cache 700']);
      expect(calls).toBe(2);
    }),
  );

  it(
    'calls no candle done while nothing can be heard of it',
    marbles(({ expectObservable, scheduler }) => {
      let heardAt = 0;
      for (const at of [30_000, 59_000, 75_000, 75_300]) timer(at).subscribe(() => (heardAt = at));
      const connection: Connection = { watch: () => concat(of(candle()), NEVER), heard: () => heardAt };
      const backbone = engine({ connect: () => concat(of(connection), NEVER) }, { scheduler });
      const states$ = backbone.watchCandles('KRW-BTC', '1m').pipe(map(({ state }) => state));
      expectObservable(states$, '^ 80s !').toBe('o 74999ms (pf)', { o: 'open', p: 'provisional', f: 'final' });
    }),
  );

  it(
    'does not take a read’s own word for a candle being done',
    marbles(({ expectObservable, scheduler }) => {
      const read = candle({ state: 'final', tier: 'cold-rest' });
      const backbone = engine({ canWatch: () => false, fetch: () => of([read]) }, { scheduler });
      const states$ = backbone.watchCandles('KRW-BTC', '1m').pipe(map(({ state }) => state));
      expectObservable(states$, '^ 50s !').toBe('o', { o: 'open' });
    }),
  );

  it('explains how an answer was found', async () => {
    const backbone = engine(everything, { liveTimeLimit: 5 });
    const routed = await firstValueFrom(backbone.explain({ channel: 'ticker', markets: ['KRW-BTC'] }));
    expect(routed.ranking.map(({ tier }) => tier)).toEqual([
      'hot-cache',
      'live-subscription',
      'batch-snapshot',
      'warm-cache',
      'cold-rest',
    ]);
    expect(routed.attempts.map(({ tier, outcome }) => `${tier} ${outcome}`)).toEqual([
      'hot-cache missed',
      'live-subscription failed',
      'batch-snapshot answered',
    ]);
    expect(routed.trust).toBe('asked of the exchange now, many markets in one call');
    backbone.close();
  });
});

describe('MarketDataBackbone.events$ and status$', () => {
  it(
    'tells of connection, tiers and evictions as they change',
    marbles(({ cold, expectObservable, flush }) => {
      const told: string[] = [];
      const backbone = engine(
        { connect: () => cold<Connection>('-o', { o: { watch: () => cold('-a', { a: ticker() }) } }) },
        { linger: 3 },
      );
      backbone.events$.subscribe((event: EngineEvent) => {
        if (event.type === 'connection') told.push(event.state);
        if (event.type === 'tier-change') told.push(`${event.topic} by ${event.to}`);
        if (event.type === 'evicted') told.push(event.reason);
      });
      expectObservable(backbone.watchTicker('KRW-BTC').pipe(map(() => 't')), '^---!').toBe('--t');
      flush();
      expect(told).toEqual(['connecting', 'up', 'test/ticker/KRW-BTC by live-subscription', 'idle', 'linger-elapsed']);
    }),
  );

  it('passes on rejections', async () => {
    const source = scriptedSource();
    const backbone = new MarketDataBackbone({ source });
    const told = firstValueFrom(backbone.events$);
    source.rejected$.next({ type: 'rejected', exchange: 'test', at: 1, via: 'rest', reason: 'odd', raw: '{' });
    expect(await told).toMatchObject({ type: 'rejected', reason: 'odd' });
    backbone.close();
  });

  it(
    'reports the status at once, on every change of the connection, and every second',
    marbles(({ cold, expectObservable }) => {
      const backbone = engine(
        { connect: () => cold<Connection>('10ms o', { o: { watch: () => NEVER } }) },
        { linger: 0 },
      );
      const states = backbone.status$.pipe(map(({ connection, topics }) => `${connection} ${topics}`));
      expectObservable(states, '^ 1100ms !').toBe('a 499ms b 9ms c 489ms d', {
        a: 'idle 0',
        b: 'connecting 1',
        c: 'up 1',
        d: 'up 1',
      });
      expectObservable(backbone.watchTicker('KRW-BTC'), '500ms ^ 700ms !').toBe('-');
    }),
  );
});

describe('MarketDataBackbone.close', () => {
  it('completes what is watched, fails what is fetched, and refuses what comes after', async () => {
    const backbone = engine({});
    const ended: string[] = [];
    const end = (name: string) => ({
      complete: () => ended.push(`${name} completed`),
      error: ({ code }: MarketDataError) => ended.push(`${name} ${code}`),
    });
    backbone.watchTicker('KRW-BTC').subscribe(end('watch'));
    backbone.fetchTicker('KRW-BTC', { via: 'rest' }).subscribe(end('fetch'));
    backbone.events$.subscribe(end('events'));
    backbone.status$.subscribe(end('status'));
    backbone.close();
    backbone.close();
    expect(ended.sort()).toEqual(['events completed', 'fetch CLOSED', 'status completed', 'watch completed']);
    await expect(firstValueFrom(backbone.fetchTicker('KRW-BTC'))).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(firstValueFrom(backbone.fetchMarkets())).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(firstValueFrom(backbone.watchTicker('KRW-BTC'))).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
