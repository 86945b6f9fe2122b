import { describe, expect, it } from '@jest/globals';
import { firstValueFrom, merge } from 'rxjs';
import type { MarketDataBackbone } from '../../src/backbone.js';
import type { Trade } from '../../src/model/events.js';
import type { EngineEvent, Stale, TierChange } from '../../src/model/signals.js';
import type { Ledger, Status } from '../../src/index.js';
import type { Simulator } from '../../src/simulator/index.js';
import { startEngine, startExchange } from './engine.js';

const quick = { reconnect: { initial: 50, factor: 2, max: 400, jitter: 0, stableAfter: 5_000 }, pollEvery: 200 };
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits for something to become true, but not for ever. */
const until = async (what: string, isSo: () => boolean): Promise<void> => {
  for (let i = 0; i < 400; i += 1) {
    if (isSo()) return;
    await pause(50);
  }
  throw new Error(`in vain waited for ${what}`);
};

interface Told {
  readonly all: readonly EngineEvent[];
  readonly stale: () => readonly Stale[];
  readonly changes: (topic: string) => readonly TierChange[];
}

const listen = (backbone: MarketDataBackbone): Told => {
  const all: EngineEvent[] = [];
  backbone.events$.subscribe((event) => all.push(event));
  return {
    all,
    stale: () => all.filter((event) => event.type === 'stale'),
    changes: (topic) => all.filter((event) => event.type === 'tier-change').filter((event) => event.topic === topic),
  };
};

const status = (backbone: MarketDataBackbone): Promise<Status> => firstValueFrom(backbone.status$);
const balance = ({ received, delivered, coalesced, dropped, rejected }: Ledger): number =>
  received - delivered - coalesced - dropped - rejected;

/** Every trade between the first and the last one delivered, by the exchange's own account: once, and in order. */
const expectWhole = (exchange: Simulator, market: string, trades: readonly Trade[]): void => {
  const mine = trades.filter((trade) => trade.market === market);
  const [first, last] = [mine[0], mine.at(-1)];
  if (first === undefined || last === undefined) throw new Error(`no trade of ${market} was delivered`);
  const truth = exchange.market.trades(market, first.timestamp, last.timestamp + 1).map(({ id }) => id);
  expect(mine.map(({ id }) => id)).toEqual(truth.slice(truth.indexOf(first.id), truth.indexOf(last.id) + 1));
};

describe('silence on a socket that is up', () => {
  it('is no reason to call a quiet market stale, nor to ask much of the exchange', async () => {
    const exchange = await startExchange({ markets: 50, seed: 3, activity: 0.2 });
    const backbone = startEngine(exchange);
    const told = listen(backbone);
    const markets = (await firstValueFrom(backbone.fetchMarkets())).slice(0, 50).map(({ market }) => market);
    const watching = merge(
      backbone.watchTicker(markets),
      backbone.watchTrades(markets),
      backbone.watchOrderbook(markets, { depth: 5 }),
      backbone.watchCandles(markets, '1m'),
    ).subscribe();
    await pause(10_000);
    const { watched, ledger } = await status(backbone);
    watching.unsubscribe();
    expect(told.stale()).toEqual([]);
    expect(watched.every(({ tier }) => tier === 'live-subscription')).toBe(true);
    expect([...watched.map((topic) => topic.ledger), ledger].map(balance).every((left) => left === 0)).toBe(true);
    // One question at a time for all that are silent; trades and candles only of those that the tickers say have any.
    const { requests, rejected429, wsMessages } = exchange.stats();
    expect(requests['ticker']).toBeGreaterThan(0);
    expect(requests['ticker']).toBeLessThanOrEqual(15);
    expect(requests['orderbook'] ?? 0).toBeLessThanOrEqual(15);
    expect((requests['crix-trades'] ?? 0) + (requests['candles'] ?? 0)).toBeLessThanOrEqual(10);
    expect(rejected429).toEqual({});
    expect(wsMessages).toBe(1);
  }, 40_000);

  it('of 200 markets that nothing is traded on costs a few calls', async () => {
    const exchange = await startExchange({ markets: 200, seed: 3, activity: 0.001 });
    const backbone = startEngine(exchange);
    const told = listen(backbone);
    const markets = exchange.market.markets.filter((market) => market.startsWith('KRW-'));
    const watching = backbone.watchTrades(markets).subscribe();
    await pause(9_000);
    watching.unsubscribe();
    expect(told.stale()).toEqual([]);
    const { requests, wsMessages } = exchange.stats();
    expect(requests['ticker']).toBeGreaterThan(0);
    expect(requests['ticker']).toBeLessThanOrEqual(4);
    expect(requests['crix-trades'] ?? 0).toBeLessThanOrEqual(2);
    expect(wsMessages).toBe(1);
  }, 40_000);

  it('of one topic while others go on is found stale, served by REST, and comes back, each told once', async () => {
    const exchange = await startExchange({ markets: 30, seed: 21, activity: 3 });
    const backbone = startEngine(exchange, quick);
    const told = listen(backbone);
    const trades: Trade[] = [];
    const watching = backbone.watchTrades(['KRW-BTC', 'KRW-ETH']).subscribe((trade) => trades.push(trade));
    await until('live trades', () => trades.length > 20);
    exchange.setFault('silent-topic', { markets: ['KRW-BTC'], channel: 'trade' });
    const btc = 'simulated/trade/KRW-BTC';
    const isTier = (tier: string) => (): boolean => told.changes(btc).at(-1)?.to === tier;
    await until('REST', isTier('cold-rest'));
    // Long enough for being asked again, and for the snapshot that answers.
    await pause(6_500);
    expect(isTier('cold-rest')()).toBe(true);
    exchange.clearFaults();
    await until('the return', isTier('live-subscription'));
    await pause(1_000);
    watching.unsubscribe();
    expect(told.stale()).toMatchObject([{ reason: 'newer-elsewhere', market: 'KRW-BTC', topic: btc }]);
    expect(told.changes(btc)).toMatchObject([
      { from: undefined, to: 'live-subscription', reason: 'opened' },
      { from: 'live-subscription', to: 'cold-rest', reason: 'silent' },
      { from: 'cold-rest', to: 'live-subscription', reason: 'returned' },
    ]);
    expect(told.changes('simulated/trade/KRW-ETH')).toHaveLength(1);
    expect(told.all.filter(({ type }) => type === 'gap')).toEqual([]);
    expectWhole(exchange, 'KRW-BTC', trades);
    expectWhole(exchange, 'KRW-ETH', trades);
    expect(exchange.stats().rejected429).toEqual({});
  }, 60_000);

  it('of a topic makes its last value unfit for the hot tier as soon as it is suspicious', async () => {
    const exchange = await startExchange({ markets: 30, seed: 21, activity: 3 });
    const backbone = startEngine(exchange, quick);
    const told = listen(backbone);
    const watching = backbone.watchTicker('KRW-BTC').subscribe();
    const isFresh = async (): Promise<boolean> => (await status(backbone)).watched[0]?.fresh ?? false;
    await pause(3_000);
    expect((await firstValueFrom(backbone.fetchTicker('KRW-BTC'))).tier).toBe('hot-cache');
    exchange.setFault('silent-topic', { markets: ['KRW-BTC'], channel: 'ticker' });
    for (let i = 0; i < 400 && (await isFresh()); i += 1) await pause(20);
    const { ranking, attempts } = await firstValueFrom(
      backbone.explain({ channel: 'ticker', markets: ['KRW-BTC'], maxAge: 1 }),
    );
    expect(ranking.find(({ tier }) => tier === 'live-subscription')?.excluded).toBe('the stream is silent');
    expect(attempts.map(({ tier, outcome }) => [tier, outcome])).toEqual([
      ['hot-cache', 'missed'],
      ['batch-snapshot', 'answered'],
    ]);
    await until('the verdict', () => told.stale().length > 0);
    const last = exchange.market.trades('KRW-BTC', Date.now() - 60_000, Date.now() + 1).at(-1);
    const answer = await firstValueFrom(backbone.fetchTicker('KRW-BTC', { maxAge: 500 }));
    expect(answer.timestamp).toBeGreaterThanOrEqual((last?.time ?? Infinity) - 500);
    watching.unsubscribe();
  }, 60_000);

  it('of all topics, since the socket is half open, is bridged by REST until the socket is found dead', async () => {
    const exchange = await startExchange({ markets: 30, seed: 21, activity: 3 });
    const backbone = startEngine(exchange, quick);
    const told = listen(backbone);
    let seen = 0;
    const watching = backbone.watchTicker('KRW-BTC').subscribe(() => (seen += 1));
    await until('a habit', () => seen > 60);
    exchange.setFault('half-open');
    const topic = 'simulated/ticker/KRW-BTC';
    const socketDown = (): boolean => told.all.some((event) => event.type === 'connection' && event.state === 'down');
    await until('REST', () => told.changes(topic).at(-1)?.to === 'batch-snapshot');
    expect(socketDown()).toBe(false);
    await until('the end of the socket', socketDown);
    await until('the return', () => told.changes(topic).at(-1)?.to === 'live-subscription');
    expect(told.changes(topic).map(({ to, reason }) => [to, reason])).toEqual([
      ['live-subscription', 'opened'],
      ['batch-snapshot', 'silent'],
      ['live-subscription', 'returned'],
    ]);
    watching.unsubscribe();
  }, 60_000);

  it('of a code that the exchange does not know is told with its name within three seconds', async () => {
    const exchange = await startExchange({ markets: 30, seed: 21, activity: 3 });
    const backbone = startEngine(exchange);
    const told = listen(backbone);
    const begun = Date.now();
    const ended: unknown[] = [];
    const watching = backbone.watchTicker('KRW-BTC').subscribe();
    backbone.watchTicker('KRW-NOPE').subscribe({ error: (error: unknown) => ended.push(error) });
    await until('the end', () => ended.length > 0);
    expect(told.stale()).toMatchObject([{ reason: 'no-snapshot', market: 'KRW-NOPE' }]);
    expect((told.stale()[0]?.at ?? Infinity) - begun).toBeLessThan(3_000);
    expect(ended).toMatchObject([{ code: 'ALL_TIERS_FAILED', retryable: false }]);
    watching.unsubscribe();
  });

  it('of a topic whose subscription was lost is mended by asking again', async () => {
    const exchange = await startExchange({ markets: 30, seed: 21, activity: 0 });
    exchange.setFault('lost-snapshot', { markets: ['KRW-ETH'], times: 1 });
    const backbone = startEngine(exchange, quick);
    const told = listen(backbone);
    const topic = 'simulated/orderbook/KRW-ETH/30/0';
    const watching = backbone.watchOrderbook(['KRW-BTC', 'KRW-ETH']).subscribe();
    await until('the return', () => told.changes(topic).at(-1)?.to === 'live-subscription');
    expect(told.stale()).toMatchObject([{ reason: 'no-snapshot', market: 'KRW-ETH', topic }]);
    expect(exchange.stats().wsMessages).toBe(2);
    watching.unsubscribe();
  });

  it('of 100 topics at once is found with a few calls, and they are asked for again with a few messages', async () => {
    const exchange = await startExchange({ markets: 100, seed: 5, activity: 20 });
    const backbone = startEngine(exchange);
    const told = listen(backbone);
    const markets = exchange.market.markets.filter((market) => market.startsWith('KRW-'));
    const watching = backbone.watchTicker(markets).subscribe();
    await pause(4_000);
    exchange.setFault('quiet');
    const before = exchange.stats();
    await pause(7_000);
    const after = exchange.stats();
    expect(told.stale().length).toBeGreaterThan(10);
    expect((after.requests['ticker'] ?? 0) - (before.requests['ticker'] ?? 0)).toBeLessThanOrEqual(50);
    expect(after.wsMessages - before.wsMessages).toBeLessThanOrEqual(30);
    expect(after.rejected429).toEqual({});
    expect((await status(backbone)).connection).toBe('up');
    expect(told.all.filter(({ type }) => type === 'connection')).toMatchObject([
      { state: 'connecting' },
      { state: 'up' },
    ]);
    watching.unsubscribe();
  }, 60_000);
});

describe('frames that cannot be read', () => {
  it.each(['garbage-frame', 'truncated-frame', 'wrong-types'] as const)(
    'are repaired where they told trades: %s',
    async (fault) => {
      const exchange = await startExchange({ markets: 30, seed: 21, activity: 3 });
      const backbone = startEngine(exchange, quick);
      const told = listen(backbone);
      const trades: Trade[] = [];
      const watching = backbone.watchTrades(['KRW-BTC', 'KRW-ETH']).subscribe((trade) => trades.push(trade));
      await until('live trades', () => trades.length > 10);
      exchange.setFault(fault, { markets: ['KRW-BTC'], channel: 'trade', times: 2 });
      await until('the frames', () => told.all.filter(({ type }) => type === 'rejected').length >= 2);
      const seen = trades.length;
      await until('trades after it', () => trades.length > seen + 20);
      watching.unsubscribe();
      expectWhole(exchange, 'KRW-BTC', trades);
      expectWhole(exchange, 'KRW-ETH', trades);
      expect(told.all.filter(({ type }) => type === 'gap')).toEqual([]);
      expect(told.stale()).toEqual([]);
      const { watched } = await status(backbone);
      expect(watched.map(({ ledger }) => balance(ledger))).toEqual([0, 0]);
    },
    40_000,
  );

  it('end nobody where they told a state, which the next frame tells anew', async () => {
    const exchange = await startExchange({ markets: 30, seed: 21, activity: 3 });
    const backbone = startEngine(exchange, quick);
    const told = listen(backbone);
    let seen = 0;
    const watching = merge(backbone.watchTicker('KRW-BTC'), backbone.watchTrades('KRW-BTC')).subscribe(
      () => (seen += 1),
    );
    await until('live events', () => seen > 5);
    const { wsMessages } = exchange.stats();
    exchange.setFault('truncated-frame', { channel: 'ticker', times: 2 });
    await until('the frames', () => told.all.filter(({ type }) => type === 'rejected').length >= 2);
    await pause(300);
    watching.unsubscribe();
    expect(exchange.stats().wsMessages).toBe(wsMessages);
  });
});
