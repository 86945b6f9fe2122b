import { afterEach, describe, expect, it } from '@jest/globals';
import {
  VirtualTimeScheduler,
  asyncScheduler,
  catchError,
  firstValueFrom,
  map,
  of,
  toArray,
  type Subscription,
} from 'rxjs';
import { MarketDataError, toMarketDataError } from '../../../src/errors.js';
import type { Topic } from '../../../src/model/topic.js';
import type { Connection } from '../../../src/sources/source.js';
import { RateLimiter } from '../../../src/sources/transport/rate-limiter.js';
import { connect, type ConnectionOptions } from '../../../src/sources/upbit/connection.js';
import { ExchangeClock } from '../../../src/sources/upbit/exchange-clock.js';
import { HANDSHAKE, budgetOf } from '../../../src/sources/upbit/limits.js';
import { closeServers, socketPeer, until, type SocketPeer } from '../transport/servers.js';
import { parseJson, stamp } from './reference.js';

const exchange = 'upbit';
const open: Subscription[] = [];
afterEach(async () => {
  for (const subscription of open.splice(0)) subscription.unsubscribe();
  await closeServers();
});

const options = ({ url }: Pick<SocketPeer, 'url'>, more: Partial<ConnectionOptions> = {}): ConnectionOptions => ({
  url,
  stamp,
  upgraded: () => undefined,
  limiter: new RateLimiter(budgetOf),
  priority: 'normal',
  ledger: { received: 0, delivered: 0, unclaimed: 0, control: 0, rejected: 0 },
  clock: new ExchangeClock(),
  reject: () => undefined,
  mode: 'stream',
  scheduler: asyncScheduler,
  ...more,
});

interface Line {
  readonly connection: Connection;
  readonly errors: unknown[];
  readonly socket: Subscription;
}

const dial = (settings: ConnectionOptions): Promise<Line> =>
  new Promise((resolve, reject) => {
    const errors: unknown[] = [];
    const socket = connect(settings).subscribe({
      next: (connection) => setImmediate(() => resolve({ connection, errors, socket })),
      error: (error: unknown) => {
        errors.push(error);
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    });
    open.push(socket);
  });

const ticker = (i: number): Topic => ({ exchange, channel: 'ticker', market: `KRW-C${i}` });
const TRADE: Topic = { exchange, channel: 'trade', market: 'KRW-BTC' };
const BOOK: Topic = { exchange, channel: 'orderbook', market: 'KRW-BTC' };
const trade = (id: string): string => `{"ty":"trade","cd":"KRW-BTC","ttms":5,"tp":2,"tv":3,"ab":"ASK","sid":${id}}`;
/** What a message asks for, by type. */
const asked = (text: string | undefined): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    (parseJson(text ?? '[]') as { type?: string; codes?: string[] }[]).flatMap(({ type, codes }) =>
      type === undefined ? [] : [[type, codes ?? []]],
    ),
  );

describe('connect', () => {
  it('opens when subscribed, once the handshake budget allows', async () => {
    const peer = await socketPeer();
    const limiter = new RateLimiter(() => ({ windows: [{ limit: 1, per: 60_000 }], scope: 'address' }));
    await dial(options(peer, { limiter }));
    let second = false;
    open.push(connect(options(peer, { limiter })).subscribe(() => (second = true)));
    expect(limiter.usage(HANDSHAKE)).toBe(1);
    await dial(options(peer));
    expect([second, peer.handshakes.length]).toEqual([false, 2]);
  });

  it.each([
    [418, 'BLOCKED', 'ticker'],
    [429, 'served later', 'ticker'],
  ] as const)('lets the whole budget know of a handshake answered %d', async (status, outcome, group) => {
    const peer = await socketPeer({ status });
    const limiter = new RateLimiter(budgetOf);
    await new Promise<void>((resolve) => {
      connect(options(peer, { limiter })).subscribe({ error: () => resolve() });
    });
    let told = 'served later';
    open.push(limiter.acquire(group).subscribe({ error: (error: unknown) => (told = toMarketDataError(error).code) }));
    expect(told).toBe(outcome);
  });

  it('asks for nothing until something is watched', async () => {
    const peer = await socketPeer();
    await dial(options(peer));
    const { connection } = await dial(options(peer));
    open.push(connection.watch(TRADE).subscribe());
    await until(() => peer.received.length > 0);
    expect(peer.received).toHaveLength(1);
  });

  it('asks for 200 topics watched in one turn with one message', async () => {
    const peer = await socketPeer();
    const { connection } = await dial(options(peer));
    for (let i = 0; i < 200; i += 1) open.push(connection.watch(ticker(i)).subscribe());
    await until(() => peer.received.length > 0);
    expect(peer.received).toHaveLength(1);
    expect(asked(peer.received[0])['ticker']).toHaveLength(200);
  });

  it('sends the union again when a topic comes or goes', async () => {
    const peer = await socketPeer();
    const { connection } = await dial(options(peer));
    open.push(connection.watch(TRADE).subscribe());
    await until(() => peer.received.length === 1);
    const second = connection.watch(ticker(1)).subscribe();
    await until(() => peer.received.length === 2);
    second.unsubscribe();
    await until(() => peer.received.length === 3);
    expect(peer.received.map(asked)).toEqual([
      { trade: ['KRW-BTC'] },
      { trade: ['KRW-BTC'], ticker: ['KRW-C1'] },
      { trade: ['KRW-BTC'] },
    ]);
  });

  it('does not send again what it asks for already, nor that nothing is wanted', async () => {
    const peer = await socketPeer();
    const { connection } = await dial(options(peer));
    const first = connection.watch(TRADE).subscribe();
    await until(() => peer.received.length === 1);
    open.push(connection.watch(TRADE).subscribe());
    first.unsubscribe();
    await new Promise((resolve) => setTimeout(resolve, 80));
    open.push(connection.watch(ticker(1)).subscribe());
    await until(() => peer.received.length === 2);
    expect(asked(peer.received[1])).toEqual({ trade: ['KRW-BTC'], ticker: ['KRW-C1'] });
  });

  it('asks again for what was dropped and is wanted anew', async () => {
    const peer = await socketPeer();
    const { connection } = await dial(options(peer));
    const first = connection.watch(TRADE).subscribe();
    await until(() => peer.received.length === 1);
    first.unsubscribe();
    await new Promise((resolve) => setTimeout(resolve, 120));
    open.push(connection.watch(TRADE).subscribe());
    await until(() => peer.received.length === 2);
    expect(peer.received[1]).toBe(peer.received[0]);
  });

  it('asks for a snapshot alone in snapshot mode', async () => {
    const peer = await socketPeer();
    const { connection } = await dial(options(peer, { mode: 'snapshot' }));
    open.push(connection.watch(TRADE).subscribe());
    await until(() => peer.received.length === 1);
    expect(peer.received[0]).toContain('"is_only_snapshot":true');
  });

  it('writes little to a peer of which nothing is heard', async () => {
    const peer = await socketPeer();
    const connected = peer.next();
    const scheduler = new VirtualTimeScheduler();
    const { connection } = await dial(options(peer, { scheduler, limiter: new RateLimiter(budgetOf, scheduler) }));
    const far = await connected;
    far.pause();
    for (let now = 0; now < 2_500; now += 100) {
      open.push(connection.watch(ticker(now)).subscribe());
      scheduler.maxFrames = now + 99;
      scheduler.flush();
      await new Promise((resolve) => setTimeout(resolve, 4));
    }
    far.resume();
    await until(() => peer.received.length >= 3);
    await new Promise((resolve) => setTimeout(resolve, 20));
    // All of them may arrive in the moment in which it wakes.
    expect(peer.received.length).toBeLessThanOrEqual(5);
  });

  it('stays within four messages in 1,050 ms however often the topics change', async () => {
    const peer = await socketPeer({ message: (socket) => socket.send('{"status":"UP"}') });
    const scheduler = new VirtualTimeScheduler();
    const line = dial(options(peer, { scheduler, limiter: new RateLimiter(budgetOf, scheduler) }));
    const { connection } = await line;
    const sent: number[] = [];
    // The virtual clock goes on only as far as the test takes it; each send arrives before the next step.
    for (let now = 0; now < 4_000; now += 100) {
      const topic = connection.watch(ticker(now)).subscribe();
      const before = peer.received.length;
      scheduler.maxFrames = now + 99;
      scheduler.flush();
      await new Promise((resolve) => setTimeout(resolve, 4));
      for (let n = before; n < peer.received.length; n += 1) sent.push(now);
      open.push(topic);
    }
    await until(() => peer.received.length >= 12);
    for (const start of sent)
      expect(sent.filter((at) => at >= start && at < start + 900).length).toBeLessThanOrEqual(4);
    expect(Object.values(asked(peer.received.at(-1))).flat().length).toBeGreaterThan(30);
  });

  it('delivers what comes to who watches it', async () => {
    const peer = await socketPeer({ message: (socket) => socket.send(trade('17883351803770001')) });
    const { connection } = await dial(options(peer));
    expect(await firstValueFrom(connection.watch(TRADE))).toMatchObject({
      type: 'trade',
      id: '17883351803770001',
      tier: stamp.tier,
    });
  });

  it('remembers nothing of the connection before', async () => {
    const peer = await socketPeer();
    const settings = options(peer);
    const first = await dial(settings);
    open.push(first.connection.watch(ticker(1)).subscribe());
    await until(() => peer.received.length === 1);
    first.socket.unsubscribe();
    const second = await dial(settings);
    open.push(second.connection.watch(TRADE).subscribe());
    await until(() => peer.received.length === 2);
    expect(asked(peer.received[1])).toEqual({ trade: ['KRW-BTC'] });
  });

  it('ends every watched stream when it is given up, and any begun later', async () => {
    const peer = await socketPeer();
    const { connection, socket } = await dial(options(peer));
    let completed = 0;
    open.push(connection.watch(TRADE).subscribe({ complete: () => (completed += 1) }));
    socket.unsubscribe();
    expect(completed).toBe(1);
    connection.watch(TRADE).subscribe({ complete: () => (completed += 1) });
    expect(completed).toBe(2);
  });

  it('errors when the socket is lost, and ends the streams without an error of their own', async () => {
    const peer = await socketPeer({ message: (socket) => socket.terminate() });
    const { connection, errors } = await dial(options(peer));
    const ends: string[] = [];
    open.push(
      connection.watch(TRADE).subscribe({ complete: () => ends.push('complete'), error: () => ends.push('error') }),
    );
    await until(() => errors.length === 1);
    expect(errors[0]).toMatchObject({ code: 'SOCKET_LOST', retryable: true, details: { closeCode: 1006 } });
    expect(ends).toEqual(['complete']);
  });

  it.each([
    ['NO_CODES', 'SUBSCRIPTION_REFUSED', false],
    ['INVALID_PARAM', 'SUBSCRIPTION_REFUSED', false],
    ['TOO_MANY_REQUEST', 'SOCKET_LOST', true],
  ])('takes the answer %s for %s, retryable %s, before the close that follows', async (name, code, retryable) => {
    const peer = await socketPeer({
      message: (socket) => {
        socket.send(Buffer.from(`{"error":{"name":"${name}","message":"아니오"}}`));
        socket.close(1000);
      },
    });
    const { connection, errors } = await dial(options(peer));
    let completed = false;
    open.push(connection.watch(TRADE).subscribe({ complete: () => (completed = true) }));
    await until(() => errors.length === 1);
    expect(errors[0]).toBeInstanceOf(MarketDataError);
    expect(errors[0]).toMatchObject({ code, retryable, details: { name } });
    expect(completed).toBe(true);
  });

  it('goes on after a frame that is nothing; only the streams that may have lost it end', async () => {
    const rejections: string[] = [];
    const book =
      '{"ty":"orderbook","cd":"KRW-BTC","tms":5,"tas":1,"tbs":1,"obu":[{"ap":2,"bp":1,"as":1,"bs":1}],"lv":0,"st":"REALTIME"}';
    const peer = await socketPeer({
      message: (socket) => {
        for (const frame of [trade('1'), 'garbage', '{"status":"UP"}', book]) socket.send(frame);
      },
    });
    const settings = options(peer, { reject: ({ raw }) => void rejections.push(raw) });
    const { connection } = await dial(settings);
    const trades = firstValueFrom(
      connection.watch(TRADE).pipe(
        map(({ type }) => type),
        catchError((error: unknown) => of(toMarketDataError(error).code)),
        toArray(),
      ),
    );
    expect(await firstValueFrom(connection.watch(BOOK).pipe(map(({ type }) => type)))).toBe('orderbook');
    expect(await trades).toEqual(['trade', 'BAD_PAYLOAD']);
    expect(rejections).toEqual(['garbage']);
    expect(settings.ledger).toEqual({ received: 4, delivered: 2, unclaimed: 0, control: 1, rejected: 1 });
  });

  it.each<[string, string, readonly string[]]>([
    ['a trade', '{"ty":"trade","cd":"KRW-BTC","ttms":5,"tp":"x"}', ['trade KRW-BTC']],
    ['half a trade', trade('2').slice(0, 30), ['trade KRW-BTC']],
    ['a ticker', '{"ty":"ticker","cd":"KRW-BTC","tp":"x"}', []],
    ['half a book', '{"type":"orderbook","code":"KRW-BTC","obu":[{', ['orderbook goes on']],
    ['a trade of a market nobody watches', '{"ty":"trade","cd":"KRW-XXX","tp":1}', ['trade KRW-BTC', 'trade KRW-ETH']],
    [
      'a list, of which nobody knows which part is broken',
      `[${trade('2')},{"ty":"trade"}]`,
      ['trade KRW-BTC', 'trade KRW-ETH', 'orderbook goes on'],
    ],
    ['bytes', '\u0000\u0013"', ['trade KRW-BTC', 'trade KRW-ETH', 'orderbook goes on']],
  ])('tells the streams that may have lost %s, and names the market where it can', async (_, frame, ended) => {
    const rejections: string[] = [];
    const peer = await socketPeer({ message: (socket) => socket.send(frame) });
    const { connection } = await dial(options(peer, { reject: ({ raw }) => void rejections.push(raw) }));
    const ends: string[] = [];
    for (const market of ['KRW-BTC', 'KRW-ETH'] as const) {
      const topic: Topic = { exchange, channel: 'trade', market };
      open.push(
        connection.watch(topic).subscribe({
          error: (error: unknown) => {
            const { code, retryable, details } = toMarketDataError(error);
            expect([code, retryable]).toEqual(['BAD_PAYLOAD', true]);
            expect(details['market']).toBe(/KRW-\w+/.exec(frame.startsWith('{') ? frame : '')?.[0]);
            ends.push(`trade ${market}`);
          },
        }),
      );
    }
    const book = connection
      .watch(BOOK, () => ends.push('orderbook goes on'))
      .subscribe({ error: () => ends.push('orderbook ends') });
    open.push(book);
    await until(() => rejections.length === 1);
    expect([ends, book.closed]).toEqual([ended, false]);
  });

  it('says when it has last asked the exchange', async () => {
    const peer = await socketPeer();
    const { connection } = await dial(options(peer));
    expect(connection.asked?.()).toBe(-Infinity);
    const before = Date.now();
    open.push(connection.watch(TRADE).subscribe());
    await until(() => peer.received.length === 1);
    expect(connection.asked?.()).toBeGreaterThanOrEqual(before);
    expect(connection.asked?.()).toBeLessThanOrEqual(Date.now());
  });

  it('asks once for 200 streams that are begun anew at the same time, again and again', async () => {
    const peer = await socketPeer();
    const { connection } = await dial(options(peer));
    const topics = Array.from({ length: 200 }, (_, i) => ticker(i));
    let watching = topics.map((topic) => connection.watch(topic).subscribe());
    await until(() => peer.received.length === 1);
    for (let n = 2; n <= 4; n += 1) {
      watching = watching.map((former, i) => {
        former.unsubscribe();
        return connection.watch(topics[i] ?? TRADE).subscribe();
      });
      await until(() => peer.received.length === n);
      expect(asked(peer.received.at(-1))['ticker']).toHaveLength(200);
    }
    for (const each of watching) each.unsubscribe();
    expect(peer.received).toHaveLength(4);
  });
});
