import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { filter, firstValueFrom, map, type Observable } from 'rxjs';
import type { Alert } from '../../src/alerts/alert.js';
import { alerts } from '../../src/alerts/alerts.js';
import { webhook } from '../../src/alerts/webhook.js';
import type { AllTiersFailedError } from '../../src/errors.js';
import type { EngineEvent } from '../../src/model/signals.js';
import { DIRECT } from '../../src/routing/direct-road.js';
import { startSimulator } from '../../src/simulator/index.js';
import { startEngine, startExchange } from './engine.js';

const quick = { reconnect: { initial: 50, factor: 2, max: 400, jitter: 0, stableAfter: 5_000 }, pollEvery: 100 };

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const until = async (condition: () => boolean): Promise<void> => {
  const end = performance.now() + 12_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`still not: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

/** `type state` of every event that tells how well the engine can do its work. */
const heard = (events$: Observable<EngineEvent>): string[] => {
  const list: string[] = [];
  events$.subscribe((event) => {
    if (event.type === 'exit') list.push(`exit ${event.phase}`);
    if (event.type === 'connectivity') list.push(`connectivity ${event.state}`);
    if (event.type === 'blocked') list.push('blocked');
  });
  return list;
};

const failureOf = async (answer$: Observable<unknown>): Promise<AllTiersFailedError> => {
  const error: unknown = await firstValueFrom(answer$).then(
    () => new Error('it was answered'),
    (cause: unknown) => cause,
  );
  return error as AllTiersFailedError;
};

describe('an exchange that fails for good', () => {
  it('is asked directly, which is told to a hook, and by the router again once that works', async () => {
    const exchange = await startExchange({ markets: 30 });
    const backbone = startEngine(exchange, { ...quick, exit: { failures: 3, tryEvery: 3_000 } });
    const list = heard(backbone.events$);
    const posted: Alert[] = [];
    const hook = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        posted.push(JSON.parse(text) as Alert);
        response.end();
      });
    }).listen(0, '127.0.0.1');
    closers.push(() => {
      hook.closeAllConnections();
      hook.close();
    });
    await once(hook, 'listening');
    const { port } = hook.address() as AddressInfo;
    const posting = alerts(backbone.events$, { coolDown: 50 })
      .pipe(webhook(`http://127.0.0.1:${port}/`))
      .subscribe();

    exchange.setFault('rest-503');
    exchange.setFault('handshake-503');
    const [first, second] = [
      await failureOf(backbone.fetchTicker('KRW-BTC')),
      await failureOf(backbone.fetchTicker('KRW-BTC')),
    ];
    expect([first, second].map(({ code }) => code)).toEqual(['ALL_TIERS_FAILED', 'ALL_TIERS_FAILED']);
    expect(list.filter((what) => what.startsWith('exit'))).toEqual([]);
    const third = await failureOf(backbone.fetchTicker('KRW-BTC'));
    expect(third.attempts.map(({ tier }) => tier)).toEqual(
      expect.arrayContaining(['batch-snapshot', 'direct-rest', 'direct-socket']),
    );
    expect(list).toContain('exit switching');

    exchange.clearFaults();
    const { trust, events } = await firstValueFrom(backbone.explain({ channel: 'ticker', markets: ['KRW-BTC'] }));
    expect([trust, events[0]?.origin]).toEqual([DIRECT, 'simulation']);
    // Nobody asks any more.
    await until(() => list.includes('exit routed'));
    expect((await firstValueFrom(backbone.status$)).phase).toBe('routed');
    await until(() => posted.some(({ key, severity }) => key === 'exit' && severity === 'info'));
    expect(posted.find(({ key }) => key === 'exit')).toMatchObject({
      severity: 'critical',
      details: { phase: 'switching' },
    });
    posting.unsubscribe();
  });
});

describe('an engine without a network', () => {
  it('says so, serves what its caches hold, marked, and recovers by itself', async () => {
    const first = await startExchange({ markets: 30, seed: 5 });
    const port = Number(new URL(first.rest).port);
    const backbone = startEngine(first, { ...quick, exit: { failures: 3 } });
    const list = heard(backbone.events$);
    const watching = backbone.watchTicker('KRW-BTC').subscribe();
    await firstValueFrom(backbone.watchTicker('KRW-BTC'));
    await firstValueFrom(backbone.fetchTicker('KRW-ETH', { via: 'rest' }));

    await first.close();
    await until(() => list.includes('connectivity offline'));
    // Polls go on failing until requests go direct.
    await until(() => list.includes('exit switching'));
    const cached = await firstValueFrom(backbone.fetchTicker('KRW-ETH', { context: 'research' }));
    expect(cached.tier).toBe('warm-cache');
    expect(await failureOf(backbone.fetchTicker('KRW-ETH', { maxAge: 0 }))).toMatchObject({ code: 'ALL_TIERS_FAILED' });

    const second = await startSimulator({ markets: 30, seed: 5, port });
    try {
      await until(() => list.includes('connectivity online') && list.includes('exit routed'));
      const live = await firstValueFrom(
        backbone.watchTicker('KRW-BTC').pipe(
          map(({ tier }) => tier),
          filter((tier) => tier === 'live-subscription'),
        ),
      );
      expect(live).toBe('live-subscription');
    } finally {
      watching.unsubscribe();
      backbone.close();
      await second.close();
    }
  });
});

describe('a block', () => {
  it('is told once, not probed, and no reason to leave the router', async () => {
    const exchange = await startExchange({ markets: 30 });
    const backbone = startEngine(exchange, { ...quick, exit: { failures: 1 } });
    const list = heard(backbone.events$);
    exchange.setFault('rest-418');
    for (let i = 0; i < 5; i += 1) await failureOf(backbone.fetchTicker('KRW-BTC', { via: 'rest' }));
    // Going direct would not help, and is not tried.
    expect(list).toEqual(['blocked']);
    expect(exchange.stats().requests).toEqual({ ticker: 1 });
  });
});

describe('MarketDataBackbone.checkHealth', () => {
  it('asks every road once and says how it fares; the router may know a way where REST does not', async () => {
    const exchange = await startExchange({ markets: 30 });
    const backbone = startEngine(exchange, quick);
    const well = await firstValueFrom(backbone.checkHealth());
    expect([well.router.ok, well.rest.ok, well.socket.ok]).toEqual([true, true, true]);
    exchange.setFault('rest-500');
    const ill = await firstValueFrom(backbone.checkHealth());
    expect([ill.router.ok, ill.rest.ok, ill.socket.ok]).toEqual([true, false, true]);
    expect(ill.rest.reason).toContain('HTTP 500');
    backbone.close();
    await expect(firstValueFrom(backbone.checkHealth())).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
