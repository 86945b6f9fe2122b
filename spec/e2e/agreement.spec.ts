import { describe, expect, it } from '@jest/globals';
import { combineLatest, filter, firstValueFrom, map, take, toArray } from 'rxjs';
import { closedOnly } from '../../src/candles/closed-only.js';
import { MarketDataBackbone } from '../../src/backbone.js';
import type { Candle, MarketEvent } from '../../src/model/events.js';
import { upbitSource } from '../../src/sources/upbit/source.js';
import { startEngine, startExchange } from './engine.js';

/** An event without what depends on the road it came by. */
const fact = (event: MarketEvent): object => ({ ...event, receivedAt: 0, tier: 'any', state: 'any' });

describe('what the roads say', () => {
  it('is the same by REST, by socket and by the truth of the exchange', async () => {
    const exchange = await startExchange({ seed: 11, markets: 30 });
    const backbone = startEngine(exchange);

    const live = await firstValueFrom(backbone.watchTrades('KRW-BTC').pipe(take(8), toArray()));
    const rest = await firstValueFrom(backbone.fetchTrades('KRW-BTC', { count: 200, via: 'rest', maxAge: 0 }));
    const byId = new Map(rest.map((trade) => [trade.id, fact(trade)]));
    expect(live.map((trade) => byId.get(trade.id))).toEqual(live.map(fact));

    const first = live[0];
    const last = live.at(-1);
    if (first === undefined || last === undefined) throw new Error('no trades');
    const truth = exchange.market.trades('KRW-BTC', first.timestamp, last.timestamp + 1);
    const ids = truth.map(({ id }) => id);
    expect(live.every(({ id }) => ids.includes(id))).toBe(true);
  });

  it('is the same candle by socket and by REST once it is final', async () => {
    const exchange = await startExchange({ seed: 11, markets: 30 });
    const backbone = startEngine(exchange);
    const seconds$ = backbone.watchCandles('KRW-BTC', '1s').pipe(closedOnly(), take(3), toArray());
    // The time of the last word on a window is not the same by both roads, and may lie after its end.
    const figures = (candle: Candle): object => ({ ...fact(candle), timestamp: 0 });
    const ended = new Map((await firstValueFrom(seconds$)).map((candle) => [candle.openTime, figures(candle)]));
    const rest = await firstValueFrom(backbone.fetchCandles('KRW-BTC', '1s', { count: 60, via: 'rest', maxAge: 0 }));
    const served = new Map(rest.map((candle) => [candle.openTime, figures(candle)]));
    expect([...ended.keys()].map((time) => served.get(time))).toEqual([...ended.values()]);
  });

  it('is a consistent ticker, trade and book of one moment', async () => {
    const exchange = await startExchange({ seed: 3, markets: 30 });
    const backbone = startEngine(exchange);
    const together$ = combineLatest([
      backbone.watchTicker('KRW-BTC'),
      backbone.watchTrades('KRW-BTC'),
      backbone.watchOrderbook('KRW-BTC', { depth: 5 }),
    ]);
    const settled$ = together$.pipe(
      filter(([ticker, trade]) => ticker.tradeVolume === trade.volume && ticker.price === trade.price),
      map(([ticker, trade, book]) => ({ ticker, trade, book })),
    );
    const { ticker, trade, book } = await firstValueFrom(settled$);
    expect(ticker.side).toBe(trade.side);
    expect(ticker.change).toBeCloseTo(ticker.price - ticker.prevClose, 6);
    expect(book.bids).toHaveLength(5);
    expect(book.asks[0]?.price).toBeGreaterThan(book.bids[0]?.price ?? Infinity);
  });

  it('is known to be simulated even by an engine that was not told', async () => {
    const exchange = await startExchange({ markets: 30 });
    const source = upbitSource({ restUrl: exchange.rest, wsUrl: exchange.ws });
    const backbone = new MarketDataBackbone({ source });
    const rest = await firstValueFrom(backbone.fetchTicker('KRW-BTC', { via: 'rest' }));
    const other = new MarketDataBackbone({ source: upbitSource({ restUrl: exchange.rest, wsUrl: exchange.ws }) });
    const live = await firstValueFrom(other.watchTicker('KRW-BTC'));
    expect([rest.origin, live.origin]).toEqual(['simulation', 'simulation']);
    backbone.close();
    other.close();
  });

  it('marks everything simulated as simulated, by every tier', async () => {
    const exchange = await startExchange({ markets: 30 });
    const backbone = startEngine(exchange);
    const live = await firstValueFrom(backbone.watchTicker('KRW-ETH'));
    const hot = await firstValueFrom(backbone.fetchTicker('KRW-ETH'));
    const batch = await firstValueFrom(backbone.fetchTicker('KRW-XRP', { via: 'rest' }));
    const cold = await firstValueFrom(backbone.fetchCandles('KRW-XRP', '1d', { count: 2 }));
    const seen = [live, hot, batch, ...cold];
    expect(seen.map(({ origin, exchange: name }) => `${origin} ${name}`)).toEqual(
      seen.map(() => 'simulation simulated'),
    );
    expect(seen.map(({ tier }) => tier)).toEqual([
      'live-subscription',
      'hot-cache',
      'batch-snapshot',
      'cold-rest',
      'cold-rest',
    ]);
  });
});
