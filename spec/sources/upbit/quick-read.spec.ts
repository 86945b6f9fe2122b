import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { quickRead } from '../../../src/sources/upbit/quick-read.js';
import { FIELDS, jsonOf, spelling, spoilt, wellFormed, type Pair, type Spelling } from './arbitrary.js';
import { eventOf, messageOf, stamp } from './reference.js';

const NOW = 1_788_335_181_000;
const QUICK = ['ticker', 'trade', 'orderbook'] as const;

const quick = (json: string) => quickRead(Buffer.from(json), stamp, NOW);
const slow = (frame: Buffer) => {
  const message = messageOf(frame);
  return message === undefined ? undefined : eventOf(message, NOW);
};

describe('quickRead', () => {
  it('reads every well-formed ticker, trade and order book, as the long way does', () => {
    const message = fc
      .tuple(fc.constantFrom(...QUICK), spelling)
      .chain(([channel, spelt]) => wellFormed(channel, spelt));
    fc.assert(
      fc.property(message, (pairs) => {
        const frame = Buffer.from(jsonOf(pairs));
        const event = quickRead(frame, stamp, NOW);
        expect(event).toBeDefined();
        expect(isDeepStrictEqual(event, slow(frame)) || event).toEqual(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('never gives an event that the long way does not give, whatever was done to the frame', () => {
    let read = 0;
    fc.assert(
      fc.property(spoilt(3), (frame) => {
        const event = quickRead(frame, stamp, NOW);
        if (event === undefined) return;
        read += 1;
        expect(event).toEqual(slow(frame));
      }),
      { numRuns: 20_000 },
    );
    // Else the property would hold for a reader that reads nothing.
    expect(read).toBeGreaterThan(1_000);
  });

  it('never gives an event of a frame cut short', () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.constantFrom(...QUICK), spelling).chain(([c, s]) => wellFormed(c, s)),
        (pairs) => {
          const frame = Buffer.from(jsonOf(pairs));
          for (let length = 0; length < frame.length; length += 1) {
            if (quickRead(frame.subarray(0, length), stamp, NOW) !== undefined) throw new Error(`read ${length} bytes`);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it.each(['DEFAULT', 'SIMPLE'] as const)('takes no value from a field it does not want (%s)', (spelt) => {
    const wanted = {
      ticker: {
        code: '"KRW-BTC"',
        timestamp: '1',
        trade_price: '2',
        opening_price: '3',
        high_price: '4',
        low_price: '5',
        prev_closing_price: '6',
        signed_change_price: '7',
        signed_change_rate: '8',
        acc_trade_volume_24h: '9',
        acc_trade_price_24h: '10',
        trade_volume: '11',
        ask_bid: '"BID"',
        trade_timestamp: '12',
      },
      trade: {
        code: '"KRW-BTC"',
        trade_timestamp: '1',
        trade_price: '2',
        trade_volume: '3',
        ask_bid: '"ASK"',
        sequential_id: '17883351803770001',
      },
      orderbook: { code: '"KRW-BTC"', timestamp: '1', level: '10', orderbook_units: '[]' },
    } as const;
    const frame = (channel: (typeof QUICK)[number], sentinel: string): string => {
      const values: Readonly<Record<string, string>> = { type: `"${channel}"`, ...wanted[channel] };
      return jsonOf(
        FIELDS[channel].map(([long, short]): Pair => [spelt === 'DEFAULT' ? long : short, values[long] ?? sentinel]),
      );
    };
    const by = { ...stamp, market: 'KRW-BTC', receivedAt: NOW, timestamp: 1 };
    for (const sentinel of ['777', '"ASK"', '"KRW-XXX"', 'null']) {
      expect(quick(frame('ticker', sentinel))).toEqual({
        type: 'ticker',
        ...by,
        price: 2,
        open: 3,
        high: 4,
        low: 5,
        prevClose: 6,
        change: 7,
        changeRate: 8,
        volume24h: 9,
        turnover24h: 10,
        tradeVolume: 11,
        side: 'buy',
        tradedAt: 12,
      });
      expect(quick(frame('trade', sentinel))).toEqual({
        type: 'trade',
        ...by,
        price: 2,
        volume: 3,
        side: 'sell',
        id: '17883351803770001',
      });
      expect(quick(frame('orderbook', sentinel))).toEqual({ type: 'orderbook', ...by, level: 10, bids: [], asks: [] });
    }
  });

  const trade = (spelt: Spelling, ...more: readonly Pair[]): string =>
    jsonOf([
      ...(spelt === 'DEFAULT'
        ? ([
            ['type', '"trade"'],
            ['code', '"KRW-BTC"'],
            ['trade_timestamp', '1'],
            ['trade_price', '2'],
            ['trade_volume', '3'],
            ['ask_bid', '"ASK"'],
            ['sequential_id', '4'],
          ] as const)
        : ([
            ['ty', '"trade"'],
            ['cd', '"KRW-BTC"'],
            ['ttms', '1'],
            ['tp', '2'],
            ['tv', '3'],
            ['ab', '"ASK"'],
            ['sid', '4'],
          ] as const)),
      ...more,
    ]);

  it('takes the last of a repeated key, as JSON.parse does', () => {
    expect(quick(trade('SIMPLE', ['tp', '9']))).toMatchObject({ price: 9 });
  });

  it('does not take a key of the other spelling for its own', () => {
    expect(quick(trade('DEFAULT', ['tp', '9']))).toMatchObject({ price: 2 });
    expect(quick(trade('SIMPLE', ['trade_price', '9']))).toMatchObject({ price: 2 });
    expect(quick('{"ty":"trade","code":"KRW-BTC","ttms":1,"tp":2,"tv":3,"ab":"ASK","sid":4}')).toBeUndefined();
  });

  it.each(['type', 'ty'])('leaves a message that names its type twice to the long way (%s)', (key) => {
    for (const spelt of ['DEFAULT', 'SIMPLE'] as const) {
      expect(quick(trade(spelt, [key, '"ticker"']))).toBeUndefined();
    }
  });

  it('leaves everything else to the long way', () => {
    for (const json of [
      '',
      '{}',
      '[]',
      '{"status":"UP"}',
      '{"type":"candle.1m","code":"KRW-BTC"}',
      `[${trade('SIMPLE')}]`,
      ` ${trade('SIMPLE')}`,
      trade('SIMPLE').replace('{"ty":"trade",', '{').replace('}', ',"ty":"trade"}'),
    ])
      expect(quick(json)).toBeUndefined();
  });

  it('leaves out the places a thin side of a book is padded with', () => {
    const book = quick(
      '{"ty":"orderbook","cd":"KRW-BTC","tms":1,"obu":[{"ap":11,"bp":10,"as":1,"bs":2},{"ap":12,"bp":0,"as":3,"bs":0}],"lv":0}',
    );
    expect(book).toMatchObject({
      bids: [{ price: 10, size: 2 }],
      asks: [
        { price: 11, size: 1 },
        { price: 12, size: 3 },
      ],
    });
  });

  it.each([
    '[,"ap":1,"bp":1,"as":1,"bs":1}]',
    '[{"ap":1,"bp":1,"as":1,"bs":1},,"ap":1,"bp":1,"as":1,"bs":1}]',
    '[{"ap":1,"bp":1,"as":1,"bs":1},]',
    '[{"ap":1,"bp":1,"as":1{"bs":1}]',
    '[{"ap":1,"bp":1,"as":1,"bs":1}{"ap":1,"bp":1,"as":1,"bs":1}]',
    '[}]',
    '[{}]',
    '[',
    ']',
    '{}',
  ])('does not read a book whose units are %s', (units) => {
    expect(quick(`{"ty":"orderbook","cd":"KRW-BTC","tms":1,"obu":${units},"lv":0}`)).toBeUndefined();
  });
});
