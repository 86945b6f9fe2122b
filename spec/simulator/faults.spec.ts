import { describe, expect, it } from '@jest/globals';
import { connect as connectTcp } from 'node:net';
import { WebSocket } from 'ws';
import {
  FAULTS,
  UnknownFaultError,
  type FaultName,
  type FaultSettings,
  type Simulator,
} from '../../src/simulator/index.js';
import {
  beat,
  connect,
  createClock,
  get,
  getRows,
  NOON,
  pause,
  rawRows,
  refusedHandshake,
  simulate,
  until,
  type TestClient,
  type TestClock,
} from './harness.js';

interface Scene {
  readonly clock: TestClock;
  readonly simulator: Simulator;
  readonly client: TestClient;
}

const observed = new Set<FaultName>();

const fault = (simulator: Simulator, name: FaultName, settings?: FaultSettings): void => {
  observed.add(name);
  simulator.setFault(name, settings);
};

/** A simulator and a socket that has the snapshots of `types` of KRW-BTC and KRW-ETH. */
const scene = async (types: readonly string[] = [], codes = ['KRW-BTC', 'KRW-ETH']): Promise<Scene> => {
  const clock = createClock();
  const simulator = await simulate({ now: clock.now, activity: 3 });
  const client = await connect(simulator);
  if (types.length === 0) return { clock, simulator, client };
  client.send(...types.map((type) => ({ type, codes })));
  await until('the snapshots', () => client.frames.length === types.length * codes.length);
  return { clock, simulator, client };
};

const quiet = async (): Promise<{ clock: TestClock; simulator: Simulator }> => {
  const clock = createClock();
  return { clock, simulator: await simulate({ now: clock.now }) };
};

/** Moves the clock until `count` realtime frames have come. */
const flow = async ({ clock, client }: Scene, type: string, count: number): Promise<void> => {
  const wanted = client.of(type, 'REALTIME').length + count;
  for (let n = 0; client.of(type, 'REALTIME').length < wanted; n += 1) {
    if (n > 200) throw new Error(`no ${type} frames`);
    clock.advance(1_000);
    await pause(60);
  }
};

const sids = (client: TestClient): string[] =>
  client.of('trade').map(({ text }) => String(rawRows(`[${text}]`)[0]?.['sequential_id']));

describe('faults of connections', () => {
  it('drop-connections destroys every connection once', async () => {
    const { simulator, client } = await scene();
    fault(simulator, 'drop-connections');
    await until('the drop', () => client.closed === 1006);
    await connect(simulator);
  });

  it('refuse-connections turns new ones away', async () => {
    const { simulator } = await quiet();
    fault(simulator, 'refuse-connections');
    await new Promise<void>((resolve) => {
      const socket = connectTcp(Number(new URL(simulator.rest).port), '127.0.0.1');
      socket.on('error', () => undefined);
      socket.on('close', () => resolve());
    });
    await expect(get(simulator, '/market/all')).rejects.toThrow();
    await fetch(`${simulator.control}/faults`, { method: 'DELETE' });
    expect((await get(simulator, '/market/all')).status).toBe(200);
  });

  it('half-open leaves sockets open and dead; new ones live', async () => {
    const all = await scene(['orderbook']);
    fault(all.simulator, 'half-open');
    const seen = all.client.frames.length;
    all.client.socket.ping();
    all.clock.advance(5_000);
    await beat();
    expect([all.client.frames.length, all.client.pongs.length, all.client.closed]).toEqual([seen, 0, undefined]);
    const other = await connect(all.simulator);
    other.send({ type: 'ticker', codes: ['KRW-BTC'] });
    await until('the other one works', () => other.frames.length > 0);
    all.simulator.clearFaults();
    await until('the pong', () => all.client.pongs.length === 1);
  });

  it.each([
    ['close-frame', 1001, 0],
    ['close-1000', 1000, 0],
    ['error-frame', 1000, 1],
  ] as const)('%s closes with %i after %i frames', async (name, code, frames) => {
    const { simulator, client, clock } = await scene();
    fault(simulator, name);
    await beat();
    clock.advance(200);
    await until('the close', () => client.closed !== undefined);
    expect([client.closed, client.frames.length]).toEqual([code, frames]);
  });

  it('no-compression refuses permessage-deflate', async () => {
    const { simulator } = await quiet();
    fault(simulator, 'no-compression');
    expect((await connect(simulator, { perMessageDeflate: true })).socket.extensions).toBe('');
  });
});

describe('faults of handshakes', () => {
  it.each([418, 429, 502, 503] as const)('handshake-%i answers with that status', async (status) => {
    const { simulator } = await quiet();
    fault(simulator, `handshake-${status}`, { times: 1 });
    expect((await refusedHandshake(simulator.ws)).status).toBe(status);
    await connect(simulator);
  });

  it('handshake-hang never answers', async () => {
    const { simulator } = await quiet();
    fault(simulator, 'handshake-hang');
    const socket = new WebSocket(simulator.ws);
    socket.on('error', () => undefined);
    await pause(200);
    expect(socket.readyState).toBe(WebSocket.CONNECTING);
    socket.terminate();
  });
});

describe("faults of a socket's life", () => {
  it('idle-120 doubles the idle time', async () => {
    const { simulator, client, clock } = await scene();
    fault(simulator, 'idle-120');
    clock.advance(119_000);
    await beat();
    expect(client.closed).toBeUndefined();
    clock.advance(1_500);
    await until('the drop', () => client.closed === 1006);
  });

  it('idle-close-frame says goodbye', async () => {
    const { simulator, client, clock } = await scene();
    fault(simulator, 'idle-close-frame');
    clock.advance(61_000);
    await until('the close', () => client.closed === 1001);
  });

  it('ping-keeps-not-alive lets a pinging socket be dropped', async () => {
    const { simulator, client, clock } = await scene();
    fault(simulator, 'ping-keeps-not-alive');
    clock.advance(40_000);
    client.socket.ping();
    await until('the pong', () => client.pongs.length === 1);
    clock.advance(21_000);
    await until('the drop', () => client.closed === 1006);
  });

  it('status-at-once answers the first PING immediately', async () => {
    const { simulator, client } = await scene();
    fault(simulator, 'status-at-once');
    client.socket.send('PING');
    await until('the status', () => client.frames.length === 1);
  });

  it('limit-keeps-open is an error frame without a close', async () => {
    const clock = createClock();
    const simulator = await simulate({ now: clock.now, limits: { messagesPerSecond: 1 } });
    fault(simulator, 'limit-keeps-open');
    const client = await connect(simulator);
    client.socket.send('PING');
    client.socket.send('PING');
    await until('the error', () => client.frames.length === 1);
    clock.advance(500);
    await beat();
    expect(client.closed).toBeUndefined();
  });
});

describe('faults of the market', () => {
  it('delisted takes a market from the list, from REST and from sockets', async () => {
    const all = await scene(['orderbook']);
    fault(all.simulator, 'delisted', { markets: ['KRW-BTC'] });
    expect((await getRows(all.simulator, '/market/all'))[0]?.['market']).toBe('KRW-ETH');
    expect((await get(all.simulator, '/ticker?markets=KRW-BTC,KRW-ETH')).status).toBe(404);
    expect(all.simulator.market.book('KRW-BTC', NOON)).toBeDefined();
    await flow(all, 'orderbook', 3);
    expect(new Set(all.client.of('orderbook', 'REALTIME').map(({ body }) => body['code']))).toEqual(
      new Set(['KRW-ETH']),
    );
  });
});

describe('faults of which frames are sent', () => {
  it('quiet sends no realtime frames', async () => {
    const all = await scene(['trade', 'orderbook', 'ticker']);
    fault(all.simulator, 'quiet');
    for (let n = 0; n < 5; n += 1) {
      all.clock.advance(1_000);
      await beat();
    }
    expect(all.client.frames).toHaveLength(6);
    all.simulator.clearFaults();
    await flow(all, 'trade', 1);
  });

  it('silent-topic silences one market of one channel', async () => {
    const all = await scene(['trade', 'orderbook']);
    fault(all.simulator, 'silent-topic', { markets: ['KRW-BTC'], channel: 'orderbook' });
    await flow(all, 'trade', 5);
    const codes = (type: string) => new Set(all.client.of(type, 'REALTIME').map(({ body }) => body['code']));
    await until('the other book', () => codes('orderbook').size > 0);
    expect(codes('orderbook')).toEqual(new Set(['KRW-ETH']));
  });

  it('lost-snapshot loses it', async () => {
    const { simulator, client } = await scene();
    fault(simulator, 'lost-snapshot', { markets: ['KRW-BTC'] });
    client.send({ type: 'ticker', codes: ['KRW-BTC', 'KRW-ETH'], is_only_snapshot: true });
    await until('the other one', () => client.frames.length > 0);
    await beat();
    expect(client.frames.map(({ body }) => body['code'])).toEqual(['KRW-ETH']);
  });

  it('delayed-snapshot lets realtime frames overtake it', async () => {
    const all = await scene();
    fault(all.simulator, 'delayed-snapshot', { ms: 3_000 });
    all.client.send({ type: 'orderbook', codes: ['KRW-BTC'] });
    await flow(all, 'orderbook', 2);
    expect(all.client.frames[0]?.body['stream_type']).toBe('REALTIME');
    all.clock.advance(3_000);
    await until('the snapshot', () => all.client.of('orderbook', 'SNAPSHOT').length === 1);
  });

  it('stale-after-resubscribe sends up to two frames of the old set', async () => {
    const all = await scene(['orderbook'], ['KRW-BTC']);
    await flow(all, 'orderbook', 3);
    fault(all.simulator, 'stale-after-resubscribe');
    const seen = all.client.frames.length;
    all.client.send({ type: 'orderbook', codes: ['KRW-ETH'] });
    await until('three frames', () => all.client.frames.length === seen + 3);
    expect(all.client.frames.slice(seen).map(({ body }) => body['code'])).toEqual(['KRW-ETH', 'KRW-BTC', 'KRW-BTC']);
  });

  it('slow-frames delays every frame and keeps the order', async () => {
    const all = await scene();
    fault(all.simulator, 'slow-frames', { ms: 2_000 });
    all.client.send({ type: 'ticker', codes: ['KRW-BTC', 'KRW-ETH'], is_only_snapshot: true });
    await beat();
    expect(all.client.frames).toEqual([]);
    all.clock.advance(2_000);
    await until('both', () => all.client.frames.length === 2);
    expect(all.client.frames.map(({ body }) => body['code'])).toEqual(['KRW-BTC', 'KRW-ETH']);
  });

  it('trade-gap keeps trades from the socket, not from REST', async () => {
    const all = await scene(['trade'], ['KRW-BTC']);
    fault(all.simulator, 'trade-gap', { times: 3 });
    await flow(all, 'trade', 3);
    const truth = all.simulator.market.trades('KRW-BTC', NOON + 1, all.clock.now() + 1).map(({ id }) => id);
    expect(sids(all.client).slice(1)).toEqual(truth.slice(3, 2 + sids(all.client).length));
    const rows = rawRows((await get(all.simulator, `/trades/ticks?market=KRW-BTC&count=500`)).text);
    expect(rows.map((row) => row['sequential_id'])).toEqual(expect.arrayContaining(truth.slice(0, 3)));
  });

  it('duplicate-trades sends them twice', async () => {
    const all = await scene(['trade'], ['KRW-BTC']);
    fault(all.simulator, 'duplicate-trades');
    await flow(all, 'trade', 4);
    const [, a, b, c, d] = sids(all.client);
    expect([a === b, b === c, c === d]).toEqual([true, false, true]);
  });

  it('out-of-order-trades sends one after its successor', async () => {
    const all = await scene(['trade'], ['KRW-BTC']);
    fault(all.simulator, 'out-of-order-trades', { times: 1 });
    await flow(all, 'trade', 3);
    const [first = '', second = ''] = all.simulator.market
      .trades('KRW-BTC', NOON + 1, all.clock.now() + 1)
      .map(({ id }) => id);
    expect(sids(all.client).slice(1, 3)).toEqual([second, first]);
  });

  it('old-book repeats the frame before', async () => {
    const all = await scene(['orderbook'], ['KRW-BTC']);
    fault(all.simulator, 'old-book');
    await flow(all, 'orderbook', 4);
    const stamps = all.client.of('orderbook', 'REALTIME').map(({ body }) => Number(body['timestamp']));
    expect(stamps.some((stamp, i) => stamp < (stamps[i - 1] ?? 0))).toBe(true);
  });

  it("late-final-candle comes after the next candle's first frame", async () => {
    const all = await scene(['candle.1s'], ['KRW-BTC']);
    fault(all.simulator, 'late-final-candle', { times: 1 });
    await flow(all, 'candle.1s', 4);
    const starts = all.client.of('candle.1s', 'REALTIME').map(({ body }) => String(body['candle_date_time_utc']));
    expect(starts).not.toEqual([...starts].sort());
  });
});

describe('faults inside frames', () => {
  const snapshot = async (name: FaultName, settings?: FaultSettings) => {
    const { simulator, client } = await scene();
    fault(simulator, name, settings);
    client.send({ type: 'ticker', codes: ['KRW-BTC'], is_only_snapshot: true });
    await until('the frame', () => client.frames.length === 1);
    return client.frames[0];
  };

  it('garbage-frame is no JSON', async () => {
    expect((await snapshot('garbage-frame'))?.body).toEqual({});
  });

  it('truncated-frame ends in the middle', async () => {
    const frame = await snapshot('truncated-frame');
    expect([frame?.text.startsWith('{"type":"ticker"'), frame?.body]).toEqual([true, {}]);
  });

  it('oversized-frame is as large as told', async () => {
    expect((await snapshot('oversized-frame', { bytes: 300_000 }))?.text).toHaveLength(300_000);
  });

  it('wrong-types has texts for numbers', async () => {
    const frame = await snapshot('wrong-types');
    expect([typeof frame?.body['trade_price'], frame?.body['code']]).toEqual(['string', 0]);
  });

  it('text-frames are text', async () => {
    expect((await snapshot('text-frames'))?.binary).toBe(false);
  });

  it('list-frames are wrapped whatever the format', async () => {
    expect((await snapshot('list-frames'))?.text.startsWith('[{')).toBe(true);
  });

  it('wrong-market names another one', async () => {
    expect((await snapshot('wrong-market'))?.body['code']).toBe('KRW-ETH');
  });

  it('plain-numbers have neither exponents nor trailing zeros', async () => {
    expect((await snapshot('plain-numbers'))?.text).not.toMatch(/E\d|\.\d*0[,}]/);
  });
});

describe('faults of REST', () => {
  const TICKER = '/ticker?markets=KRW-BTC,KRW-ETH';

  it.each([
    ['rest-500', 500, /Internal Server Error/],
    ['rest-503', 503, /^$/],
    ['rest-html', 200, /^<!DOCTYPE html>/],
    ['rest-empty', 200, /^$/],
    ['rest-429', 429, /^\{"name":"too_many_requests"\}$/],
    ['rest-418', 418, /Blocked/],
    ['rest-truncated', 200, /^\[\{"market":"KRW-BTC"[^\]]*$/],
  ] as const)('%s answers %i, only in its group and only so often', async (name, status, body) => {
    const { simulator } = await quiet();
    fault(simulator, name, { group: 'ticker', times: 1 });
    expect((await get(simulator, '/market/all')).status).toBe(200);
    const answer = await get(simulator, TICKER);
    expect([answer.status, body.test(answer.text)]).toEqual([status, true]);
    expect(await getRows(simulator, TICKER)).toHaveLength(2);
  });

  it('rest-slow is late', async () => {
    const { simulator } = await quiet();
    fault(simulator, 'rest-slow', { ms: 150 });
    const before = performance.now();
    await get(simulator, TICKER);
    expect(performance.now() - before).toBeGreaterThan(140);
  });

  it('rest-hang never answers, and does not hold up the end', async () => {
    const { simulator } = await quiet();
    fault(simulator, 'rest-hang');
    const answer = get(simulator, TICKER).then(
      () => 'answered',
      () => 'cut',
    );
    expect(await Promise.race([answer, pause(200).then(() => 'waiting')])).toBe('waiting');
    await simulator.close();
    expect(await answer).toBe('cut');
  });

  it('rest-missing-market leaves one out of an answer for several', async () => {
    const { simulator } = await quiet();
    fault(simulator, 'rest-missing-market', { markets: ['KRW-BTC'] });
    expect((await getRows(simulator, TICKER)).map((row) => row['market'])).toEqual(['KRW-ETH']);
  });

  it('wrong-market misnames rows', async () => {
    const { simulator } = await quiet();
    fault(simulator, 'wrong-market', { group: 'candles' });
    expect((await getRows(simulator, '/candles/minutes/1?market=KRW-BTC'))[0]?.['market']).toBe('KRW-ETH');
  });

  it('no-remaining-req hides the header', async () => {
    const { simulator } = await quiet();
    fault(simulator, 'no-remaining-req');
    expect((await get(simulator, TICKER)).headers.get('remaining-req')).toBeNull();
  });

  it('wrapped-429 wraps the body', async () => {
    const { simulator } = await quiet();
    fault(simulator, 'wrapped-429');
    fault(simulator, 'rest-429');
    expect((await get(simulator, TICKER)).text).toMatch(/^\{"error":\{"name":"too_many_requests"/);
  });

  it('clock-skew moves the Date header', async () => {
    const { simulator } = await quiet();
    fault(simulator, 'clock-skew', { ms: -90_000 });
    expect((await get(simulator, TICKER)).headers.get('date')).toBe(new Date(NOON - 90_000).toUTCString());
  });

  it('rolling-window is covered with the limits', async () => {
    const { simulator } = await quiet();
    fault(simulator, 'rolling-window');
    expect((await get(simulator, TICKER)).status).toBe(200);
  });
});

describe('settings', () => {
  it('strike with a probability that the seed decides', async () => {
    const pattern = async (): Promise<number[]> => {
      const { simulator } = await quiet();
      simulator.setFault('rest-500', { rate: 0.5 });
      const statuses: number[] = [];
      for (let n = 0; n < 20; n += 1) statuses.push((await get(simulator, '/market/all')).status);
      return statuses;
    };
    const statuses = await pattern();
    expect(new Set(statuses)).toEqual(new Set([200, 500]));
    expect(await pattern()).toEqual(statuses);
  });

  it('end after their time', async () => {
    const { simulator, clock } = await quiet();
    simulator.setFault('rest-500', { forMs: 1_000 });
    expect((await get(simulator, '/market/all')).status).toBe(500);
    clock.advance(1_000);
    expect((await get(simulator, '/market/all')).status).toBe(200);
  });

  it('that a fault does not take are refused', async () => {
    const { simulator } = await quiet();
    expect(() => simulator.setFault('rest-500', { bytes: 5 })).toThrow(UnknownFaultError);
    expect(() => simulator.setFault('rest-500', { rate: 2 })).toThrow(/rate/);
  });

  it('exist for every fault, and every fault has been seen from outside', () => {
    expect(FAULTS.map(({ name }) => name).filter((name) => !observed.has(name))).toEqual([]);
    expect(FAULTS.length).toBeGreaterThanOrEqual(24);
  });
});
