import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { config, type Subscription } from 'rxjs';
import type { MarketDataError } from '../../../src/errors.js';
import type { MarketEvent } from '../../../src/model/events.js';
import type { Rejection } from '../../../src/model/signals.js';
import type { Topic } from '../../../src/model/topic.js';
import { ExchangeClock } from '../../../src/sources/upbit/exchange-clock.js';
import { readFrame, type FrameLedger } from '../../../src/sources/upbit/frames.js';
import { Routes } from '../../../src/sources/upbit/routes.js';
import { jsonOf, spelling, spoilt, wellFormed, CHANNELS } from './arbitrary.js';
import { eventOf, isObject, messageOf, parseJson, stamp, typeOf } from './reference.js';

const NOW = 1_788_335_181_000;
const DAY = 86_400_000;
const exchange = 'upbit';
const market = 'KRW-BTC';

interface Bench {
  readonly events: MarketEvent[];
  readonly rejections: Rejection[];
  readonly errors: MarketDataError[];
  readonly ledger: FrameLedger;
  readonly routes: Routes;
  readonly read: (...frames: readonly (string | Buffer)[]) => void;
}

const open: Subscription[] = [];
afterEach(() => {
  for (const subscription of open.splice(0)) subscription.unsubscribe();
});

const bench = (...topics: readonly Topic[]): Bench => {
  const routes = new Routes(() => undefined);
  const events: MarketEvent[] = [];
  const rejections: Rejection[] = [];
  const errors: MarketDataError[] = [];
  const ledger = { received: 0, delivered: 0, unclaimed: 0, control: 0, rejected: 0 };
  for (const topic of topics) open.push(routes.watch(topic).subscribe((event) => events.push(event)));
  routes.asked(NOW);
  const reader = {
    stamp,
    routes,
    ledger,
    clock: new ExchangeClock(),
    now: () => NOW,
    reject: (rejection: Rejection) => void rejections.push(rejection),
    refuse: (error: MarketDataError) => void errors.push(error),
  };
  const read = (...frames: readonly (string | Buffer)[]): void => {
    for (const frame of frames) readFrame(reader, typeof frame === 'string' ? Buffer.from(frame) : frame);
  };
  return { events, rejections, errors, ledger, routes, read };
};

const TICKER = { exchange, channel: 'ticker', market } as const;
const TRADE = { exchange, channel: 'trade', market } as const;
const BOOK = { exchange, channel: 'orderbook', market } as const;
const CANDLE = { exchange, channel: 'candle', market, interval: '1m' } as const;
const ALL = [TICKER, TRADE, BOOK, CANDLE] as const;

const trade = (id = '17883351803770001', code = market): string =>
  `{"ty":"trade","cd":"${code}","ttms":1788335180377,"tp":2,"tv":3,"ab":"ASK","sid":${id}}`;
const ticker =
  '{"type":"ticker","code":"KRW-BTC","opening_price":1,"high_price":4,"low_price":1,"trade_price":3,"prev_closing_price":2,"signed_change_price":1,"signed_change_rate":0.5,"acc_trade_volume_24h":9,"acc_trade_price_24h":8,"trade_volume":7,"ask_bid":"BID","timestamp":1788335180412}';
const book = '{"ty":"orderbook","cd":"KRW-BTC","tms":5,"obu":[{"ap":11,"bp":10,"as":1,"bs":2}],"lv":0}';
const candle =
  '{"ty":"candle.1m","cd":"KRW-BTC","cdttmu":"2026-09-02T07:46:00","op":1,"hp":4,"lp":1,"tp":3,"catv":5,"catp":6,"tms":7}';

const latestTime = (event: MarketEvent): number =>
  event.type === 'candle' ? Math.max(event.timestamp, event.openTime) : event.timestamp;

const counts = ({ received, delivered, unclaimed, control, rejected }: FrameLedger): readonly number[] => [
  received,
  delivered,
  unclaimed,
  control,
  rejected,
];

describe('readFrame and answers to a subscription', () => {
  const short = (stream: string): string =>
    `{"ty":"trade","cd":"KRW-BTC","ttms":${NOW},"tp":2,"tv":3,"ab":"ASK","sid":7,"st":"${stream}"}`;
  const long = (stream: string): string =>
    `{"type":"trade","code":"KRW-BTC","trade_timestamp":${NOW},"trade_price":2,"trade_volume":3,"ask_bid":"ASK","sequential_id":7,"stream_type":"${stream}"}`;
  const book = (stream: string): string =>
    `{"ty":"orderbook","cd":"KRW-BTC","tms":${NOW},"tas":1,"tbs":1,"obu":[{"ap":2,"bp":1,"as":1,"bs":1}],"lv":0,"st":"${stream}"}`;

  it.each([
    ['SIMPLE', short],
    ['DEFAULT', long],
    ['LIST', (stream: string) => `[${short(stream)}]`],
    ['an order book', book],
  ])('marks them, and nothing else: %s', (_, frame) => {
    const { events, read, ledger } = bench(TRADE, BOOK);
    read(frame('SNAPSHOT'), frame('REALTIME'));
    const [answer, news] = events;
    expect(answer).toEqual({ ...news, snapshot: true });
    expect(news).not.toHaveProperty('snapshot');
    expect(ledger).toMatchObject({ received: 2, delivered: 2 });
  });
});

describe('readFrame, of market data', () => {
  it('delivers each kind of message to its topic', () => {
    const { read, events, ledger } = bench(...ALL);
    read(ticker, trade(), book, candle);
    expect(events.map(({ type }) => type)).toEqual(['ticker', 'trade', 'orderbook', 'candle']);
    expect(events.every((event) => event.receivedAt === NOW && event.tier === stamp.tier)).toBe(true);
    expect(counts(ledger)).toEqual([4, 4, 0, 0, 0]);
  });

  it('delivers whatever the whitespace, the order of the keys or the escapes', () => {
    const { read, events } = bench(TRADE);
    read(
      ' {"sid" : 17883351803770001 ,\n"ab":"ASK","tv":3,"tp":2,"ttms":1788335180377,"cd":"KRW-BTC","ty":"trade"} ',
      trade().replace('KRW', '\\u004bRW'),
    );
    expect(events).toHaveLength(2);
    expect(events[0]).toEqual(events[1]);
    expect(events[0]).toMatchObject({ id: '17883351803770001' });
  });

  it('keeps ids apart that a double cannot tell apart', () => {
    const { read, events } = bench(TRADE);
    for (const frame of [trade('17883351803770001'), trade('17883351803770003')])
      read(frame, ` ${frame}`, `[${frame}]`);
    expect(events.map((event) => (event.type === 'trade' ? event.id.slice(-1) : ''))).toEqual([...'111333'.split('')]);
  });

  it("takes a trade's own id, not one that stands elsewhere in the frame", () => {
    const { read, events } = bench(TRADE);
    read(trade().replace('"cd"', '"x":{"sid":1},"cd"'), trade().replace('"cd"', '"sid":1,"cd"').replace(':', ' :'));
    read(trade().replace('"cd"', '"sequential_id":1, "cd"'));
    expect(events).toHaveLength(3);
    for (const event of events) expect(event).toMatchObject({ id: '17883351803770001' });
  });

  it.each(['"12x"', '""', '1.5', '-1', '1e3', 'null', '[1]'])('rejects a trade with the id %s', (id) => {
    const { read, rejections, ledger } = bench(TRADE);
    read(trade(id));
    expect(rejections[0]?.reason).toContain('sequential_id');
    expect(counts(ledger)).toEqual([1, 0, 0, 0, 1]);
  });

  it('counts well-formed messages nobody watches as unclaimed', () => {
    const { read, events, ledger, rejections } = bench(TRADE);
    read(ticker, book, candle, trade('1', 'KRW-ETH'), book.replace('"lv":0', '"lv":1000'));
    expect(events).toEqual([]);
    expect(rejections).toEqual([]);
    expect(counts(ledger)).toEqual([5, 0, 5, 0, 0]);
  });

  it('takes each element of a LIST frame for a message, and counts the frame once', () => {
    const { read, events, ledger } = bench(...ALL);
    read(`[${ticker},${trade()}]`, `[${book}]`);
    expect(events.map(({ type }) => type)).toEqual(['ticker', 'trade', 'orderbook']);
    expect(counts(ledger)).toEqual([2, 2, 0, 0, 0]);
  });

  it.each([
    ['delivered and rejected', `[${trade()},1]`, [1, 1, 0, 0, 0], 1],
    ['rejected and unclaimed', `[${ticker},{"ty":"trade"}]`, [1, 0, 0, 0, 1], 1],
    ['unclaimed and control', `[{"status":"UP"},${ticker}]`, [1, 0, 1, 0, 0], 0],
    ['control', '[{"status":"UP"}]', [1, 0, 0, 1, 0], 0],
    ['empty', '[]', [1, 0, 0, 1, 0], 0],
  ])('counts a list once, as the best that became of it: %s', (_, frame, expected, turnedAway) => {
    const { read, ledger, rejections } = bench(TRADE);
    read(frame);
    expect(counts(ledger)).toEqual(expected);
    expect(rejections).toHaveLength(turnedAway);
  });
});

describe('readFrame, of what cannot be so', () => {
  const future = NOW + DAY + 1;

  it.each([
    ['a ticker from the future', ticker.replace('1788335180412', String(future))],
    ['a trade from the future', trade().replace('1788335180377', String(future))],
    ['a book from the future', book.replace('"tms":5', `"tms":${future}`)],
    ['a candle written in the future', candle.replace('"tms":7', `"tms":${future}`)],
    ['a candle that opens in the future', candle.replace('2026-09-02', '2026-09-12')],
    ['a candle that opens when none does', candle.replace('07:46:00', '07:46:01')],
    ['a candle from before 1970', candle.replace('2026-09-02', '1969-09-02')],
    ['a negative price', trade().replace('"tp":2', '"tp":-2')],
    ['a price past every number', trade().replace('"tp":2', '"tp":1e999')],
    ['a price that is no whole one any more', trade().replace('"tp":2', '"tp":1e16')],
    ['a price in quotes', trade().replace('"tp":2', '"tp":"2"')],
    ['a level without bound', book.replace('"ap":11', '"ap":1e999')],
    ['a size without bound', book.replace('"bs":2', '"bs":1e999')],
    ['a level of a negative price', book.replace('"bp":10', '"bp":-10')],
    ['a bid above an ask', book.replace('"bp":10', '"bp":12')],
    ['bids that rise', book.replace('}]', '},{"ap":12,"bp":10.5,"as":1,"bs":2}]')],
    ['asks that fall', book.replace('}]', '},{"ap":10.5,"bp":9,"as":1,"bs":2}]')],
    ['an id of more than 64 bits', trade('123456789012345678901')],
    ['an id with a zero in front', trade('"017883351803770001"')],
  ])('rejects %s', (_, frame) => {
    const { read, rejections, events, ledger } = bench(...ALL);
    read(frame, ` ${frame}`, `[${frame}]`);
    expect(events).toEqual([]);
    expect(rejections.map(({ raw }) => raw)).toEqual([frame, ` ${frame}`, `[${frame}]`]);
    expect(new Set(rejections.map(({ reason }) => reason)).size).toBe(1);
    expect(counts(ledger)).toEqual([3, 0, 0, 0, 3]);
  });

  it.each([
    ['a locked book', book.replace('"bp":10', '"bp":11')],
    ['a book padded on one side', book.replace('}]', '},{"ap":12,"bp":0,"as":1,"bs":0}]')],
    ['two levels of one price', book.replace('}]', '},{"ap":11,"bp":10,"as":1,"bs":2}]')],
    ['an empty book', book.replace(/\[.*\]/, '[]')],
    ['exponents', trade().replace('"tp":2', '"tp":1.06691E8').replace('"tv":3', '"tv":7.9276E-4')],
    ['a price of fractions', trade().replace('"tp":2', '"tp":0.00000001')],
  ])('delivers %s', (_, frame) => {
    const { read, ledger } = bench(...ALL);
    read(frame, ` ${frame}`, `[${frame}]`);
    expect(counts(ledger)).toEqual([3, 3, 0, 0, 0]);
  });

  it('takes the last of several values of a key, on either way', () => {
    const { read, events } = bench(TRADE);
    const twice = trade('1').replace('"tp":2', '"tp":7,"tp":2').replace('"sid":1', '"sid":9,"sid":1');
    read(twice, ` ${twice}`, `[${twice}]`);
    expect(events).toHaveLength(3);
    for (const event of events) expect(event).toMatchObject({ price: 2, id: '1' });
  });

  it('believes a whole feed that is a day ahead of our clock', () => {
    const { read, events } = bench(...ALL);
    read(ticker.replace('1788335180412', String(NOW + DAY)), trade(), book, candle);
    expect(events).toHaveLength(4);
  });
});

describe('readFrame, and its ledger', () => {
  it('balances also while an event is being delivered, or a rejection told', () => {
    const { read, routes, ledger } = bench();
    const seen: (readonly number[])[] = [];
    for (const topic of ALL) open.push(routes.watch(topic).subscribe(() => seen.push(counts(ledger))));
    read(trade(), `[${trade('2')},${ticker},{}]`, '{"status":"UP"}', 'nothing');
    expect(seen).toHaveLength(3);
    for (const [received = 0, ...fates] of seen) expect(fates.reduce((sum, fate) => sum + fate, 0)).toBe(received);
  });

  it('tells of a list with many bad elements once, and how many there are', () => {
    const { read, rejections, ledger } = bench(TRADE);
    read(`[${trade()},${'{"ty":"trade"},'.repeat(500)}1]`);
    expect(rejections.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^trade: .*\(and 500 more of the list\)$/),
    ]);
    expect(counts(ledger)).toEqual([1, 1, 0, 0, 0]);
  });
});

describe('readFrame, of control messages', () => {
  it.each([
    '{"status":"UP"}',
    '[{"status":"UP"}]',
    '{"method":"LIST_SUBSCRIPTIONS","result":[{"type":"ticker","codes":["KRW-BTC"]}],"ticket":"q1"}',
    '{"mthd":"LIST_SUBSCRIPTIONS","rslt":[{"ty":"ticker","cds":["KRW-BTC"]}],"tckt":"q1"}',
  ])('swallows %s', (frame) => {
    const { read, ledger, errors, rejections } = bench(...ALL);
    read(frame);
    expect(counts(ledger)).toEqual([1, 0, 0, 1, 0]);
    expect([...errors, ...rejections]).toEqual([]);
  });

  const FATAL = ['WRONG_FORMAT', 'NO_TICKET', 'NO_TYPE', 'NO_CODES', 'INVALID_PARAM', 'INVALID_AUTH'];

  it.each(FATAL)('tells that %s would only be answered again', (name) => {
    const { read, errors, ledger } = bench();
    read(`{"error":{"name":"${name}","message":"티켓이 존재하지 않거나, 유효하지 않습니다."}}`);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ code: 'SUBSCRIPTION_REFUSED', retryable: false, details: { name } });
    expect(errors[0]?.message).toContain('티켓이 존재하지 않거나');
    expect(counts(ledger)).toEqual([1, 0, 0, 1, 0]);
  });

  it.each([
    '{"error":{"name":{"toString":1,"valueOf":1},"message":{"toString":null}}}',
    `{"error":{"name":${'['.repeat(20_000)}${']'.repeat(20_000)},"message":[]}}`,
    `{"error":{"name":"${'x'.repeat(100_000)}","message":"${'x'.repeat(100_000)}"}}`,
    '{"error":{}}',
  ])('survives an error that is none (%#)', (frame) => {
    const { read, errors, ledger } = bench();
    read(frame);
    expect(errors).toHaveLength(1);
    expect(errors[0]?.message.length).toBeLessThan(1_000);
    expect(errors[0]).toMatchObject({ code: 'SOCKET_LOST', retryable: true });
    expect(counts(ledger)).toEqual([1, 0, 0, 1, 0]);
  });

  it.each(['TOO_MANY_REQUEST', 'Too Many Requests', 'SOMETHING_NEW'])('takes %s for a matter of time', (name) => {
    const { read, errors } = bench();
    read(`{"error":{"name":"${name}","message":"m"}}`, `[{"error":{"name":"${name}","message":"m"}}]`);
    expect(errors).toHaveLength(2);
    for (const error of errors)
      expect(error).toMatchObject({ code: 'SOCKET_LOST', retryable: true, details: { name } });
  });
});

describe('readFrame, of what is nothing', () => {
  it.each([
    ['an empty frame', ''],
    ['plain text', 'hello'],
    ['half a message', trade().slice(0, 40)],
    ['a number', '17'],
    ['null', 'null'],
    ['a string', '"x"'],
    ['an object without type', '{"cd":"KRW-BTC"}'],
    ['an unknown type', '{"type":"myOrder","code":"KRW-BTC"}'],
    ['an interval the socket does not have', candle.replace('1m', '1d')],
    ['a price of zero', trade().replace('"tp":2', '"tp":0')],
    ['a code that is none', trade('1', 'krw-btc')],
    ['no side', trade().replace('ASK', 'ASKED')],
    ['a book without units', '{"ty":"orderbook","cd":"KRW-BTC","tms":1}'],
    ['a date that does not exist', candle.replace('09-02', '02-30')],
  ])('rejects %s with its text and a reason', (_, frame) => {
    const { read, rejections, events, ledger } = bench(...ALL);
    read(frame);
    expect(events).toEqual([]);
    expect(rejections).toHaveLength(1);
    expect(rejections[0]).toMatchObject({ type: 'rejected', exchange, at: NOW, via: 'websocket', raw: frame });
    expect(rejections[0]?.reason).not.toBe('');
    expect(counts(ledger)).toEqual([1, 0, 0, 0, 1]);
  });

  it('names the field and what was expected of it', () => {
    const { read, rejections } = bench();
    read(trade().replace('"tp":2', '"tp":"2"'), ticker.replace('"timestamp":1788335180412', '"timestamp":1.5'));
    expect(rejections.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^trade: trade_price: .*number/),
      expect.stringMatching(/^ticker: timestamp: /),
    ]);
  });

  it('survives binary garbage', () => {
    const { read, rejections } = bench(...ALL);
    read(Buffer.from([0xff, 0x00, 0xc3, 0x28, 0x7b]), Buffer.alloc(64, 0x80));
    expect(rejections).toHaveLength(2);
  });

  it('gives reasons of a length one can read', () => {
    const { read, rejections } = bench();
    read(`{"type":"${'x'.repeat(50_000)}"}`, trade().replace('"tp":2', `"tp":"${'x'.repeat(50_000)}"`));
    expect(rejections).toHaveLength(2);
    for (const { reason } of rejections) expect(reason.length).toBeLessThan(500);
  });

  it('keeps 2,000 characters of a frame in any language', () => {
    const { read, rejections } = bench();
    read(`<html>${'점검'.repeat(5_000)}`, '💸'.repeat(5_000));
    expect(rejections.map(({ raw }) => [raw.length, raw.slice(0, 8)])).toEqual([
      [2_000, '<html>점검'],
      [2_000, '💸💸💸💸'],
    ]);
  });

  it('keeps the beginning of a long frame', () => {
    const { read, rejections } = bench();
    read('x'.repeat(10_000));
    expect(rejections[0]?.raw).toHaveLength(2_000);
  });
});

describe('readFrame, of anything', () => {
  const frame = fc.oneof(
    { weight: 6, arbitrary: spoilt(3) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) },
    { weight: 1, arbitrary: fc.json({ maxDepth: 3 }).map((text) => Buffer.from(text)) },
    {
      weight: 1,
      arbitrary: fc.array(spoilt(1), { maxLength: 3 }).map((list) => Buffer.from(`[${list.map(String).join()}]`)),
    },
  );

  it('always balances: received = delivered + unclaimed + control + rejected', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 8 }), (frames) => {
        const { read, ledger, routes } = bench(...ALL);
        for (const [n, each] of frames.entries()) {
          read(each);
          const [received = 0, ...fates] = counts(ledger);
          expect(received).toBe(n + 1);
          expect(fates.reduce((sum, fate) => sum + fate, 0)).toBe(received);
        }
        routes.complete();
      }),
      { numRuns: 1_500 },
    );
  });

  it('does with a frame what its message, plainly parsed, says', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(spoilt(3), (frame) => {
        const { read, ledger, routes, events, errors, rejections } = bench(...ALL);
        const message = messageOf(frame);
        read(frame);
        if (message !== undefined) {
          const expected = eventOf(message, NOW);
          const fate = Object.entries(ledger).find(([name, count]) => name !== 'received' && count === 1)?.[0] ?? '';
          seen.set(fate, 1 + (seen.get(fate) ?? 0));
          if (expected !== undefined) {
            if (latestTime(expected) > NOW + DAY) expect([fate, rejections.length]).toEqual(['rejected', 1]);
            else if (fate === 'delivered')
              expect(events.some((event) => isDeepStrictEqual(event, expected))).toBe(true);
            else
              expect([fate, expected.market === market && !('level' in expected && expected.level !== 0)]).toEqual([
                'unclaimed',
                false,
              ]);
          } else if (typeof typeOf(message) === 'string') {
            expect([fate, rejections.length]).toEqual(['rejected', 1]);
          } else {
            expect(errors.length > 0 || fate === 'control' || fate === 'rejected').toBe(true);
          }
        } else if (!Array.isArray(parseJson(frame.toString()))) {
          expect([events, counts(ledger)]).toEqual([[], [1, 0, 0, 0, 1]]);
        }
        routes.complete();
      }),
      { numRuns: 6_000 },
    );
    for (const fate of ['delivered', 'unclaimed', 'rejected']) expect(seen.get(fate)).toBeGreaterThan(100);
  });

  it('gives the same event whether the frame goes the quick way or the long one', () => {
    const message = fc
      .tuple(fc.constantFrom(...CHANNELS), spelling)
      .chain(([channel, spelt]) => wellFormed(channel, spelt))
      .map((pairs) => jsonOf(pairs).replaceAll(/BTC-ETH|KRW-ETH|USDT-XRP/g, market));
    fc.assert(
      fc.property(message, (json) => {
        const { read, events, routes } = bench(...ALL);
        read(json, ` ${json}`, `[${json}]`);
        expect(events.length % 3).toBe(0);
        for (const event of events) expect(isDeepStrictEqual(event, events[0]) || event).toBe(true);
        routes.complete();
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('readFrame, with several watching', () => {
  afterEach(() => {
    config.onUnhandledError = null;
  });

  it('is not stopped by one that throws', async () => {
    const unhandled = new Promise((resolve) => (config.onUnhandledError = resolve));
    const { read, routes, ledger } = bench();
    const boom = new Error('a bug of the consumer');
    const seen: string[] = [];
    open.push(
      routes.watch(TRADE).subscribe(() => {
        throw boom;
      }),
      routes.watch(TRADE).subscribe(({ type }) => seen.push(type)),
      routes.watch(TICKER).subscribe(({ type }) => seen.push(type)),
    );
    read(trade(), ticker);
    expect(seen).toEqual(['trade', 'ticker']);
    expect(counts(ledger)).toEqual([2, 2, 0, 0, 0]);
    expect(await unhandled).toBe(boom);
  });
});

describe('readFrame, of a recorded socket (2021-04-17, SIMPLE, 29.8 s)', () => {
  const lines = readFileSync(
    new URL('../../fixtures/upbit/ws-capture-simple-2021-04-17.jsonl', import.meta.url),
    'utf8',
  )
    .trim()
    .split('\n')
    .map((line) => parseJson(line))
    .filter(isObject)
    .filter(({ t }) => t === 'recv')
    .map(({ data }) => String(data));

  it('reads every frame: 304 trades with 304 ids, 145 books of 15 units', () => {
    const markets = new Set(
      lines.map((line) => (/"cd":"([A-Z0-9]+-[A-Z0-9]+)"/.exec(line)?.[1] ?? '') as typeof market),
    );
    const topics = [...markets].flatMap((code): readonly Topic[] => [
      { exchange, channel: 'trade', market: code },
      { exchange, channel: 'orderbook', market: code },
    ]);
    const { read, events, ledger } = bench(...topics);
    read(...lines);
    expect(counts(ledger)).toEqual([449, 449, 0, 0, 0]);
    const trades = events.flatMap((event) => (event.type === 'trade' ? [event] : []));
    const books = events.flatMap((event) => (event.type === 'orderbook' ? [event] : []));
    expect([trades.length, new Set(trades.map(({ market, id }) => market + id)).size, books.length]).toEqual([
      304, 304, 145,
    ]);
    for (const { bids, asks, level } of books) {
      expect([bids.length, asks.length, level]).toEqual([15, 15, 0]);
      expect(bids.every(({ price }, i) => i === 0 || price < (bids[i - 1]?.price ?? 0))).toBe(true);
      expect(asks.every(({ price }, i) => i === 0 || price > (asks[i - 1]?.price ?? 0))).toBe(true);
    }
  });
});
