import { describe, expect, it } from '@jest/globals';
import { firstValueFrom, forkJoin, merge, scan, take, takeWhile } from 'rxjs';
import { startEngine, startExchange } from './engine.js';

describe('the request budget of the exchange', () => {
  it('carries 200 markets on one socket with a handful of messages', async () => {
    const exchange = await startExchange({ markets: 200 });
    const backbone = startEngine(exchange);
    const listed = await firstValueFrom(backbone.fetchMarkets());
    const markets = listed.filter(({ quote }) => quote === 'KRW').map(({ market }) => market);
    expect(markets).toHaveLength(200);

    const all$ = merge(backbone.watchTicker(markets), backbone.watchOrderbook(markets, { depth: 1 }));
    const seen$ = all$.pipe(
      scan((seen, event) => seen.add(`${event.type} ${event.market}`), new Set<string>()),
      takeWhile(({ size }) => size < 400, true),
    );
    await new Promise<void>((resolve, reject) => seen$.subscribe({ complete: resolve, error: reject }));

    const stats = exchange.stats();
    expect(stats.wsHandshakes).toBe(1);
    expect(stats.wsMessages).toBeLessThanOrEqual(3);
    expect(stats.rejected429).toEqual({});
    // REST helps out where a slow machine keeps topics waiting, a call for all of them.
    const { market, ...helped } = stats.requests;
    expect(market).toBe(1);
    expect(Object.values(helped).reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(6);
  });

  it('is kept when 200 callers ask at once, and their calls are merged', async () => {
    const exchange = await startExchange({ markets: 200 });
    const backbone = startEngine(exchange);
    const markets = (await firstValueFrom(backbone.fetchMarkets())).map(({ market }) => market).slice(0, 200);
    const tickers = await firstValueFrom(
      forkJoin(markets.map((market) => backbone.fetchTicker(market, { via: 'rest', maxAge: 0 }))),
    );
    expect(tickers.map(({ market }) => market)).toEqual(markets);
    // One call; on a machine that is slow to answer, asked for once or twice more.
    expect(exchange.stats().requests['ticker']).toBeLessThanOrEqual(3);
  });

  it('is kept where calls cannot be merged: what exceeds it waits its turn', async () => {
    const exchange = await startExchange({ markets: 30 });
    const backbone = startEngine(exchange);
    const markets = (await firstValueFrom(backbone.fetchMarkets())).map(({ market }) => market).slice(0, 25);
    const candles = await firstValueFrom(
      forkJoin(markets.map((market) => backbone.fetchCandles(market, '1h', { count: 3, maxAge: 0 }))),
    );
    expect(candles.every((list) => list.length === 3)).toBe(true);
    const { requests, rejected429, maxPerSecond } = exchange.stats();
    expect(requests['candles']).toBe(25);
    expect(rejected429).toEqual({});
    expect(maxPerSecond['candles']).toBeLessThanOrEqual(10);
  });

  it('is asked once for what many want at the same time', async () => {
    const exchange = await startExchange({ markets: 30 });
    const backbone = startEngine(exchange);
    const same = Array.from({ length: 20 }, () => backbone.fetchCandles('KRW-BTC', '1m', { count: 10, maxAge: 0 }));
    const answers = await firstValueFrom(forkJoin(same));
    expect(new Set(answers.map((list) => JSON.stringify(list))).size).toBe(1);
    expect(exchange.stats().requests['candles']).toBe(1);
  });

  it('is spent page by page for long histories, without hole or overlap', async () => {
    const exchange = await startExchange({ markets: 30 });
    const backbone = startEngine(exchange);
    const candles = await firstValueFrom(backbone.fetchCandles('KRW-BTC', '1m', { count: 1_001 }));
    expect(candles).toHaveLength(1_001);
    // All but the candle that is still forming are what the exchange knows them to be.
    const closed = candles.slice(0, -1);
    const truth = await exchange.market.candles('KRW-BTC', '1m', candles.at(-1)?.openTime ?? 0, 1_000);
    const rows = truth.map(({ start, open, high, low, close, volume }) =>
      [start, open, high, low, close, volume].map(Number),
    );
    rows.sort(([a = 0], [b = 0]) => a - b);
    expect(closed.map((c) => [c.openTime, c.open, c.high, c.low, c.close, c.volume])).toEqual(rows);
    expect(exchange.stats().requests['candles']).toBe(6);
  });

  it('lets a caller leave the queue', async () => {
    const exchange = await startExchange({ markets: 30 });
    const backbone = startEngine(exchange);
    const all = Array.from({ length: 30 }, (_, i) =>
      backbone
        .fetchCandles('KRW-BTC', '1m', { count: i + 2, maxAge: 0 })
        .pipe(take(1))
        .subscribe(),
    );
    for (const subscription of all) subscription.unsubscribe();
    await firstValueFrom(backbone.fetchCandles('KRW-BTC', '1m', { count: 200, maxAge: 0 }));
    // The first nine may have been on their way; nobody who waited was sent.
    expect(exchange.stats().requests['candles']).toBeLessThanOrEqual(10);
  });
});
