import { describe, expect, it } from '@jest/globals';
import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { Simulator } from '../../src/simulator/index.js';
import { createClock, DAY, get, getRows, NOON, rawRows, rowsOf, simulate } from './harness.js';

const quiet = (): Promise<Simulator> => simulate({ now: createClock().now });
const starts = async (simulator: Simulator, path: string): Promise<string[]> =>
  (await getRows(simulator, path)).map((row) => String(row['candle_date_time_utc']));

describe('market list', () => {
  it('lists codes and names, and warnings only when asked, in both spellings', async () => {
    const simulator = await quiet();
    const plain = await getRows(simulator, '/market/all');
    expect(plain[0]).toEqual({ market: 'KRW-BTC', korean_name: '비트코인', english_name: 'Bitcoin' });
    expect(plain).toHaveLength(36);
    for (const flag of ['is_details', 'isDetails'])
      expect((await getRows(simulator, `/market/all?${flag}=true`))[0]).toHaveProperty('market_event.caution');
  });
});

describe('candles', () => {
  it('come newest first, the forming one included, never more than 200', async () => {
    const simulator = await quiet();
    const rows = await getRows(simulator, '/candles/minutes/1?market=KRW-BTC&count=1000');
    expect(rows).toHaveLength(200);
    expect(rows[0]).toMatchObject({
      candle_date_time_utc: '2026-09-02T07:46:00',
      candle_date_time_kst: '2026-09-02T16:46:00',
      unit: 1,
    });
    const times = rows.map((row) => String(row['candle_date_time_utc']));
    expect(times).toEqual([...times].sort().reverse());
    expect(await getRows(simulator, '/candles/minutes/1?market=KRW-BTC')).toHaveLength(1);
  });

  it('start strictly before `to`, in every accepted spelling', async () => {
    const simulator = await quiet();
    const at = (to: string) => starts(simulator, `/candles/minutes/60?market=KRW-BTC&to=${encodeURIComponent(to)}`);
    for (const to of [
      '2026-09-01T00:00:00Z',
      '2026-09-01T00:00:00',
      '2026-09-01 00:00:00',
      '2026-09-01T09:00:00+09:00',
    ])
      expect(await at(to)).toEqual(['2026-08-31T23:00:00']);
    expect(await at('2026-09-01T00:00:01Z')).toEqual(['2026-09-01T00:00:00']);
  });

  it('are whole when `to` lies in the middle of their window', async () => {
    const simulator = await quiet();
    const [whole] = await simulator.market.candles('KRW-BTC', '60m', Date.UTC(2026, 8, 1, 1), 1);
    const [row] = await getRows(simulator, '/candles/minutes/60?market=KRW-BTC&to=2026-09-01T00%3A20%3A00Z');
    expect(row?.['candle_acc_trade_volume']).toBe(Number(whole?.volume));
  });

  it('refuse a `to` that is not percent-encoded or no time', async () => {
    const simulator = await quiet();
    for (const to of [
      '2026-09-01T00:00:00Z',
      '2026-09-01T09%3A00%3A00+09%3A00',
      'yesterday',
      '2026-13-01T00%3A00%3A00Z',
    ]) {
      const answer = await get(simulator, `/candles/minutes/1?market=KRW-BTC&to=${to}`);
      expect([answer.status, answer.text]).toEqual([
        400,
        '{"error":{"name":400,"message":"Invalid parameter. Check the given value!"}}',
      ]);
    }
  });

  it('of days tell the change against the previous close', async () => {
    const simulator = await quiet();
    const rows = await getRows(simulator, '/candles/days?market=KRW-BTC&count=2&converting_price_unit=KRW');
    expect(rows[0]?.['prev_closing_price']).toBe(rows[1]?.['trade_price']);
    expect(rows[0]?.['change_price']).toBe(Number(rows[0]?.['trade_price']) - Number(rows[1]?.['trade_price']));
    expect(rows[0]?.['converted_trade_price']).toBeNull();
    expect((await getRows(simulator, '/candles/days?market=KRW-BTC'))[0]).not.toHaveProperty('converted_trade_price');
    const [foreign] = await getRows(simulator, '/candles/days?market=BTC-ETH&converting_price_unit=KRW');
    const won = Number(rows[0]?.['trade_price']) * Number(foreign?.['trade_price']);
    expect(foreign?.['converted_trade_price']).toBeCloseTo(won, 2);
  });

  it.each([
    ['weeks', '2026-08-31'],
    ['months', '2026-09-01'],
    ['years', '2026-01-01'],
  ])('of %s begin on %s', async (unit, first) => {
    const [row] = await getRows(await quiet(), `/candles/${unit}?market=KRW-IMX`);
    expect(row).toMatchObject({ first_day_of_period: first, candle_date_time_utc: `${first}T00:00:00` });
  });

  it('of seconds are kept for three months', async () => {
    const simulator = await quiet();
    const recent = await getRows(simulator, '/candles/seconds?market=KRW-BTC&count=5');
    expect(recent).toHaveLength(5);
    expect(recent[0]).not.toHaveProperty('unit');
    expect(await getRows(simulator, '/candles/seconds?market=KRW-BTC&to=2026-05-01T00%3A00%3A00Z')).toEqual([]);
  });

  it('end with an empty list before the listing', async () => {
    expect(await getRows(await quiet(), '/candles/days?market=KRW-BTC&to=2017-09-25T00%3A00%3A00Z')).toEqual([]);
  });
});

describe('trades', () => {
  it('come newest first, exclusive of the cursor, never more than 500', async () => {
    const simulator = await quiet();
    const { text } = await get(simulator, '/trades/ticks?market=KRW-BTC&count=501');
    const rows = rawRows(text);
    const truth = simulator.market
      .trades('KRW-BTC', NOON - 3_600_000, NOON + 1)
      .slice(-500)
      .reverse();
    expect(rows.map((row) => row['sequential_id'])).toEqual(truth.map(({ id }) => id));
    const cursor = truth[9]?.id ?? '';
    const next = rawRows((await get(simulator, `/trades/ticks?market=KRW-BTC&count=3&cursor=${cursor}`)).text);
    expect(next.map((row) => row['sequential_id'])).toEqual(truth.slice(10, 13).map(({ id }) => id));
  });

  it('are complete over seven days by cursor and days_ago', async () => {
    const simulator = await simulate({ now: createClock().now, activity: 0.02 });
    const found: string[] = [];
    for (let daysAgo = 0; daysAgo <= 7; daysAgo += 1) {
      let cursor = '';
      for (;;) {
        const day = daysAgo === 0 ? '' : `&days_ago=${daysAgo}`;
        const { text } = await get(simulator, `/trades/ticks?market=KRW-DOGE&count=500${day}${cursor}`);
        const ids = rawRows(text).map((row) => String(row['sequential_id']));
        found.push(...ids);
        if (ids.length === 0) break;
        cursor = `&cursor=${ids.at(-1) ?? ''}`;
      }
    }
    const from = Math.floor(NOON / DAY) * DAY - 7 * DAY;
    const truth = simulator.market.trades('KRW-DOGE', from, NOON + 1).map(({ id }) => id);
    expect(found).toEqual(truth.reverse());
    expect(found.length).toBeGreaterThan(2_000);
  });

  it('have a signed change and their time in UTC', async () => {
    const [row] = await getRows(await quiet(), '/trades/ticks?market=KRW-BTC&to=01%3A00%3A00');
    expect(Number(row?.['timestamp'])).toBeLessThan(Date.UTC(2026, 8, 2, 1));
    expect(row?.['trade_date_utc']).toBe('2026-09-02');
    expect(row?.['change_price']).toBe(Number(row?.['trade_price']) - Number(row?.['prev_closing_price']));
  });

  it.each(['days_ago=0', 'days_ago=8', 'daysAgo=8', 'to=250000'])('refuse %s', async (query) => {
    expect((await get(await quiet(), `/trades/ticks?market=KRW-BTC&${query}`)).status).toBe(400);
  });
});

describe('tickers', () => {
  it('answer all or nothing', async () => {
    const answer = await get(await quiet(), '/ticker?markets=KRW-BTC,KRW-NONE');
    expect([answer.status, answer.text]).toEqual([404, '{"error":{"name":404,"message":"Code not found"}}']);
  });

  it('of quote currencies cover each of their markets', async () => {
    const simulator = await quiet();
    const rows = await getRows(simulator, '/ticker/all?quote_currencies=BTC,USDT');
    expect(rows.map((row) => row['market'])).toEqual(simulator.market.markets.slice(30));
  });

  it('of 200 markets take well under two seconds', async () => {
    const simulator = await simulate({ markets: 200, otherMarkets: 10 });
    expect(
      await getRows(simulator, `/ticker?markets=${simulator.market.markets.slice(0, 200).join(',')}`),
    ).toHaveLength(200);
  });
});

describe('order books', () => {
  it('accept lower-case codes and a count', async () => {
    const [row] = await getRows(await quiet(), '/orderbook?markets=krw-btc&count=5');
    expect(row).toMatchObject({ market: 'KRW-BTC', level: 0 });
    expect(row?.['orderbook_units']).toHaveLength(5);
  });

  it('have a timestamp on the 100 ms grid and total the visible book', async () => {
    const simulator = await quiet();
    const [row] = await getRows(simulator, '/orderbook?markets=KRW-ETH');
    const book = simulator.market.book('KRW-ETH', NOON);
    expect(Number(row?.['timestamp']) % 100).toBe(0);
    const total = book?.asks.reduce((sum, { size }) => sum + Number(size), 0) ?? 0;
    expect(Number(row?.['total_ask_size'])).toBeCloseTo(total, 6);
  });

  it('are grouped by a supported level; another level gives an empty list', async () => {
    const simulator = await quiet();
    const [row] = await getRows(simulator, '/orderbook?markets=KRW-BTC&level=10000');
    const units: unknown = row?.['orderbook_units'];
    expect(JSON.stringify(units)).toMatch(/"ask_price":\d+0000,"bid_price":\d+0000/);
    expect(await getRows(simulator, '/orderbook?markets=KRW-BTC&level=7')).toEqual([]);
    expect(await getRows(simulator, '/orderbook?markets=BTC-ETH&level=10')).toEqual([]);
  });

  it('tell their tick and levels, as texts and as numbers', async () => {
    const simulator = await quiet();
    const [row] = await getRows(simulator, '/orderbook/instruments?markets=KRW-BTC');
    expect(row).toEqual({
      market: 'KRW-BTC',
      quote_currency: 'KRW',
      tick_size: '1000',
      supported_levels: ['0', '10000', '100000', '1000000', '10000000', '100000000'],
    });
    expect(await getRows(simulator, '/orderbook/supported_levels?markets=BTC-ETH')).toEqual([
      { market: 'BTC-ETH', supported_levels: [0] },
    ]);
  });
});

describe('errors', () => {
  it.each([
    ['/candles/minutes/1', 400, 'Missing request parameter error. Check the required parameters!'],
    ['/ticker', 400, 'Missing request parameter error. Check the required parameters!'],
    ['/candles/minutes/1?market=KRW-BTC&count=abc', 400, 'Type mismatch error. Check the parameters type!'],
    ['/orderbook?markets=KRW-BTC&count=1.5', 400, 'Type mismatch error. Check the parameters type!'],
    ['/candles/minutes/2?market=KRW-BTC', 400, 'specified unit is not valid.'],
    ['/candles/minutes/1?market=krw-btc', 404, 'Code not found'],
    ['/trades/ticks?market=KRW-GONE', 404, 'Code not found'],
  ])('%s gives %i with the exact words', async (path, status, message) => {
    const answer = await get(await quiet(), path);
    expect([answer.status, answer.text]).toEqual([status, JSON.stringify({ error: { name: status, message } })]);
  });

  it('of an unrouted path come from the gateway, without remaining-req', async () => {
    const answer = await get(await quiet(), '/nothing/here');
    expect(answer.status).toBe(404);
    expect(answer.text).toBe('{"error":{"name":"not_found","message":"no Route matched with those values"}}');
    expect(answer.headers.get('remaining-req')).toBeNull();
  });
});

describe('replies', () => {
  it('carry the headers of the exchange and the time of the clock', async () => {
    const { headers } = await get(await quiet(), '/ticker?markets=KRW-BTC');
    expect(headers.get('content-type')).toBe('application/json;charset=UTF-8');
    expect(headers.get('date')).toBe(new Date(NOON).toUTCString());
    expect(headers.get('limit-by-ip')).toBe('Yes');
    expect(headers.get('etag')).toMatch(/^W\//);
    expect(headers.get('cache-control')).toContain('no-store');
  });

  it('are compressed only when allowed and worth it', async () => {
    const simulator = await quiet();
    const raw = (path: string, encoding: string): Promise<{ encoding: string | undefined; bytes: Buffer }> =>
      new Promise((resolve, reject) => {
        request(simulator.rest + path, { headers: { 'accept-encoding': encoding }, agent: false }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () =>
            resolve({ encoding: response.headers['content-encoding'], bytes: Buffer.concat(chunks) }),
          );
        })
          .on('error', reject)
          .end();
      });
    const packed = await raw('/market/all', 'gzip, deflate');
    expect(packed.encoding).toBe('gzip');
    expect(rowsOf(gunzipSync(packed.bytes).toString('utf8'))).toHaveLength(36);
    expect((await raw('/market/all', 'identity')).encoding).toBeUndefined();
    expect((await raw('/candles/minutes/1?market=KRW-BTC', 'gzip')).encoding).toBeUndefined();
  });

  it('spell numbers in several ways that mean the same', async () => {
    const simulator = await quiet();
    const path = '/candles/minutes/1?market=KRW-BTC&to=2026-09-01T00%3A00%3A00Z';
    const mixed = await get(simulator, path);
    simulator.setFault('plain-numbers');
    const plain = await get(simulator, path);
    expect(mixed.text).toMatch(/"trade_price":\d+\.00000000,/);
    expect(plain.text).toMatch(/"trade_price":\d+,/);
    expect(JSON.parse(mixed.text)).toEqual(JSON.parse(plain.text));
  });

  it('keep the connection', async () => {
    expect((await get(await quiet(), '/market/all')).headers.get('connection')).toBe('keep-alive');
  });
});
