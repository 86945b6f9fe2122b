import { describe, expect, it } from '@jest/globals';
import { filter, firstValueFrom, merge, scan, take } from 'rxjs';
import type { MarketEvent } from '../../src/model/events.js';
import { startEngine, startExchange } from './engine.js';

const DROPS = Number(process.env['DROPS'] ?? 4);

describe('a mass reconnect', () => {
  it(`keeps within every limit of the exchange when the socket drops ${DROPS} times in a row under 200 markets`, async () => {
    const exchange = await startExchange({ markets: 200 });
    const backbone = startEngine(exchange, {
      reconnect: { initial: 50, factor: 2, max: 400, jitter: 0.5, stableAfter: 5_000 },
    });
    const listed = await firstValueFrom(backbone.fetchMarkets());
    const markets = listed.filter(({ quote }) => quote === 'KRW').map(({ market }) => market);
    const all$ = merge(
      backbone.watchTrades(markets.slice(0, 120)),
      backbone.watchTicker(markets),
      backbone.watchOrderbook(markets.slice(100), { depth: 5 }),
      backbone.watchCandles(markets.slice(150), '1m'),
    );
    const key = (event: MarketEvent): string => `${event.type} ${event.market}`;
    const up$ = backbone.events$.pipe(filter((event) => event.type === 'connection' && event.state === 'up'));
    const errors: unknown[] = [];
    const watching = all$.subscribe({ error: (error: unknown) => errors.push(error) });
    const live$ = all$.pipe(
      filter(({ tier }) => tier === 'live-subscription'),
      scan((seen, event) => seen.add(key(event)), new Set<string>()),
      filter(({ size }) => size >= 420),
      take(1),
    );
    await firstValueFrom(live$);
    for (let i = 0; i < DROPS; i += 1) {
      const up = firstValueFrom(up$);
      exchange.setFault('drop-connections');
      await up;
    }
    // Repairs are under way now; the budget is at its tightest for as long as they take.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    watching.unsubscribe();
    const stats = exchange.stats();
    expect(errors).toEqual([]);
    expect(stats.rejected429).toEqual({});
    expect(stats.rejected418).toBe(0);
    expect(stats.framesSent['error']).toBeUndefined();
    expect(Math.max(...Object.values(stats.maxPerSecond))).toBeLessThanOrEqual(10);
    expect(stats.wsHandshakes).toBeGreaterThanOrEqual(DROPS + 1);
    console.log(JSON.stringify(stats));
  }, 60_000);
});
