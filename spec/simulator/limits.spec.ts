import { describe, expect, it } from '@jest/globals';
import { connect, createClock, get, refusedHandshake, simulate, until } from './harness.js';

const strict = { rest: 10, handshakes: 5, messagesPerSecond: 5, messagesPerMinute: 100, refusalsBeforeBlock: 20 };
const PATHS = {
  market: '/market/all',
  candles: '/candles/minutes/1?market=KRW-BTC',
  'crix-trades': '/trades/ticks?market=KRW-BTC',
  ticker: '/ticker?markets=KRW-BTC',
  orderbook: '/orderbook?markets=KRW-BTC',
};

const strictly = async () => {
  const clock = createClock();
  return { clock, simulator: await simulate({ now: clock.now, limits: strict }) };
};

describe('the REST limit', () => {
  it('is ten in each second of the clock, counted down in the header', async () => {
    const { clock, simulator } = await strictly();
    for (let left = 9; left >= 0; left -= 1) {
      const { status, headers } = await get(simulator, PATHS.ticker);
      expect([status, headers.get('remaining-req')]).toEqual([200, `group=ticker; min=600; sec=${left}`]);
    }
    const refused = await get(simulator, PATHS.ticker);
    expect([refused.status, refused.text]).toEqual([429, '{"name":"too_many_requests"}']);
    clock.advance(600);
    expect((await get(simulator, PATHS.ticker)).status).toBe(200);
    expect(simulator.stats()).toMatchObject({ requests: { ticker: 12 }, rejected429: { ticker: 1 } });
    expect(simulator.stats().maxPerSecond['ticker']).toBe(11);
  });

  it('is counted apart for each group', async () => {
    const { simulator } = await strictly();
    for (const [group, path] of Object.entries(PATHS))
      expect((await get(simulator, path)).headers.get('remaining-req')).toBe(`group=${group}; min=600; sec=9`);
  });

  it('rolls when that fault is on', async () => {
    const { clock, simulator } = await strictly();
    simulator.setFault('rolling-window');
    for (let n = 0; n < 10; n += 1) await get(simulator, PATHS.ticker);
    clock.advance(700);
    expect((await get(simulator, PATHS.ticker)).status).toBe(429);
    clock.advance(400);
    expect((await get(simulator, PATHS.ticker)).status).toBe(200);
  });

  it('leads to a block of the whole address after twenty refusals, twice as long the second time', async () => {
    const { clock, simulator } = await strictly();
    const provoke = async () => {
      for (let n = 0; n < 30; n += 1) await get(simulator, PATHS.ticker);
    };
    await provoke();
    const blocked = await get(simulator, PATHS.candles);
    expect([blocked.status, blocked.text]).toEqual([418, expect.stringContaining('10 seconds')]);
    expect((await refusedHandshake(simulator.ws)).status).toBe(418);
    clock.advance(10_000);
    await provoke();
    clock.advance(15_000);
    expect((await get(simulator, PATHS.candles)).status).toBe(418);
    clock.advance(5_000);
    expect((await get(simulator, PATHS.candles)).status).toBe(200);
  });

  it('is told apart from what a fault refuses', async () => {
    const { simulator } = await strictly();
    simulator.setFault('rest-429', { times: 2 });
    for (let n = 0; n < 11; n += 1) await get(simulator, PATHS.ticker);
    expect(simulator.stats()).toMatchObject({ rejected429: { ticker: 3 }, overBudget: { ticker: 1 } });
  });

  it('counts who calls although told to stay away, and for how long by then', async () => {
    const { clock, simulator } = await strictly();
    simulator.setFault('rest-418', { times: 1, ms: 5_000 });
    expect((await get(simulator, PATHS.ticker)).text).toContain('5 seconds');
    expect(simulator.stats()).toMatchObject({ rejected418: 1, calledWhileBlocked: [] });
    clock.advance(1_200);
    await get(simulator, PATHS.candles);
    clock.advance(3_900);
    await get(simulator, PATHS.candles);
    expect(simulator.stats().calledWhileBlocked).toEqual([1_200]);
  });

  it('is one in ten seconds for calls with an Origin header', async () => {
    const { clock, simulator } = await strictly();
    const origin = { origin: 'https://example.com' };
    const first = await get(simulator, PATHS.ticker, origin);
    expect([first.status, first.headers.get('remaining-req')]).toEqual([200, 'group=origin; min=6; sec=0']);
    expect((await get(simulator, PATHS.candles, origin)).status).toBe(429);
    clock.advance(10_000);
    expect((await get(simulator, PATHS.candles, origin)).status).toBe(200);
  });
});

describe('the WebSocket limits', () => {
  it('allow five handshakes a second', async () => {
    const { clock, simulator } = await strictly();
    const clients = [];
    for (let n = 0; n < 5; n += 1) clients.push(await connect(simulator));
    const refused = await refusedHandshake(simulator.ws);
    expect(refused).toEqual({ status: 429, remaining: 'group=websocket; min=300; sec=0' });
    clock.advance(1_000);
    await connect(simulator);
    expect(simulator.stats()).toMatchObject({ wsHandshakes: 6, rejected429: { websocket: 1 }, socketsOpen: 6 });
  });

  it('allow five messages a second; the sixth gives an error frame and then a close', async () => {
    const { clock, simulator } = await strictly();
    const client = await connect(simulator);
    for (let n = 0; n < 6; n += 1) client.socket.send('PING');
    await until('the error frame', () => client.frames.length > 0);
    expect(client.frames[0]?.body).toMatchObject({ error: { name: 'TOO_MANY_REQUEST' } });
    expect(simulator.stats().wsMessagesRefused).toBe(1);
    clock.advance(200);
    await until('the close', () => client.closed !== undefined);
    expect(client.closed).toBe(1000);
  });

  it('allow a hundred messages a minute', async () => {
    const { clock, simulator } = await strictly();
    simulator.setFault('limit-keeps-open');
    const client = await connect(simulator);
    for (let n = 1; n <= 101; n += 1) {
      client.socket.send('PING');
      if (n % 5 === 0) {
        await until(`message ${n}`, () => simulator.stats().wsMessages === n);
        clock.advance(500);
        clock.advance(500);
      }
    }
    await until('the error frame', () => client.frames.some(({ body }) => 'error' in body));
    expect(client.closed).toBeUndefined();
  });
});
