import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { filter, firstValueFrom, merge, take, takeUntil, toArray } from 'rxjs';
import { startEngine, startExchange } from './engine.js';

const CAPTURE = fileURLToPath(new URL('../fixtures/upbit/ws-capture-simple-2021-04-17.jsonl', import.meta.url));

describe('a recorded socket, played to the engine', () => {
  it('accounts for every frame: 304 distinct trades and 145 books', async () => {
    const exchange = await startExchange({ replay: { file: CAPTURE, speed: 0 } });
    const backbone = startEngine(exchange, { patience: 60_000 });
    const markets = (await firstValueFrom(backbone.fetchMarkets())).map(({ market }) => market);
    const status$ = backbone.status$.pipe(filter(({ frames }) => frames.received >= 449));

    const all$ = merge(backbone.watchTrades(markets), backbone.watchOrderbook(markets));
    const [events, { frames }] = await Promise.all([
      firstValueFrom(all$.pipe(takeUntil(status$), toArray())),
      firstValueFrom(status$.pipe(take(1))),
    ]);

    expect(frames).toEqual({ received: 449, delivered: 449, unclaimed: 0, control: 0, rejected: 0 });
    const trades = events.filter((event) => event.type === 'trade');
    const books = events.filter((event) => event.type === 'orderbook');
    expect(trades).toHaveLength(304);
    expect(new Set(trades.map(({ market, id }) => `${market} ${id}`)).size).toBe(304);
    expect(books).toHaveLength(145);
    expect(books.every(({ bids, asks }) => bids.length === 15 && asks.length === 15)).toBe(true);
  });
});
