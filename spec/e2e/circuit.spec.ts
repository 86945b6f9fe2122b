import { describe, expect, it } from '@jest/globals';
import { filter, firstValueFrom, map, take, toArray } from 'rxjs';
import { AllTiersFailedError } from '../../src/errors.js';
import type { CircuitChange } from '../../src/model/signals.js';
import { startEngine, startExchange } from './engine.js';

/** So that the router is what answers for all of it. */
const STAYS = { exit: { failures: 1_000 } };
const viaRest = { via: 'rest', maxAge: 0 } as const;

const failureOf = async (promise: Promise<unknown>): Promise<AllTiersFailedError> => {
  const error: unknown = await promise.then(
    () => new Error('it was answered'),
    (reason: unknown) => reason,
  );
  if (error instanceof AllTiersFailedError) return error;
  throw new Error('not an error of a router', { cause: error });
};

describe('an endpoint that is broken', () => {
  it('is left alone after five failures, told of, and used again once it works', async () => {
    const exchange = await startExchange({ markets: 30 });
    const backbone = startEngine(exchange, STAYS);
    const changes = firstValueFrom(
      backbone.events$.pipe(
        filter((event): event is CircuitChange => event.type === 'circuit'),
        map(({ channel, to }) => `${channel} ${to}`),
        take(3),
        toArray(),
      ),
    );
    exchange.setFault('rest-500', { group: 'orderbook' });
    const ask = (): Promise<unknown> => firstValueFrom(backbone.fetchOrderbook('KRW-BTC', viaRest));
    // Two tiers share the endpoint; one of them has its five sooner or later.
    const isOpen = async (): Promise<boolean> =>
      (await firstValueFrom(backbone.status$)).circuits.some(({ state }) => state === 'open');
    for (let i = 0; i < 10 && !(await isOpen()); i += 1) await failureOf(ask());
    const before = exchange.stats().requests['orderbook'];
    const held = await failureOf(ask());
    expect(held).toMatchObject({ retryable: true, attempts: [] });
    expect(held.message).toMatch(/circuit open for another 0\.\d s after 5 failures in a row/);
    expect(held.details['retryAfter']).toBeLessThanOrEqual(500);
    expect(exchange.stats().requests['orderbook']).toBe(before);
    const { circuits } = await firstValueFrom(backbone.status$);
    expect(circuits.find(({ state }) => state === 'open')).toMatchObject({ channel: 'orderbook' });
    // What works is not concerned.
    expect(await firstValueFrom(backbone.fetchTicker('KRW-BTC', viaRest))).toMatchObject({ tier: 'batch-snapshot' });

    exchange.clearFaults();
    await new Promise((resolve) => setTimeout(resolve, 600));
    await ask();
    expect(await changes).toEqual(['orderbook open', 'orderbook half-open', 'orderbook closed']);
  });
});

describe('a block of the exchange', () => {
  it('is waited out by everybody, and never probed', async () => {
    const exchange = await startExchange({ markets: 30 });
    const backbone = startEngine(exchange, STAYS);
    exchange.setFault('rest-418', { times: 1 });
    await failureOf(firstValueFrom(backbone.fetchTicker('KRW-BTC', viaRest)));
    const sent = exchange.stats();
    for (let i = 0; i < 10; i += 1) {
      const error = await failureOf(firstValueFrom(backbone.fetchTrades('KRW-BTC', { ...viaRest, count: 5 })));
      expect(error.attempts.map(({ error: cause }) => cause?.code)).toEqual(['BLOCKED']);
      expect(error.details['retryAfter']).toBeGreaterThan(5_000);
    }
    const watching = backbone.watchTicker('KRW-BTC').subscribe({ error: () => undefined });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    watching.unsubscribe();
    expect(exchange.stats()).toMatchObject({ requests: sent.requests, wsHandshakes: 0, rejected418: sent.rejected418 });
  });
});

describe('a market that does not exist', () => {
  it.each(['ticker', 'trade'] as const)('costs a fetch of its %s no long wait for a silent socket', async (channel) => {
    const exchange = await startExchange({ markets: 30 });
    const backbone = startEngine(exchange, STAYS);
    // The socket is up, so that only silence is left to wait for.
    const watching = backbone.watchTicker('KRW-ETH').subscribe();
    await firstValueFrom(backbone.watchTicker('KRW-ETH'));
    const error = await failureOf(firstValueFrom(backbone.explain({ channel, markets: ['KRW-NOPE'] })));
    expect(error.retryable).toBe(false);
    expect(error.attempts.some(({ reason }) => reason === 'no answer within 2000 ms')).toBe(false);
    watching.unsubscribe();
  });
});
