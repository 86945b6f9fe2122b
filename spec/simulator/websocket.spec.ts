import { describe, expect, it } from '@jest/globals';
import {
  beat,
  connect,
  createClock,
  NOON,
  rawRows,
  simulate,
  until,
  type TestClient,
  type TestClock,
} from './harness.js';
import type { Simulator, SimulatorOptions } from '../../src/simulator/index.js';

interface Scene {
  readonly clock: TestClock;
  readonly simulator: Simulator;
  readonly client: TestClient;
}

const scene = async (options: SimulatorOptions = {}): Promise<Scene> => {
  const clock = createClock();
  const simulator = await simulate({ now: clock.now, ...options });
  return { clock, simulator, client: await connect(simulator) };
};

/** Moves the clock in steps that the beat can follow. */
const run = async (clock: TestClock, ms: number, step = 500): Promise<void> => {
  for (let done = 0; done < ms; done += step) {
    clock.advance(step);
    await beat();
  }
};

const ids = (client: TestClient): string[] =>
  client.of('trade', 'REALTIME').map(({ text }) => String(rawRows(`[${text}]`)[0]?.['sequential_id']));

describe('subscriptions', () => {
  it('start with one snapshot for each known code and type object, as binary frames, without an acknowledgement', async () => {
    const { client } = await scene();
    client.send(
      { type: 'ticker', codes: ['KRW-BTC', 'KRW-ETH'] },
      { type: 'trade', codes: ['KRW-BTC', 'KRW-NONE', 'krw-eth'] },
      { type: 'orderbook', codes: ['KRW-BTC'] },
      { type: 'orderbook', codes: ['KRW-BTC'], level: 10000 },
      { type: 'candle.1m', codes: ['KRW-BTC'] },
    );
    await until('six snapshots', () => client.frames.length >= 6);
    await beat();
    expect(client.frames.map(({ body }) => body['type'])).toEqual([
      'ticker',
      'ticker',
      'trade',
      'orderbook',
      'orderbook',
      'candle.1m',
    ]);
    expect(client.frames.every(({ binary, body }) => binary && body['stream_type'] === 'SNAPSHOT')).toBe(true);
  });

  it('tell every trade once, in order, with the touch around it', async () => {
    const { clock, client, simulator } = await scene();
    client.send({ type: 'trade', codes: ['KRW-BTC'] });
    await until('the snapshot', () => client.frames.length === 1);
    await run(clock, 5_000);
    const truth = simulator.market.trades('KRW-BTC', NOON + 1, clock.now() + 1);
    await until('all trades', () => ids(client).length >= truth.length);
    expect(ids(client)).toEqual(truth.map(({ id }) => id));
    for (const { body } of client.of('trade')) {
      const touched = body['ask_bid'] === 'BID' ? body['best_ask_price'] : body['best_bid_price'];
      expect(touched).toBe(body['trade_price']);
      expect(Number(body['best_ask_price'])).toBeGreaterThan(Number(body['best_bid_price']));
      expect(Number(body['change_price'])).toBeGreaterThanOrEqual(0);
    }
  });

  it('replace each other', async () => {
    const { clock, client } = await scene();
    client.send({ type: 'orderbook', codes: ['KRW-BTC'] });
    await until('the first snapshot', () => client.frames.length === 1);
    client.send({ type: 'orderbook', codes: ['KRW-ETH'] });
    await until('the second snapshot', () => client.frames.length === 2);
    await run(clock, 1_000);
    const realtime = client.of('orderbook', 'REALTIME').map(({ body }) => body['code']);
    expect(new Set(realtime)).toEqual(new Set(['KRW-ETH']));
  });

  it.each(['is_only_snapshot', 'isOnlySnapshot'])('with %s end after the snapshot', async (flag) => {
    const { clock, client } = await scene();
    client.send({ type: 'orderbook', codes: ['KRW-BTC'], [flag]: true });
    await run(clock, 1_000);
    expect(client.frames).toHaveLength(1);
  });

  it.each(['is_only_realtime', 'isOnlyRealtime'])('with %s have no snapshot', async (flag) => {
    const { clock, client } = await scene();
    client.send({ type: 'orderbook', codes: ['KRW-BTC'], [flag]: true });
    await run(clock, 1_000);
    expect(client.of('orderbook', 'SNAPSHOT')).toHaveLength(0);
    expect(client.of('orderbook', 'REALTIME').length).toBeGreaterThan(0);
  });

  it('are replaced without leaving out what happened right before', async () => {
    const { clock, simulator, client } = await scene({ activity: 20 });
    const request = [{ type: 'trade', codes: ['KRW-BTC'] }, { format: 'DEFAULT' }];
    client.send(...request);
    await until('the snapshot', () => client.of('trade').length === 1);
    const since = clock.now();
    // No beat comes between the trades of this second and the new request.
    clock.advance(1_000);
    client.send(...request);
    await until('the next snapshot', () => client.of('trade', 'SNAPSHOT').length === 2);
    const made = simulator.market.trades('KRW-BTC', since + 1, clock.now() + 1);
    expect(made.length).toBeGreaterThan(10);
    expect(ids(client)).toEqual(made.map(({ id }) => id));
    const order = client.of('trade').map(({ body }) => body['stream_type']);
    expect(order).toEqual(['SNAPSHOT', ...made.map(() => 'REALTIME'), 'SNAPSHOT']);
  });

  it('are listed without being replaced; a format in the question changes the streams', async () => {
    const { clock, client } = await scene();
    client.send({ type: 'ticker', codes: ['KRW-BTC'] }, { type: 'orderbook', codes: ['KRW-ETH'] });
    await until('the snapshots', () => client.frames.length === 2);
    client.send({ method: 'LIST_SUBSCRIPTIONS' });
    await until('the list', () => client.frames.length === 3);
    expect(client.frames[2]?.body).toEqual({
      method: 'LIST_SUBSCRIPTIONS',
      result: [
        { type: 'ticker', codes: ['KRW-BTC'] },
        { type: 'orderbook', codes: ['KRW-ETH'], level: 0 },
      ],
      ticket: 'test',
    });
    client.send({ method: 'LIST_SUBSCRIPTIONS' }, { format: 'SIMPLE' });
    await until('the short list', () => client.frames.length === 4);
    expect(client.frames[3]?.body).toMatchObject({ mthd: 'LIST_SUBSCRIPTIONS', tckt: 'test' });
    await run(clock, 1_000);
    expect(client.frames.at(-1)?.body).toHaveProperty('ty');
  });

  it('for a level on a market without levels stay silent', async () => {
    const { clock, client } = await scene();
    client.send({ type: 'orderbook', codes: ['BTC-ETH'], level: 10 });
    await run(clock, 500);
    expect(client.frames).toEqual([]);
    expect(client.closed).toBeUndefined();
  });
});

describe('formats', () => {
  const types = ['ticker', 'trade', 'orderbook', 'candle.1s'];
  const SHORT = {
    ticker:
      'ty cd op hp lp tp pcp atp c cp scp cr scr ab tv atv tdt ttm ttms aav abv h52wp h52wdt l52wp l52wdt ms its dd mw atp24h atv24h tms st',
    trade: 'ty cd tms td ttm ttms tp tv ab pcp c cp sid bap bas bbp bbs st',
    orderbook: 'ty cd tms tas tbs obu st lv',
    'candle.1s': 'ty cd cdttmu cdttmk op hp lp tp catv catp tms st',
  } as const;

  it('SIMPLE has exactly the short keys', async () => {
    const { client } = await scene();
    client.send(...types.map((type) => ({ type, codes: ['KRW-BTC'] })), { format: 'SIMPLE' });
    await until('the snapshots', () => client.frames.length === 4);
    for (const [type, keys] of Object.entries(SHORT))
      expect(Object.keys(client.of(type)[0]?.body ?? {}).sort()).toEqual(keys.split(' ').sort());
    expect(JSON.stringify(client.of('orderbook')[0]?.body['obu'])).toMatch(
      /^\[\{"ap":\d+,"bp":\d+,"as":[\d.e-]+,"bs":/,
    );
  });

  it.each(['JSON_LIST', 'SIMPLE_LIST'])('%s wraps each frame in a list', async (format) => {
    const { client } = await scene();
    client.send(...types.map((type) => ({ type, codes: ['KRW-BTC'] })), { format });
    await until('the snapshots', () => client.frames.length === 4);
    for (const { text } of client.frames) expect(rawRows(text)).toHaveLength(1);
  });

  it('DEFAULT spells prices with exponents and sizes with eight decimals; a switch makes them plain', async () => {
    const { client, simulator } = await scene();
    client.send({ type: 'orderbook', codes: ['KRW-BTC'] }, { type: 'trade', codes: ['KRW-BTC'] });
    await until('the snapshots', () => client.frames.length === 2);
    expect(client.of('orderbook')[0]?.text).toMatch(
      /"ask_price":\d\.\d+E\d,"bid_price":\d\.\d+E\d,"ask_size":\d+\.\d{8}/,
    );
    expect(client.of('trade')[0]?.text).toMatch(/"trade_price":\d+\.0{8},.*"best_ask_price":\d+,/);
    simulator.setFault('plain-numbers');
    client.send({ type: 'orderbook', codes: ['KRW-BTC'] });
    await until('the plain one', () => client.frames.length === 3);
    expect(client.frames[2]?.text).not.toMatch(/E\d/);
    expect(client.frames[2]?.body).toEqual(client.of('orderbook')[0]?.body);
  });
});

describe('order books', () => {
  it('have as many units as the suffix says, and a code without it', async () => {
    const { client } = await scene();
    for (const [suffix, units] of [
      ['.1', 1],
      ['.5', 5],
      ['.15', 15],
      ['.30', 30],
      ['.7', 30],
      ['', 30],
    ] as const) {
      const seen = client.frames.length;
      client.send({ type: 'orderbook', codes: [`KRW-BTC${suffix}`], is_only_snapshot: true });
      await until('the snapshot', () => client.frames.length > seen);
      expect(client.frames.at(-1)?.body['code']).toBe('KRW-BTC');
      expect(client.frames.at(-1)?.body['orderbook_units']).toHaveLength(units);
    }
  });

  it('move on the 100 ms grid and only on change', async () => {
    const { clock, client } = await scene();
    client.send({ type: 'orderbook', codes: ['KRW-BTC', 'KRW-AQT', 'KRW-NEAR'] });
    await run(clock, 2_000, 100);
    const stamps = client.of('orderbook', 'REALTIME').map(({ body }) => Number(body['timestamp']));
    expect(stamps.length).toBeGreaterThan(5);
    expect(stamps.every((stamp) => stamp % 100 === 0)).toBe(true);
    const keys = client
      .of('orderbook', 'REALTIME')
      .map(({ body }) => `${String(body['code'])} ${String(body['timestamp'])}`);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('candles', () => {
  it('tick once a second, grow, and agree with the trades at the end of their window', async () => {
    const { clock, client, simulator } = await scene();
    client.send({ type: 'candle.1m', codes: ['KRW-BTC'] });
    await until('the snapshot', () => client.frames.length === 1);
    await run(clock, 45_000, 1_500);
    await until('the next candle', () => client.frames.at(-1)?.body['candle_date_time_utc'] === '2026-09-02T07:47:00');
    const frames = client.of('candle.1m').map(({ body }) => body);
    const first = frames.filter((body) => body['candle_date_time_utc'] === '2026-09-02T07:46:00');
    const volumes = first.map((body) => Number(body['candle_acc_trade_volume']));
    expect(volumes).toEqual([...volumes].sort((a, b) => a - b));
    const start = Date.UTC(2026, 8, 2, 7, 46);
    const [truth] = await simulator.market.candles('KRW-BTC', '1m', start + 60_000, 1);
    expect(first.at(-1)).toMatchObject({
      candle_acc_trade_volume: Number(truth?.volume),
      candle_acc_trade_price: Number(truth?.turnover),
      trade_price: Number(truth?.close),
    });
    expect(frames.length).toBeLessThanOrEqual(46);
  });

  it.each(['1s', '3m', '5m', '10m', '15m', '30m', '60m', '240m'])('exist for %s', async (unit) => {
    const { client } = await scene();
    client.send({ type: `candle.${unit}`, codes: ['KRW-BTC'] });
    await until('the snapshot', () => client.frames.length === 1);
    expect(client.frames[0]?.body['type']).toBe(`candle.${unit}`);
  });
});

describe('tickers', () => {
  it('follow trades, several folded into one', async () => {
    const { clock, client, simulator } = await scene();
    client.send({ type: 'ticker', codes: ['KRW-BTC'] });
    for (let n = 0; n < 3; n += 1) {
      await until('a ticker', () => client.frames.length === n + 1);
      clock.advance(n < 2 ? 5_000 : 0);
    }
    const frames = client.of('ticker', 'REALTIME');
    expect(frames).toHaveLength(2);
    const last = simulator.market.trades('KRW-BTC', NOON, clock.now() + 1).at(-1);
    expect(frames[1]?.body).toMatchObject({ trade_timestamp: last?.time, trade_price: Number(last?.price) });
  });
});

describe('request errors', () => {
  it.each([
    ['no JSON', 'hello', 'WRONG_FORMAT'],
    ['an object', '{"ticket":"x"}', 'WRONG_FORMAT'],
    ['no ticket', '[{"type":"ticker","codes":["KRW-BTC"]}]', 'NO_TICKET'],
    ['no type', '[{"ticket":"x"}]', 'NO_TYPE'],
    ['no codes', '[{"ticket":"x"},{"type":"ticker"}]', 'NO_CODES'],
    ['an unknown type', '[{"ticket":"x"},{"type":"candle.2m","codes":["KRW-BTC"]}]', 'INVALID_PARAM'],
    ['an unknown format', '[{"ticket":"x"},{"type":"ticker","codes":["KRW-BTC"]},{"format":"XML"}]', 'INVALID_PARAM'],
  ])('%s gives an error frame, then close 1000 a moment later', async (_, text, name) => {
    const { clock, client } = await scene();
    client.socket.send(text);
    await until('the error frame', () => client.frames.length === 1);
    expect(client.frames[0]).toMatchObject({ binary: true, body: { error: { name } } });
    await beat();
    expect(client.closed).toBeUndefined();
    clock.advance(170);
    await until('the close', () => client.closed !== undefined);
    expect(client.closed).toBe(1000);
  });
});

describe('the life of a socket', () => {
  it('ends after 60 s without client frames, without a close frame', async () => {
    const { clock, client } = await scene();
    clock.advance(59_000);
    await beat();
    expect(client.closed).toBeUndefined();
    clock.advance(1_500);
    await until('the drop', () => client.closed !== undefined);
    expect(client.closed).toBe(1006);
  });

  it('goes on with protocol pings, which are answered', async () => {
    const { clock, client } = await scene();
    for (let n = 1; n <= 3; n += 1) {
      clock.advance(40_000);
      client.socket.ping();
      await until('the pong', () => client.pongs.length === n);
    }
    expect(client.closed).toBeUndefined();
  });

  it('answers a text PING with a status after six seconds and every ten from then on', async () => {
    const { clock, client } = await scene();
    client.socket.send('PING');
    await beat();
    expect(client.frames).toEqual([]);
    clock.advance(6_100);
    await until('the first status', () => client.frames.length === 1);
    expect(client.frames[0]).toMatchObject({ text: '{"status":"UP"}', binary: true });
    clock.advance(9_000);
    await beat();
    expect(client.frames).toHaveLength(1);
    clock.advance(1_100);
    await until('the second status', () => client.frames.length === 2);
  });

  it('is compressed only when the client offers it', async () => {
    const simulator = await simulate();
    const plain = await connect(simulator);
    const packed = await connect(simulator, { perMessageDeflate: true });
    expect(plain.socket.extensions).toBe('');
    expect(packed.socket.extensions).toContain('permessage-deflate');
    packed.send({ type: 'orderbook', codes: ['KRW-BTC'] });
    await until('a frame', () => packed.frames.length > 0);
    expect(packed.frames[0]?.body['type']).toBe('orderbook');
  });
});
