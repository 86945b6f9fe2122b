import { describe, expect, it } from '@jest/globals';
import { firstValueFrom, merge } from 'rxjs';
import type { MarketDataBackbone } from '../../src/backbone.js';
import type { EngineEvent } from '../../src/model/signals.js';
import { startEngine, startExchange } from './engine.js';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const recorded = (backbone: MarketDataBackbone): EngineEvent[] => {
  const told: EngineEvent[] = [];
  backbone.events$.subscribe((event) => told.push(event));
  return told;
};
const stale = (told: readonly EngineEvent[]): EngineEvent[] => told.filter(({ type }) => type === 'stale');

describe('silence on a socket that is up', () => {
  it('is no reason to call a quiet market stale, nor to ask much of the exchange', async () => {
    const exchange = await startExchange({ markets: 50, seed: 3, activity: 0.2 });
    const backbone = startEngine(exchange);
    const told = recorded(backbone);
    const markets = (await firstValueFrom(backbone.fetchMarkets())).slice(0, 50).map(({ market }) => market);
    const watching = merge(
      backbone.watchTicker(markets),
      backbone.watchTrades(markets),
      backbone.watchOrderbook(markets, { depth: 5 }),
      backbone.watchCandles(markets, '1m'),
    ).subscribe();
    await pause(15_000);
    watching.unsubscribe();
    console.log(stale(told).length, JSON.stringify(stale(told).slice(0, 6)), JSON.stringify(exchange.stats()));
    expect(stale(told)).toEqual([]);
  }, 40_000);
});
