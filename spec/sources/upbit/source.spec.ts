import { afterEach, describe, expect, it } from '@jest/globals';
import { firstValueFrom, forkJoin, switchMap, tap, type Subscription } from 'rxjs';
import type { WebSocket } from 'ws';
import { MarketDataError } from '../../../src/errors.js';
import type { DataRequest } from '../../../src/model/request.js';
import type { Rejection } from '../../../src/model/signals.js';
import { upbitSource, type UpbitSource } from '../../../src/sources/upbit/source.js';
import { closeServers, httpPeer, socketPeer, until, type HttpPeer } from '../transport/servers.js';
import { parseJson } from './reference.js';

const open: Subscription[] = [];
afterEach(async () => {
  for (const subscription of open.splice(0)) subscription.unsubscribe();
  await closeServers();
});

const request = (more: Partial<DataRequest> = {}): DataRequest => ({
  exchange: 'upbit',
  channel: 'ticker',
  markets: ['KRW-BTC'],
  count: 1,
  context: 'trading',
  realtime: true,
  maxAge: 1_000,
  via: 'auto',
  ...more,
});

/** Where nobody listens, for the half of an exchange that a spec does not need. */
const NOWHERE = { restUrl: 'http://127.0.0.1:1', wsUrl: 'ws://127.0.0.1:1' } as const;

const LISTED = ['KRW-BTC', 'KRW-ETH'];
const tickerRow = (market: string, timestamp = 5): object => ({
  market,
  trade_price: 2,
  opening_price: 1,
  high_price: 2,
  low_price: 1,
  prev_closing_price: 1,
  signed_change_price: 1,
  signed_change_rate: 1,
  acc_trade_volume_24h: 1,
  acc_trade_price_24h: 1,
  trade_volume: 1,
  timestamp,
});
const bookRow = (market: string): object => ({ market, timestamp: 5, orderbook_units: [] });

/** An exchange that lists two markets and refuses any call with another one. */
const exchange = (headers: Record<string, string> = {}): Promise<HttpPeer> =>
  httpPeer((incoming, response) => {
    const url = new URL(incoming.url ?? '/', 'http://x');
    const markets = (url.searchParams.get('markets') ?? url.searchParams.get('market') ?? '').split(',');
    const known = url.pathname === '/market/all' || markets.every((market) => LISTED.includes(market));
    const rows =
      url.pathname === '/market/all'
        ? LISTED.map((market) => ({ market }))
        : markets.map((market) => (url.pathname === '/orderbook' ? bookRow(market) : tickerRow(market)));
    response.writeHead(known ? 200 : 404, headers);
    response.end(known ? JSON.stringify(rows) : '{"error":{"name":404,"message":"Code not found"}}');
  });

const paths = (peer: HttpPeer): readonly string[] => peer.requests.map(({ url }) => (url ?? '').split('?')[0] ?? '');

const errorOf = async (promise: Promise<unknown>): Promise<MarketDataError> => {
  const error: unknown = await promise.then(
    () => new Error('it was answered'),
    (reason: unknown) => reason,
  );
  if (error instanceof MarketDataError) return error;
  throw new Error('not an error of ours', { cause: error });
};

const asked = (text: string): readonly { type?: string; codes?: string[]; is_only_snapshot?: boolean }[] =>
  parseJson(text) as { type?: string; codes?: string[] }[];

const trade = (market: string, id: number): string =>
  `{"ty":"trade","cd":"${market}","ttms":5,"tp":2,"tv":3,"ab":"ASK","sid":${id}}`;
const candle = (market: string): string =>
  `{"ty":"candle.1m","cd":"${market}","cdttmu":"2026-09-02T07:46:00","op":1,"hp":4,"lp":1,"tp":3,"catv":5,"catp":6,"tms":7}`;

/** Sends one snapshot of each code it knows, as often as it is asked. */
const snapshots =
  (known: readonly string[]) =>
  (socket: WebSocket, text: string): void => {
    for (const { type, codes = [] } of asked(text)) {
      for (const market of codes.filter((code) => known.includes(code))) {
        socket.send(Buffer.from(type === 'trade' ? trade(market, 7) : candle(market)));
      }
    }
  };

describe('upbitSource', () => {
  it('opens nothing until something is subscribed', async () => {
    const [rest, socket] = [await exchange(), await socketPeer()];
    const source = upbitSource({ restUrl: rest.url, wsUrl: socket.url });
    void source.connect();
    void source.markets();
    void source.snapshot(request());
    void source.fetch(request());
    await firstValueFrom(upbitSource({ ...NOWHERE, restUrl: rest.url }).markets());
    expect([rest.requests.length, socket.handshakes.length]).toEqual([1, 0]);
  });

  it.each([
    ['wsUrl', { restUrl: 'http://127.0.0.1:1' }],
    ['restUrl', { wsUrl: 'ws://127.0.0.1:1' }],
  ])('wants %s too where the other half of the exchange is elsewhere', (missing, options) => {
    expect(() => upbitSource(options)).toThrow(
      expect.objectContaining({
        code: 'INVALID_REQUEST',
        message: expect.stringContaining(missing),
        details: { missing },
      }),
    );
  });

  it('says which topics its socket carries', () => {
    const source = upbitSource();
    const market = 'KRW-BTC';
    expect(source.canWatch({ exchange: 'upbit', channel: 'ticker', market })).toBe(true);
    expect(source.canWatch({ exchange: 'upbit', channel: 'candle', market, interval: '4h' })).toBe(true);
    expect(source.canWatch({ exchange: 'upbit', channel: 'candle', market, interval: '1d' })).toBe(false);
  });

  it('says why one call cannot answer: history, and candles of a day or longer', () => {
    const source = upbitSource();
    expect(source.cannotSnapshot(request({ count: 2 }))).toMatch(/latest/);
    expect(source.cannotSnapshot(request({ to: 1 }))).toMatch(/latest/);
    expect(source.cannotSnapshot(request({ channel: 'candle', interval: '1d' }))).toMatch(/1d/);
    expect(source.cannotSnapshot(request({ channel: 'candle', interval: '1m' }))).toBeUndefined();
    expect(source.cannotSnapshot(request())).toBeUndefined();
  });

  it('writes its name, the road and the tier on every event', async () => {
    const peer = await exchange();
    const source = upbitSource({ ...NOWHERE, restUrl: peer.url, exchange: 'upbit-sg' });
    expect(await firstValueFrom(source.snapshot(request()))).toMatchObject([
      { exchange: 'upbit-sg', origin: 'rest', tier: 'batch-snapshot' },
    ]);
    expect(await firstValueFrom(source.fetch(request()))).toMatchObject([
      { exchange: 'upbit-sg', origin: 'rest', tier: 'cold-rest' },
    ]);
  });

  it('calls simulated data simulated: when told so, and when the exchange says so itself', async () => {
    const [plain, honest] = [await exchange(), await exchange({ 'X-Simulated-Exchange': 'yes' })];
    for (const source of [
      upbitSource({ ...NOWHERE, restUrl: plain.url, simulated: true }),
      upbitSource({ ...NOWHERE, restUrl: honest.url }),
    ]) {
      expect(await firstValueFrom(source.fetch(request()))).toMatchObject([{ origin: 'simulation' }]);
    }
  });
});

describe('upbitSource.snapshot over REST', () => {
  it('asks for all markets in one call', async () => {
    const peer = await exchange();
    const source = upbitSource({ ...NOWHERE, restUrl: peer.url });
    const events = await firstValueFrom(
      source.snapshot(request({ channel: 'orderbook', markets: ['KRW-BTC', 'KRW-ETH'], depth: 5 })),
    );
    expect(events.map(({ type, market }) => [type, market])).toEqual([
      ['orderbook', 'KRW-BTC'],
      ['orderbook', 'KRW-ETH'],
    ]);
    expect(peer.requests.map(({ url }) => url)).toEqual(['/orderbook?markets=KRW-BTC%2CKRW-ETH&count=5']);
  });

  it('drops the unknown markets of a list', async () => {
    const peer = await exchange();
    const source = upbitSource({ ...NOWHERE, restUrl: peer.url });
    const events = await firstValueFrom(source.snapshot(request({ markets: ['KRW-BTC', 'KRW-NONE', 'KRW-ETH'] })));
    expect(events.map(({ market }) => market)).toEqual(['KRW-BTC', 'KRW-ETH']);
    expect(paths(peer)).toEqual(['/ticker', '/market/all', '/ticker']);
  });

  it('answers nothing for a list of unknown markets, without a third call', async () => {
    const peer = await exchange();
    const source = upbitSource({ ...NOWHERE, restUrl: peer.url });
    expect(await firstValueFrom(source.snapshot(request({ markets: ['KRW-A', 'KRW-B'] })))).toEqual([]);
    expect(paths(peer)).toEqual(['/ticker', '/market/all']);
  });

  it('errors for a single unknown market', async () => {
    const peer = await exchange();
    const source = upbitSource({ ...NOWHERE, restUrl: peer.url });
    expect(await errorOf(firstValueFrom(source.snapshot(request({ markets: ['KRW-NONE'] }))))).toMatchObject({
      code: 'UNKNOWN_MARKET',
    });
    expect(paths(peer)).toEqual(['/ticker']);
  });
});

describe('upbitSource.snapshot over the socket', () => {
  it('takes the first of each market from a socket of its own, and closes it', async () => {
    const peer = await socketPeer({ message: snapshots(LISTED) });
    const source = upbitSource({ ...NOWHERE, wsUrl: peer.url });
    const connected = peer.next();
    const events = await firstValueFrom(
      source.snapshot(request({ channel: 'trade', markets: ['KRW-BTC', 'KRW-ETH'] })),
    );
    expect(new Set(events.map(({ market }) => market))).toEqual(new Set(LISTED));
    expect(events.map(({ tier, origin }) => [tier, origin])).toEqual([
      ['batch-snapshot', 'websocket'],
      ['batch-snapshot', 'websocket'],
    ]);
    expect(asked(peer.received[0] ?? '')[1]).toMatchObject({ type: 'trade', codes: LISTED, is_only_snapshot: true });
    const far = await connected;
    await until(() => far.readyState === far.CLOSED);
  });

  it('answers with what came within its wait when a market stays silent', async () => {
    const peer = await socketPeer({ message: snapshots(LISTED) });
    const source = upbitSource({ ...NOWHERE, wsUrl: peer.url });
    const events = await firstValueFrom(
      source.snapshot(request({ channel: 'candle', interval: '1m', markets: ['KRW-BTC', 'KRW-NONE'] })),
    );
    expect(events.map(({ type, market }) => [type, market])).toEqual([['candle', 'KRW-BTC']]);
  });

  it('errors when the socket is refused', async () => {
    const peer = await socketPeer({ status: 429 });
    const source = upbitSource({ ...NOWHERE, wsUrl: peer.url });
    expect(await errorOf(firstValueFrom(source.snapshot(request({ channel: 'trade' }))))).toMatchObject({
      code: 'RATE_LIMITED',
    });
  });
});

describe('upbitSource.fetch', () => {
  it('asks for each market by itself and gives all of them', async () => {
    const peer = await exchange();
    const source = upbitSource({ ...NOWHERE, restUrl: peer.url });
    const events = await firstValueFrom(source.fetch(request({ markets: ['KRW-BTC', 'KRW-ETH'] })));
    expect(events.map(({ market }) => market)).toEqual(['KRW-BTC', 'KRW-ETH']);
    expect(peer.requests).toHaveLength(2);
  });

  it('errors for an unknown market', async () => {
    const peer = await exchange();
    const source = upbitSource({ ...NOWHERE, restUrl: peer.url });
    expect(await errorOf(firstValueFrom(source.fetch(request({ markets: ['KRW-NONE'] }))))).toMatchObject({
      code: 'UNKNOWN_MARKET',
      retryable: false,
    });
  });

  it.each(['ticker', 'orderbook'] as const)(
    'refuses the history of a %s, which the exchange does not keep',
    async (channel) => {
      const source = upbitSource(NOWHERE);
      expect(await errorOf(firstValueFrom(source.fetch(request({ channel, count: 2 }))))).toMatchObject({
        code: 'INVALID_REQUEST',
      });
    },
  );
});

describe('upbitSource, its accounts', () => {
  it('learns from the exchange how much of a budget is used', async () => {
    const peer = await exchange({ 'Remaining-Req': 'group=whatever; min=600; sec=0' });
    const source: UpbitSource = upbitSource({ ...NOWHERE, restUrl: peer.url });
    expect(source.usage('ticker')).toBe(0);
    await firstValueFrom(source.fetch(request()));
    expect([source.usage('ticker'), source.usage('candle')]).toEqual([1, 0]);
  });

  it('serves who is in a hurry first', async () => {
    const peer = await exchange();
    const source = upbitSource({ ...NOWHERE, restUrl: peer.url });
    const answered: string[] = [];
    const all = Array.from({ length: 9 }, () => source.fetch(request()));
    const late = (['low', 'normal', 'critical'] as const).map((priority) =>
      source.fetch(request({ priority })).pipe(tap(() => answered.push(priority))),
    );
    await firstValueFrom(forkJoin([...all, ...late]));
    expect(answered[0]).toBe('critical');
    expect(peer.requests).toHaveLength(12);
  });

  it('sends nothing at all once it is blocked', async () => {
    const peer = await httpPeer((_, response) => response.writeHead(418).end('blocked for 30 seconds'));
    const source = upbitSource({ ...NOWHERE, restUrl: peer.url });
    expect(await errorOf(firstValueFrom(source.fetch(request())))).toMatchObject({ code: 'BLOCKED' });
    const second = await errorOf(firstValueFrom(source.fetch(request({ channel: 'trade' }))));
    expect(second).toMatchObject({ code: 'BLOCKED', retryable: true });
    expect(second.details['retryAfter']).toBeLessThanOrEqual(30_000);
    expect(await errorOf(firstValueFrom(source.connect()))).toMatchObject({ code: 'BLOCKED' });
    expect(peer.requests).toHaveLength(1);
  });

  it('tells of every frame and body it turned away, and counts the frames', async () => {
    const [rest, socket] = [
      await httpPeer((_, response) => response.end('<html>')),
      await socketPeer({
        message: (far) => {
          for (const frame of ['{"status":"UP"}', trade('KRW-BTC', 1), trade('KRW-XRP', 1), 'garbage']) far.send(frame);
        },
      }),
    ];
    const source = upbitSource({ restUrl: rest.url, wsUrl: socket.url });
    const rejections: Rejection[] = [];
    open.push(source.rejections$.subscribe((rejection) => rejections.push(rejection)));
    await errorOf(firstValueFrom(source.fetch(request())));
    const market = 'KRW-BTC';
    const watched = source
      .connect()
      .pipe(switchMap((connection) => connection.watch({ exchange: 'upbit', channel: 'trade', market })));
    let lost: unknown;
    open.push(watched.subscribe({ error: (error: unknown) => (lost = error) }));
    await until(() => source.counts().received === 4);
    // Nobody knows whose frame the broken one was.
    expect(lost).toMatchObject({ code: 'BAD_PAYLOAD' });
    expect(source.counts()).toEqual({ received: 4, delivered: 1, unclaimed: 1, control: 1, rejected: 1 });
    expect(rejections.map(({ via, raw }) => [via, raw])).toEqual([
      ['rest', '<html>'],
      ['websocket', 'garbage'],
    ]);
  });

  it('judges the times of REST by what the stream has shown of the clock of the exchange', async () => {
    const [rest, socket] = [
      await httpPeer((_, response) => response.end(JSON.stringify([tickerRow('KRW-BTC', Date.now() + 3_600_000)]))),
      await socketPeer({
        message: (far) => {
          for (let id = 0; id < 100; id += 1) far.send(trade('KRW-BTC', id).replace('5', String(Date.now())));
        },
      }),
    ];
    const source = upbitSource({ restUrl: rest.url, wsUrl: socket.url });
    const rejections: Rejection[] = [];
    open.push(source.rejections$.subscribe((rejection) => rejections.push(rejection)));
    expect(await firstValueFrom(source.fetch(request()))).toHaveLength(1);
    const topic = { exchange: 'upbit', channel: 'trade', market: 'KRW-BTC' } as const;
    open.push(
      source
        .connect()
        .pipe(switchMap((connection) => connection.watch(topic)))
        .subscribe(),
    );
    await until(() => source.counts().delivered === 100);
    expect(await errorOf(firstValueFrom(source.fetch(request())))).toMatchObject({ code: 'BAD_PAYLOAD' });
    expect(rejections.map(({ via, reason }) => [via, reason])).toEqual([
      ['rest', expect.stringMatching(/^\/ticker: a time of \d+, 3600 s from now: nothing else the exchange sends/)],
    ]);
  });

  it('hands out copies of its counts', () => {
    const source = upbitSource();
    expect(source.counts()).not.toBe(source.counts());
  });
});
