import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { VirtualTimeScheduler, of, throwError, type Observable } from 'rxjs';
import { MarketDataError } from '../../../src/errors.js';
import type { Candle, Trade } from '../../../src/model/events.js';
import type { MarketCode } from '../../../src/model/market.js';
import type { Rejection } from '../../../src/model/signals.js';
import type { RestReply, RestRequest } from '../../../src/sources/transport/from-rest.js';
import { ExchangeClock } from '../../../src/sources/upbit/exchange-clock.js';
import { UpbitRest } from '../../../src/sources/upbit/rest.js';
import { stamp } from './reference.js';

const MINUTE = 60_000;
const DAY = 86_400_000;
const NOON = Date.UTC(2026, 8, 2, 12);
const market = 'KRW-BTC';

interface Desk {
  readonly rest: UpbitRest;
  readonly asked: RestRequest[];
  readonly rejections: Rejection[];
}

/** A client whose requests are answered by `answer`, at noon of 2026-09-02. */
const desk = (
  answer: (request: RestRequest, n: number) => string | Error,
  now = NOON,
  clock = new ExchangeClock(),
): Desk => {
  const asked: RestRequest[] = [];
  const rejections: Rejection[] = [];
  const scheduler = new VirtualTimeScheduler();
  scheduler.now = () => now;
  const send = (request: RestRequest): Observable<RestReply> => {
    asked.push(request);
    const body = answer(request, asked.length - 1);
    return typeof body === 'string' ? of({ body, headers: {} }) : throwError(() => body);
  };
  const reject = (rejection: Rejection): void => void rejections.push(rejection);
  return { rest: new UpbitRest({ send, stamp, reject, clock, scheduler }), asked, rejections };
};

/** What a synchronous answer emits: exactly one value, then completion, or an error. */
const answerOf = <T>(reply$: Observable<T>): T => {
  const values: T[] = [];
  const ends: unknown[] = [];
  reply$.subscribe({
    next: (value) => values.push(value),
    error: (error: unknown) => ends.push(error),
    complete: () => ends.push('completed'),
  });
  const [value] = values;
  if (value === undefined || values.length !== 1 || ends[0] !== 'completed')
    throw new Error(`${values.length} values, ${String(ends[0])}`);
  return value;
};

const errorOf = (reply$: Observable<unknown>): MarketDataError => {
  let seen: unknown;
  reply$.subscribe({ error: (error: unknown) => (seen = error) });
  if (seen instanceof MarketDataError) return seen;
  throw new Error(`no error of ours: ${String(seen)}`);
};

const http = (status: number, body = ''): MarketDataError =>
  new MarketDataError(`HTTP ${status}`, { code: 'HTTP_FAILED', retryable: status >= 500, details: { status, body } });

const utc = (ms: number): string => new Date(ms).toISOString().slice(0, 19);
const candleRow = (openTime: number): object => ({
  market,
  candle_date_time_utc: utc(openTime),
  opening_price: 1,
  high_price: 2,
  low_price: 1,
  trade_price: 2,
  timestamp: openTime + 61_000,
  candle_acc_trade_price: 2,
  candle_acc_trade_volume: 1,
});

/** `/candles` of an exchange that has these candles: newest first, before `to`, 200 at most. */
const candlesOf =
  (openTimes: readonly number[], seam = 0) =>
  ({ query }: RestRequest): string => {
    const to = query['to'] === undefined ? Infinity : Date.parse(String(query['to'])) + seam;
    const rows = [...openTimes].sort((a, b) => b - a).filter((openTime) => openTime < to);
    return JSON.stringify(rows.slice(0, Math.min(Number(query['count']), 200)).map(candleRow));
  };

const minutesBefore = (end: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => end - (count - i) * MINUTE);

const opens = (candles: readonly Candle[]): readonly number[] => candles.map(({ openTime }) => openTime);

describe('UpbitRest.instruments', () => {
  const instrument = (tick: unknown, levels: unknown = ['0']): string =>
    JSON.stringify([{ market, quote_currency: 'KRW', tick_size: tick, supported_levels: levels }]);

  it.each([
    ['1000', 1_000],
    ['0.00000001', 0.000_000_01],
    ['1E3', 1_000],
  ])('reads a tick of %s', (tick, tickSize) => {
    expect(answerOf(desk(() => instrument(tick)).rest.instruments([market]))).toMatchObject([{ tickSize }]);
  });

  it.each(['', 'abc', '0', '-1', 'Infinity', '0x10', 5, null])('rejects a tick of %j', (tick) => {
    const { rest, rejections } = desk(() => instrument(tick));
    expect(errorOf(rest.instruments([market]))).toMatchObject({ code: 'BAD_PAYLOAD' });
    expect(rejections[0]?.reason).toContain('tick_size');
  });

  it('rejects a grouping that is no number', () => {
    const { rest } = desk(() => instrument('1', ['0', 'x']));
    expect(errorOf(rest.instruments([market]))).toMatchObject({ code: 'BAD_PAYLOAD' });
  });
});

describe('UpbitRest.candles', () => {
  it('gives the latest, oldest first', () => {
    const all = minutesBefore(NOON, 10);
    const { rest, asked } = desk(candlesOf(all));
    expect(opens(answerOf(rest.candles(market, '1m', 3)))).toEqual(all.slice(-3));
    expect(asked.map(({ path, query }) => [path, query['count'], query['to']])).toEqual([
      ['/candles/minutes/1', 3, undefined],
    ]);
  });

  it('asks in pages of 200, each up to the oldest candle of the one before', () => {
    const all = minutesBefore(NOON, 1_000);
    const { rest, asked } = desk(candlesOf(all));
    expect(opens(answerOf(rest.candles(market, '1m', 450)))).toEqual(all.slice(-450));
    expect(asked.map(({ query }) => [query['count'], query['to']])).toEqual([
      [200, undefined],
      [200, `${utc(NOON - 200 * MINUTE)}Z`],
      [200, `${utc(NOON - 400 * MINUTE)}Z`],
    ]);
  });

  it('asks no page too many', () => {
    const { rest, asked } = desk(candlesOf(minutesBefore(NOON, 1_000)));
    answerOf(rest.candles(market, '1m', 400));
    expect(asked).toHaveLength(2);
  });

  it.each([1, 3])('drops %i rows that stand again at the seam of two pages, and makes up for them', (rows) => {
    const all = minutesBefore(NOON, 600);
    const { rest } = desk(candlesOf(all, rows * MINUTE));
    for (const count of [201, 300, 399]) {
      expect(opens(answerOf(rest.candles(market, '1m', count)))).toEqual(all.slice(-count));
    }
  });

  it('drops a row repeated within a page', () => {
    const { rest } = desk((_, n) =>
      n === 0 ? JSON.stringify([3, 2, 2, 1].map((i) => candleRow(NOON + i * MINUTE))) : '[]',
    );
    expect(opens(answerOf(rest.candles(market, '1m', 4)))).toEqual([1, 2, 3].map((i) => NOON + i * MINUTE));
  });

  it('skips windows without trades, and takes a short page for no end', () => {
    const sparse = minutesBefore(NOON, 900).filter((_, i) => i % 7 === 0);
    const page = candlesOf(sparse);
    const { rest, asked } = desk((request) =>
      page({ ...request, query: { ...request.query, count: Math.min(20, Number(request.query['count'])) } }),
    );
    expect(opens(answerOf(rest.candles(market, '1m', 100)))).toEqual(sparse.slice(-100));
    expect(asked).toHaveLength(5);
  });

  it('ends with an empty page: that is all there is', () => {
    const all = minutesBefore(NOON, 250);
    const { rest, asked } = desk(candlesOf(all));
    expect(opens(answerOf(rest.candles(market, '1m', 1_000)))).toEqual(all);
    expect(asked).toHaveLength(3);
  });

  it('is empty for a market that did not exist yet', () => {
    expect(answerOf(desk(() => '[]').rest.candles(market, '1m', 5, 1_000))).toEqual([]);
  });

  it('takes the end as exclusive to the millisecond', () => {
    const all = minutesBefore(NOON, 10);
    const last = all.at(-1) ?? NaN;
    const { rest } = desk(candlesOf(all));
    expect(opens(answerOf(rest.candles(market, '1m', 1, last)))).toEqual([last - MINUTE]);
    expect(opens(answerOf(rest.candles(market, '1m', 1, last + 1)))).toEqual([last]);
  });

  it('does not go round in circles with an exchange that ignores the end', () => {
    const { rest, asked } = desk(() => JSON.stringify(minutesBefore(NOON, 2).map(candleRow).reverse()));
    expect(answerOf(rest.candles(market, '1m', 10))).toHaveLength(2);
    expect(asked).toHaveLength(2);
  });

  it('refuses an end that is no time', () => {
    expect(errorOf(desk(() => '[]').rest.candles(market, '1m', 1, NaN))).toMatchObject({ code: 'INVALID_REQUEST' });
  });

  it('fails as a whole when a later page fails', () => {
    const page = candlesOf(minutesBefore(NOON, 1_000));
    const { rest } = desk((request, n) => (n === 1 ? http(500) : page(request)));
    expect(errorOf(rest.candles(market, '1m', 300))).toMatchObject({ details: { status: 500 } });
  });

  it('asks anew for each subscription', () => {
    const { rest, asked } = desk(candlesOf(minutesBefore(NOON, 5)));
    const candles$ = rest.candles(market, '1m', 1);
    expect(asked).toHaveLength(0);
    answerOf(candles$);
    answerOf(candles$);
    expect(asked).toHaveLength(2);
  });
});

interface Made {
  readonly id: string;
  readonly at: number;
}

const tradeRow = ({ id, at }: Made): string =>
  `{"market":"${market}","timestamp":${at},"trade_price":2,"trade_volume":3,"ask_bid":"BID","sequential_id":${id}}`;

/** `/trades/ticks` of an exchange that has these trades: of one UTC day, newest first, before cursor or time, 500 at most. */
const tradesOf =
  (trades: readonly Made[], now = NOON) =>
  ({ query }: RestRequest): string => {
    const day = Math.floor(now / DAY) - Number(query['days_ago'] ?? 0);
    const time = query['to'] === undefined ? Infinity : Date.parse(`1970-01-01T${String(query['to'])}Z`);
    const cursor = query['cursor'] === undefined ? undefined : BigInt(String(query['cursor']));
    const rows = trades
      .filter(({ at }) => Math.floor(at / DAY) === day && at % DAY < time)
      .filter(({ id }) => cursor === undefined || BigInt(id) < cursor)
      .sort((a, b) => Number(BigInt(b.id) - BigInt(a.id)));
    return `[${rows
      .slice(0, Math.min(Number(query['count']), 500))
      .map(tradeRow)
      .join()}]`;
  };

/** One trade every ten minutes up to noon, two with ids that a double cannot tell apart. */
const made = (days: number): readonly Made[] =>
  Array.from({ length: days * 144 }, (_, i) => NOON - 1 - i * 10 * MINUTE)
    .reverse()
    .flatMap((at) => [1, 3].map((n) => ({ id: `${BigInt(at) * 10_000n + BigInt(n)}`, at })));

const ids = (trades: readonly (Trade | Made)[]): readonly string[] => trades.map(({ id }) => id);

describe('UpbitRest.trades', () => {
  it('gives the latest, oldest first, with whole ids', () => {
    const all = made(1);
    const { rest, asked } = desk(tradesOf(all));
    expect(ids(answerOf(rest.trades(market, 5)))).toEqual(ids(all.slice(-5)));
    expect(asked[0]?.query).toEqual({ market, count: 5, to: undefined, cursor: undefined, days_ago: undefined });
  });

  it('follows the cursor through a day of more than 500', () => {
    const all = Array.from({ length: 1_300 }, (_, i) => ({
      id: `${17_883_351_803_770_001n + 2n * BigInt(i)}`,
      at: NOON - 2_000 + i,
    }));
    const { rest, asked } = desk(tradesOf(all));
    expect(ids(answerOf(rest.trades(market, 1_200)))).toEqual(ids(all.slice(-1_200)));
    expect(asked.map(({ query }) => [query['count'], query['cursor']])).toEqual([
      [500, undefined],
      [500, all[800]?.id],
      [200, all[300]?.id],
    ]);
  });

  it('goes on with the day before when a page is not full', () => {
    const all = made(3);
    const { rest, asked } = desk(tradesOf(all));
    expect(ids(answerOf(rest.trades(market, 400)))).toEqual(ids(all.slice(-400)));
    expect(asked.map(({ query }) => [query['days_ago'], query['cursor']])).toEqual([
      [undefined, undefined],
      [1, undefined],
    ]);
  });

  it('goes on with the day before when the last page of a day was full to the trade', () => {
    const all = made(3);
    const today = all.filter(({ at }) => at >= NOON - DAY / 2).length;
    const page = tradesOf(all);
    // Pages of half a day's trades: the second is full and the third empty.
    const { rest, asked } = desk((request) =>
      page({ ...request, query: { ...request.query, count: Math.min(Number(request.query['count']), 500) } }),
    );
    expect(ids(answerOf(rest.trades(market, today)))).toEqual(ids(all.slice(-today)));
    expect(asked).toHaveLength(1);
    expect(ids(answerOf(rest.trades(market, today + 1)))).toEqual(ids(all.slice(-today - 1)));
    expect(asked.at(-1)?.query).toMatchObject({ days_ago: 1, cursor: undefined, count: 1 });
  });

  it('passes over days without trades, back to the end of the exchange’s memory', () => {
    const old = { id: '7', at: NOON - 6 * DAY };
    const { rest, asked } = desk(tradesOf([old]));
    expect(ids(answerOf(rest.trades(market, 10)))).toEqual(['7']);
    expect(asked.map(({ query }) => query['days_ago'] ?? 0)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('starts before an instant, on its day, at the next whole second', () => {
    const all = made(3);
    const to = Date.UTC(2026, 8, 1, 7, 46, 20) - 1;
    const { rest, asked } = desk(tradesOf(all));
    const expected = all.filter(({ at }) => at < to).slice(-4);
    expect(ids(answerOf(rest.trades(market, 4, to)))).toEqual(ids(expected));
    expect(asked[0]?.query).toMatchObject({ to: '07:46:20', days_ago: 1 });
  });

  it('leaves out trades of the end’s own second that are not before it', () => {
    const to = NOON - 1_500;
    const all = [NOON - 1_800, NOON - 1_600, NOON - 1_500, NOON - 1_100].map((at, i) => ({ id: String(i + 1), at }));
    const { rest } = desk(tradesOf(all));
    expect(ids(answerOf(rest.trades(market, 2, to)))).toEqual(['1', '2']);
  });

  it('takes midnight for the end of the day before', () => {
    const all = made(2);
    const midnight = Date.UTC(2026, 8, 2);
    const { rest, asked } = desk(tradesOf(all));
    expect(ids(answerOf(rest.trades(market, 2, midnight)))).toEqual(
      ids(all.filter(({ at }) => at < midnight).slice(-2)),
    );
    expect(asked[0]?.query).toMatchObject({ to: undefined, days_ago: 1 });
  });

  it('takes an instant to come for now', () => {
    const all = made(1);
    expect(ids(answerOf(desk(tradesOf(all)).rest.trades(market, 2, NOON + 3 * DAY)))).toEqual(ids(all.slice(-2)));
  });

  it('refuses an instant the exchange has forgotten', () => {
    const error = errorOf(desk(tradesOf([])).rest.trades(market, 1, NOON - 9 * DAY));
    expect(error).toMatchObject({ code: 'INVALID_REQUEST', retryable: false });
  });

  it('refuses an instant that is none', () => {
    for (const to of [NaN, Infinity, -Infinity]) {
      expect(errorOf(desk(tradesOf([])).rest.trades(market, 1, to))).toMatchObject({ code: 'INVALID_REQUEST' });
    }
  });

  it('gives a trade once when midnight passes between two pages', () => {
    const all = made(2);
    // The second page is asked after midnight of the exchange: "one day ago" is then today again.
    const { rest } = desk((request, n) => tradesOf(all, NOON + (n > 0 ? DAY : 0))(request));
    const got = ids(answerOf(rest.trades(market, 300)));
    expect(new Set(got).size).toBe(got.length);
  });
});

const MARKETS: readonly MarketCode[] = ['KRW-BTC', 'KRW-ETH'];
const tickerRow = (code: MarketCode, timestamp = 5): object => ({
  market: code,
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
const bookRow = (code: MarketCode, timestamp = 5): object => ({
  market: code,
  timestamp,
  orderbook_units: [],
  level: 0,
});

describe('UpbitRest, many markets in one call', () => {
  it('gives their tickers', () => {
    const { rest, asked } = desk(() => JSON.stringify(MARKETS.map((code) => tickerRow(code))));
    expect(answerOf(rest.tickers(MARKETS)).map((ticker) => [ticker.market, ticker.receivedAt])).toEqual(
      MARKETS.map((code) => [code, NOON]),
    );
    expect(asked[0]?.query['markets']).toBe('KRW-BTC,KRW-ETH');
  });

  it('gives the tickers of all markets of some quote currencies', () => {
    const { rest, asked } = desk(() => JSON.stringify(MARKETS.map((code) => tickerRow(code))));
    expect(answerOf(rest.tickersOfQuotes(['KRW']))).toHaveLength(2);
    expect(asked[0]).toMatchObject({ path: '/ticker/all', query: { quote_currencies: 'KRW' } });
  });

  it('gives their books to the depth and grouping asked for', () => {
    const { rest, asked } = desk(() => JSON.stringify(MARKETS.map((code) => bookRow(code))));
    expect(answerOf(rest.orderbooks(MARKETS, 5, 10_000))).toHaveLength(2);
    expect(asked[0]?.query).toMatchObject({ count: 5, level: 10_000 });
  });

  it('splits a call whose address would grow too long', () => {
    const many = Array.from({ length: 855 }, (_, i): MarketCode => `KRW-C${i}`);
    const { rest, asked } = desk(({ query }) =>
      JSON.stringify(
        String(query['markets'])
          .split(',')
          .map((code) => tickerRow(code as MarketCode)),
      ),
    );
    expect(answerOf(rest.tickers(many)).map((ticker) => ticker.market)).toEqual(many);
    expect(asked.length).toBeGreaterThan(1);
    for (const { query } of asked) expect(String(query['markets']).length).toBeLessThan(8_000);
  });

  it('asks nothing for no market', () => {
    const { rest, asked } = desk(() => '[]');
    expect(answerOf(rest.tickers([]))).toEqual([]);
    expect(asked).toEqual([]);
  });

  it('gives tick sizes and groupings as numbers', () => {
    const row = { market, quote_currency: 'KRW', tick_size: '1000', supported_levels: ['0', '10000'] };
    expect(answerOf(desk(() => JSON.stringify([row])).rest.instruments([market]))).toEqual([
      { market, quote: 'KRW', tickSize: 1_000, supportedLevels: [0, 10_000] },
    ]);
    expect(
      answerOf(desk(() => JSON.stringify([{ market, supported_levels: [0, 10] }])).rest.supportedLevels([market])),
    ).toEqual([{ market, supportedLevels: [0, 10] }]);
  });

  it('lists the markets, with their warnings when asked', () => {
    const row = {
      market,
      korean_name: '비트코인',
      english_name: 'Bitcoin',
      market_event: { warning: false, caution: { PRICE_FLUCTUATIONS: true } },
    };
    const { rest, asked } = desk(() => JSON.stringify([row]));
    expect(answerOf(rest.markets(true))).toEqual([
      {
        market,
        base: 'BTC',
        quote: 'KRW',
        koreanName: '비트코인',
        englishName: 'Bitcoin',
        warning: false,
        cautions: ['PRICE_FLUCTUATIONS'],
      },
    ]);
    answerOf(rest.markets());
    expect(asked.map(({ query }) => query['is_details'])).toEqual([true, false]);
  });
});

describe('UpbitRest, refused', () => {
  const notFound = http(404, '{"error":{"name":404,"message":"Code not found"}}');

  it('names the market the exchange does not list', () => {
    expect(errorOf(desk(() => notFound).rest.candles('KRW-NONE', '1m', 1))).toMatchObject({
      code: 'UNKNOWN_MARKET',
      retryable: false,
      details: { markets: ['KRW-NONE'] },
      cause: notFound,
    });
    expect(errorOf(desk(() => notFound).rest.tickers(MARKETS)).details).toEqual({ markets: MARKETS });
  });

  it('does not blame a market for an address that is not the exchange’s', () => {
    const error = http(404, '{"error":{"name":"not_found","message":"no Route matched with those values"}}');
    expect(errorOf(desk(() => error).rest.tickers(MARKETS))).toBe(error);
  });

  it('hands any other failure on as it is', () => {
    for (const error of [http(400), http(500), new MarketDataError('m', { code: 'BLOCKED', retryable: true })]) {
      expect(errorOf(desk(() => error).rest.tickers(MARKETS))).toBe(error);
    }
  });
});

describe('UpbitRest, given a body it cannot use', () => {
  it.each([
    ['no JSON', '<html>502</html>', /\/ticker: not JSON/],
    ['an empty body', '', /not JSON/],
    ['an object', '{"error":{}}', /list/],
  ])('counts %s as a rejection, with the text, and fails', (_, body, reason) => {
    const { rest, rejections } = desk(() => body);
    const error = errorOf(rest.tickers(MARKETS));
    expect(error).toMatchObject({ code: 'BAD_PAYLOAD', retryable: true, details: { raw: body } });
    expect(error.message).toMatch(reason);
    expect(rejections).toMatchObject([{ type: 'rejected', exchange: 'upbit', at: NOON, via: 'rest', raw: body }]);
    expect(rejections[0]?.reason).toMatch(reason);
  });

  it.each([
    ['without price', { ...tickerRow(market), trade_price: undefined }, /trade_price/],
    ['with a price of zero', { ...tickerRow(market), trade_price: 0 }, /trade_price/],
    ['with a code that is none', { ...tickerRow(market), market: 'btc' }, /market/],
    ['that is a list', [], /object/],
    ['that is null', null, /object/],
  ])('rejects a row %s, and delivers the others', (_, bad, reason) => {
    const { rest, rejections } = desk(() => JSON.stringify([bad, tickerRow('KRW-ETH')]));
    expect(answerOf(rest.tickers(MARKETS)).map((ticker) => ticker.market)).toEqual(['KRW-ETH']);
    expect(rejections).toMatchObject([{ via: 'rest', raw: JSON.stringify(bad) }]);
    expect(rejections[0]?.reason).toMatch(reason);
  });

  it.each(['[[]]', '[null]', '[{}]', '[[],[]]'])('fails when no row of %s is good', (body) => {
    const { rest, rejections } = desk(() => body);
    expect(errorOf(rest.tickers(MARKETS))).toMatchObject({ code: 'BAD_PAYLOAD' });
    expect(rejections).toHaveLength((JSON.parse(body) as unknown[]).length);
  });

  it('takes no half history: one bad row spoils the page', () => {
    const bad = { ...candleRow(NOON), high_price: -1 };
    const { rest, rejections } = desk(() => JSON.stringify([candleRow(NOON + MINUTE), bad]));
    expect(errorOf(rest.candles(market, '1m', 2))).toMatchObject({ code: 'BAD_PAYLOAD' });
    expect(rejections).toHaveLength(1);
    expect(rejections[0]?.reason).toMatch(/1\.high_price/);
  });

  it('takes no history of another market', () => {
    const { rest } = desk(() => JSON.stringify([candleRow(NOON)]));
    expect(errorOf(rest.candles('KRW-ETH', '1m', 1))).toMatchObject({ code: 'BAD_PAYLOAD' });
    const trades = desk(() => `[${tradeRow({ id: '1', at: NOON - 1 })}]`);
    expect(errorOf(trades.rest.trades('KRW-ETH', 1))).toMatchObject({ code: 'BAD_PAYLOAD' });
  });

  it('keeps only the beginning of a long body', () => {
    const { rest, rejections } = desk(() => 'x'.repeat(9_999));
    errorOf(rest.tickers(MARKETS));
    expect(rejections[0]?.raw).toHaveLength(2_000);
  });
});

describe('UpbitRest, told of the future', () => {
  const FUTURE = NOON + 10 * DAY;
  const REASON = /a time of \d+, 864000 s from now: nothing else the exchange sends is so far ahead/;
  const marketsOf = (events: readonly { readonly market: string }[]): readonly string[] =>
    events.map((event) => event.market);

  it.each([
    ['a ticker', tickerRow, (rest: UpbitRest) => rest.tickers(MARKETS)],
    ['an order book', bookRow, (rest: UpbitRest) => rest.orderbooks(MARKETS)],
  ] as const)('rejects %s from there, and delivers the others', (_, row, question) => {
    const early = row('KRW-BTC', FUTURE);
    const { rest, rejections } = desk(() => JSON.stringify([early, row('KRW-ETH', NOON)]));
    expect(marketsOf(answerOf<readonly { readonly market: string }[]>(question(rest)))).toEqual(['KRW-ETH']);
    expect(rejections).toMatchObject([{ type: 'rejected', via: 'rest', at: NOON, raw: JSON.stringify(early) }]);
    expect(rejections[0]?.reason).toMatch(REASON);
  });

  it('fails when nothing else is told', () => {
    const { rest, rejections } = desk(() => JSON.stringify(MARKETS.map((code) => tickerRow(code, FUTURE))));
    const error = errorOf(rest.tickers(MARKETS));
    expect(error).toMatchObject({ code: 'BAD_PAYLOAD', retryable: true });
    expect(error.message).toMatch(REASON);
    expect(rejections).toHaveLength(2);
  });

  it.each([
    ['a trade', `[${tradeRow({ id: '2', at: FUTURE })},${tradeRow({ id: '1', at: NOON - 1 })}]`],
    ['a candle', JSON.stringify([{ ...candleRow(NOON), timestamp: FUTURE }, candleRow(NOON - MINUTE)])],
    ['a candle by its open time', JSON.stringify([{ ...candleRow(FUTURE), timestamp: NOON }, candleRow(NOON)])],
  ])('takes no half history: %s from there spoils the page', (what, body) => {
    for (const end of [undefined, NOON + MINUTE]) {
      const { rest, rejections } = desk(() => body);
      const history$ = what === 'a trade' ? rest.trades(market, 2, end) : rest.candles(market, '1m', 2, end);
      expect(errorOf(history$)).toMatchObject({ code: 'BAD_PAYLOAD' });
      expect(rejections).toHaveLength(1);
      expect(rejections[0]?.reason).toMatch(REASON);
    }
  });

  it('judges as frames are judged, however wrong our clock is', () => {
    const skews = fc.integer({ min: -2 * DAY, max: DAY - 1_000 });
    const times = fc.array(fc.integer({ min: -DAY, max: DAY }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(skews, times, (skew, offsets) => {
        const clock = new ExchangeClock();
        for (let n = 100; n > 0; n -= 1) clock.believes(NOON - n + skew, NOON - n);
        const codes = offsets.map((_, i): MarketCode => `KRW-C${i}`);
        const rows = offsets.map((offset, i) => tickerRow(codes[i] ?? market, NOON + skew + offset));
        const { rest, rejections } = desk(() => JSON.stringify(rows), NOON, clock);
        let found: readonly string[] = [];
        rest.tickers(codes).subscribe({ next: (tickers) => (found = marketsOf(tickers)), error: () => undefined });
        const latest = Math.max(skew, 0) - skew + MINUTE;
        expect(found).toEqual(codes.filter((_, i) => (offsets[i] ?? NaN) <= latest));
        expect(found.length + rejections.length).toBe(codes.length);
      }),
    );
  });
});
