import { describe, expect, it } from '@jest/globals';
import { firstValueFrom, takeUntil, timer, toArray } from 'rxjs';
import type { Trade } from '../../src/model/events.js';
import type { EngineEvent, TopicSignal } from '../../src/model/signals.js';
import { startEngine, startExchange } from './engine.js';

const quick = { reconnect: { initial: 50, factor: 2, max: 400, jitter: 0, stableAfter: 5_000 }, pollEvery: 200 };
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits for something to become true, but not for ever. */
const until = async (what: () => boolean): Promise<void> => {
  for (let i = 0; i < 400 && !what(); i += 1) await pause(50);
};

const byMarket = (trades: readonly Trade[]): Map<string, Trade[]> => {
  const lists = new Map<string, Trade[]>();
  for (const trade of trades) lists.set(trade.market, [...(lists.get(trade.market) ?? []), trade]);
  return lists;
};

describe('trades through breaks of the socket', () => {
  it('come each once and in order, none missing, by the exchange’s own account', async () => {
    const exchange = await startExchange({ markets: 30, seed: 21, activity: 3 });
    const backbone = startEngine(exchange, quick);
    const markets = (await firstValueFrom(backbone.fetchMarkets())).slice(0, 6).map(({ market }) => market);
    const told: EngineEvent[] = [];
    backbone.events$.subscribe((event) => told.push(event));
    const watching = firstValueFrom(backbone.watchTrades(markets).pipe(takeUntil(timer(9_000)), toArray()));

    await pause(1_500);
    exchange.setFault('drop-connections');
    await pause(1_500);
    exchange.setFault('handshake-503', { forMs: 1_500 });
    exchange.setFault('drop-connections');
    await pause(2_500);
    exchange.setFault('drop-connections');

    const delivered = byMarket(await watching);
    expect(told.filter(({ type }) => type === 'gap')).toEqual([]);
    expect(told.some(({ type }) => type === 'repaired')).toBe(true);
    expect(exchange.stats().rejected429).toEqual({});
    let compared = 0;
    for (const [market, trades] of delivered) {
      const ids = trades.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      const [first, last] = [trades[0], trades.at(-1)];
      if (first === undefined || last === undefined) continue;
      const truth = exchange.market.trades(market, first.timestamp, last.timestamp + 1).map(({ id }) => id);
      const from = truth.indexOf(first.id);
      expect(ids).toEqual(truth.slice(from, truth.indexOf(last.id) + 1));
      compared += ids.length;
    }
    expect(compared).toBeGreaterThan(50);
  });

  it('are declared missing, in their place, when the exchange will not tell them', async () => {
    const exchange = await startExchange({ markets: 30, seed: 21, activity: 3 });
    const backbone = startEngine(exchange, quick);
    const seen: (Trade | TopicSignal)[] = [];
    const watching = backbone.watchTrades('KRW-BTC', { control: true }).subscribe((each) => seen.push(each));
    await pause(1_000);
    // Long enough that something is traded meanwhile.
    exchange.setFault('rest-500');
    exchange.setFault('handshake-503', { forMs: 2_000 });
    exchange.setFault('drop-connections');
    await until(() => seen.some(({ type }) => type === 'gap') && seen.at(-1)?.type === 'trade');
    const place = seen.findIndex(({ type }) => type === 'gap');
    const gap = seen[place];
    const before = seen.slice(0, place).findLast(({ type }) => type === 'trade');
    const after = seen.slice(place).find(({ type }) => type === 'trade');
    expect(gap).toMatchObject({ topic: 'simulated/trade/KRW-BTC', reason: 'unreachable' });
    expect(gap?.type === 'gap' && before?.type === 'trade' && gap.after.id === before.id).toBe(true);
    expect(gap?.type === 'gap' && after?.type === 'trade' && gap.before.id === after.id).toBe(true);
    watching.unsubscribe();
  }, 40_000);
});
