import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { filter, firstValueFrom, map, take, tap, toArray } from 'rxjs';
import { WebSocketServer } from 'ws';
import { MarketDataBackbone } from '../../src/backbone.js';
import type { TierName } from '../../src/model/provenance.js';
import { startSimulator } from '../../src/simulator/index.js';
import { upbitSource } from '../../src/sources/upbit/source.js';
import { startEngine, startExchange } from './engine.js';

const LIVE: TierName = 'live-subscription';
const quick = { reconnect: { initial: 50, factor: 2, max: 400, jitter: 0, stableAfter: 5_000 }, pollEvery: 100 };

describe('a socket that breaks', () => {
  it('is reconnected once for all topics, which are all subscribed again', async () => {
    const exchange = await startExchange({ markets: 50 });
    const backbone = startEngine(exchange, quick);
    const markets = (await firstValueFrom(backbone.fetchMarkets())).slice(0, 50).map(({ market }) => market);
    const again = new Set<string>();
    let dropped = 0;
    await firstValueFrom(
      backbone.watchOrderbook(markets, { depth: 1 }).pipe(
        tap((book) => {
          if (dropped === 0) {
            dropped = Date.now();
            exchange.setFault('drop-connections');
          } else if (book.tier === LIVE && exchange.stats().wsHandshakes === 2) again.add(book.market);
        }),
        filter(() => again.size === markets.length),
      ),
    );
    expect(exchange.stats().wsHandshakes).toBe(2);
    expect(exchange.stats().rejected429).toEqual({});
  });

  it('is bridged by polling, marked as such, until it is back', async () => {
    const exchange = await startExchange({ markets: 30 });
    const backbone = startEngine(exchange, quick);
    const changes = firstValueFrom(
      backbone.events$.pipe(
        filter((event) => event.type === 'tier-change'),
        map(({ to }) => to),
        tap((to) => {
          if (to === 'batch-snapshot') exchange.clearFaults();
        }),
        take(3),
        toArray(),
      ),
    );
    const watching = backbone.watchTicker('KRW-BTC').subscribe();
    await firstValueFrom(backbone.watchTicker('KRW-BTC'));
    exchange.setFault('handshake-503');
    exchange.setFault('drop-connections');
    expect(await changes).toEqual([LIVE, 'batch-snapshot', LIVE]);
    watching.unsubscribe();
  });

  it('heals when the whole exchange goes away and comes back', async () => {
    const first = await startExchange({ markets: 30, seed: 5 });
    const backbone = startEngine(first, quick);
    const port = Number(new URL(first.rest).port);
    const watching = backbone.watchTicker('KRW-BTC').subscribe();
    await firstValueFrom(backbone.watchTicker('KRW-BTC'));
    const down = firstValueFrom(backbone.events$.pipe(filter((e) => e.type === 'connection' && e.state === 'down')));
    await first.close();
    await down;
    // Not through `startExchange`: the port is only free now.
    const second = await startSimulator({ markets: 30, seed: 5, port });
    try {
      const back = await firstValueFrom(
        backbone.watchTicker('KRW-BTC').pipe(filter(({ tier }) => tier === LIVE && second.stats().wsHandshakes > 0)),
      );
      expect(back.tier).toBe(LIVE);
    } finally {
      watching.unsubscribe();
      backbone.close();
      await second.close();
    }
  });

  it('is left alone when the exchange refuses the subscription itself', async () => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    let connections = 0;
    server.on('connection', (socket) => {
      connections += 1;
      socket.on('message', () => {
        socket.send(
          Buffer.from('{"error":{"name":"INVALID_PARAM","message":"candle.1s 은 지원하지 않는 타입입니다."}}'),
        );
        socket.close(1000);
      });
    });
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const source = upbitSource({ wsUrl: `ws://127.0.0.1:${port}`, restUrl: `http://127.0.0.1:${port}` });
    const backbone = new MarketDataBackbone({ source, ...quick });
    try {
      await expect(firstValueFrom(backbone.watchCandles('KRW-BTC', '1s'))).rejects.toMatchObject({
        code: 'SUBSCRIPTION_REFUSED',
        retryable: false,
        message: expect.stringContaining('지원하지 않는') as unknown,
      });
      // Longer than the longest wait between two attempts.
      await new Promise((resolve) => setTimeout(resolve, 600));
      expect(connections).toBe(1);
    } finally {
      backbone.close();
      server.close();
    }
  });
});

describe('bad input from the exchange', () => {
  it('is rejected, told with its text, and stops nothing', async () => {
    const exchange = await startExchange({ markets: 30 });
    const backbone = startEngine(exchange, quick);
    const rejected = firstValueFrom(backbone.events$.pipe(filter((event) => event.type === 'rejected')));
    exchange.setFault('garbage-frame', { times: 3 });
    const tickers = await firstValueFrom(backbone.watchTicker('KRW-BTC').pipe(take(2), toArray()));
    expect(tickers).toHaveLength(2);
    expect(await rejected).toMatchObject({ via: 'websocket', exchange: 'simulated' });
  });

  it('is told by its name when it is a market that does not exist', async () => {
    const exchange = await startExchange({ markets: 30 });
    const backbone = startEngine(exchange, { patience: 50 });
    const asked = firstValueFrom(backbone.watchTicker('KRW-NOPE'));
    await expect(asked).rejects.toMatchObject({ code: 'ALL_TIERS_FAILED', retryable: false });
    await expect(firstValueFrom(backbone.fetchTicker('KRW-NOPE', { via: 'rest' }))).rejects.toMatchObject({
      attempts: [{ error: { code: 'UNKNOWN_MARKET', details: { markets: ['KRW-NOPE'] } } }],
    });
  });
});
