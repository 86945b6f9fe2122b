import { describe, expect, it } from '@jest/globals';
import { firstValueFrom, takeUntil, timer, toArray } from 'rxjs';
import { closedOnly } from '../../src/candles/closed-only.js';
import { toCandles } from '../../src/candles/to-candles.js';
import { startEngine, startExchange } from './engine.js';

const quick = { reconnect: { initial: 50, factor: 2, max: 400, jitter: 0, stableAfter: 5_000 }, pollEvery: 200 };
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('candles built from live trades', () => {
  it('are those the exchange serves, to the last digit, also through a reconnect', async () => {
    const exchange = await startExchange({ markets: 30, seed: 21, activity: 3 });
    const backbone = startEngine(exchange, quick);
    const markets = (await firstValueFrom(backbone.fetchMarkets())).slice(0, 6).map(({ market }) => market);
    const trades$ = backbone.watchTrades(markets);
    // A repair may take longer than the grace allows for on a busy machine; what comes late is a revision.
    const building = firstValueFrom(trades$.pipe(toCandles('1s'), closedOnly(), takeUntil(timer(10_000)), toArray()));

    await pause(3_000);
    exchange.setFault('handshake-503', { forMs: 1_000 });
    exchange.setFault('drop-connections');

    const last = new Map((await building).map((candle) => [`${candle.market} ${candle.openTime}`, candle]));
    expect(last.size).toBeGreaterThan(20);
    for (const candle of last.values()) {
      const { market, openTime, open, high, low, close, volume, turnover } = candle;
      const [truth] = await exchange.market.candles(market, '1s', openTime + 1_000, 1);
      const figures = { start: openTime, open, high, low, close, volume, turnover };
      expect([market, figures]).toEqual([
        market,
        {
          start: truth?.start,
          open: Number(truth?.open),
          high: Number(truth?.high),
          low: Number(truth?.low),
          close: Number(truth?.close),
          volume: Number(truth?.volume),
          turnover: Number(truth?.turnover),
        },
      ]);
      expect(candle.origin).toBe('simulation');
    }
  });
});
