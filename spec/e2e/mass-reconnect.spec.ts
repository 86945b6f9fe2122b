import { describe, expect, it } from '@jest/globals';
import { Subject, filter, firstValueFrom, merge, scan, share } from 'rxjs';
import type { MarketEvent } from '../../src/model/events.js';
import { startEngine, startExchange } from './engine.js';

const DROPS = 10;

describe('a mass reconnect', () => {
  it(`keeps within every limit when the socket drops ${DROPS} times in a row under 200 markets`, async () => {
    const exchange = await startExchange({ markets: 200 });
    const backbone = startEngine(exchange, {
      reconnect: { initial: 50, factor: 2, max: 400, jitter: 0.5, stableAfter: 5_000 },
    });
    const listed = await firstValueFrom(backbone.fetchMarkets());
    const markets = listed.filter(({ quote }) => quote === 'KRW').map(({ market }) => market);
    const all$ = merge(
      // Repaired by REST, a call each.
      backbone.watchTrades(markets.slice(0, 120)),
      backbone.watchCandles(markets.slice(150), '1m'),
      // Their snapshot is the repair.
      backbone.watchTicker(markets),
      backbone.watchOrderbook(markets.slice(100), { depth: 5 }),
    ).pipe(share({ connector: () => new Subject<MarketEvent>() }));
    const errors: unknown[] = [];
    const watching = all$.subscribe({ error: (error: unknown) => errors.push(error) });
    const live$ = all$.pipe(filter(({ tier }) => tier === 'live-subscription'));
    const whole$ = live$.pipe(
      scan((seen, { type, market }) => seen.add(`${type} ${market}`), new Set<string>()),
      filter(({ size }) => size >= 420),
    );
    await firstValueFrom(whole$);
    for (let i = 0; i < DROPS; i += 1) {
      const back = firstValueFrom(live$.pipe(filter(() => exchange.stats().wsHandshakes === i + 2)));
      exchange.setFault('drop-connections');
      await back;
    }
    // Repairs are under way now, and the budget is at its tightest.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    watching.unsubscribe();

    const { rejected429, rejected418, framesSent, maxPerSecond, wsHandshakes, requests } = exchange.stats();
    expect(errors).toEqual([]);
    expect({ rejected429, rejected418, refusedMessages: framesSent['error'] ?? 0 }).toEqual({
      rejected429: {},
      rejected418: 0,
      refusedMessages: 0,
    });
    expect(Math.max(...Object.values(maxPerSecond))).toBeLessThanOrEqual(10);
    expect(wsHandshakes).toBe(DROPS + 1);
    // It was a test at all: there was more to ask than the budget allows at once.
    expect(Object.values(requests).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(15);
  }, 90_000);
});
