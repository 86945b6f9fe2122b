import { describe, expect, it } from '@jest/globals';
import { INTERVALS } from '../../../src/model/interval.js';
import type { Topic } from '../../../src/model/topic.js';
import { intervalOfWireType, subscription, wireDepth, wireType } from '../../../src/sources/upbit/channels.js';

const exchange = 'upbit';
const market = 'KRW-BTC';
const message = (topics: readonly Topic[], mode: 'stream' | 'snapshot' = 'stream'): unknown =>
  JSON.parse(subscription(topics, mode) ?? 'null');
const book = (depth?: number, level?: number, code: Topic['market'] = market): Topic => ({
  exchange,
  channel: 'orderbook',
  market: code,
  ...(depth === undefined ? {} : { depth }),
  ...(level === undefined ? {} : { level }),
});

describe('wireType', () => {
  it('carries candles up to four hours, and nothing of a day or longer', () => {
    const types = INTERVALS.map((interval) => wireType({ exchange, channel: 'candle', market, interval }));
    expect(types).toEqual([
      'candle.1s',
      'candle.1m',
      'candle.3m',
      'candle.5m',
      'candle.10m',
      'candle.15m',
      'candle.30m',
      'candle.60m',
      'candle.240m',
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('is undone by intervalOfWireType', () => {
    for (const interval of INTERVALS) {
      const type = wireType({ exchange, channel: 'candle', market, interval });
      if (type !== undefined) expect(intervalOfWireType(type)).toBe(interval);
    }
    for (const type of ['ticker', 'candle.1d', 'candle.', 'candle.1M', '', 'constructor']) {
      expect(intervalOfWireType(type)).toBeUndefined();
    }
  });
});

describe('wireDepth', () => {
  it('is the smallest depth on offer that shows enough', () => {
    expect([1, 2, 5, 6, 15, 16, 30, 31].map(wireDepth)).toEqual([1, 5, 5, 15, 15, 30, 30, 30]);
  });
});

describe('subscription', () => {
  it('asks for everything in one message: ticket first, format last', () => {
    expect(
      message([
        { exchange, channel: 'ticker', market },
        { exchange, channel: 'ticker', market: 'KRW-ETH' },
        { exchange, channel: 'trade', market },
        { exchange, channel: 'candle', market, interval: '1h' },
        book(),
      ]),
    ).toEqual([
      { ticket: 'backbone' },
      { type: 'ticker', codes: ['KRW-BTC', 'KRW-ETH'] },
      { type: 'trade', codes: ['KRW-BTC'] },
      { type: 'candle.60m', codes: ['KRW-BTC'] },
      { type: 'orderbook', codes: ['KRW-BTC'] },
      { format: 'SIMPLE' },
    ]);
  });

  it('names a topic once however often it is wanted', () => {
    const topic: Topic = { exchange, channel: 'trade', market };
    expect(message([topic, { ...topic }, topic])).toEqual([
      { ticket: 'backbone' },
      { type: 'trade', codes: [market] },
      { format: 'SIMPLE' },
    ]);
  });

  it('asks for the deepest of several depths of one book', () => {
    expect(message([book(1), book(7), book(5), book(2, 0, 'KRW-ETH')])).toMatchObject([
      {},
      { type: 'orderbook', codes: ['KRW-BTC.15', 'KRW-ETH.5'] },
      {},
    ]);
    expect(message([book(1), book()])).toMatchObject([{}, { codes: ['KRW-BTC'] }, {}]);
  });

  it('asks for each grouping by itself', () => {
    expect(message([book(5), book(5, 10_000), book(undefined, 0)])).toEqual([
      { ticket: 'backbone' },
      { type: 'orderbook', codes: ['KRW-BTC'] },
      { type: 'orderbook', level: 10_000, codes: ['KRW-BTC.5'] },
      { format: 'SIMPLE' },
    ]);
  });

  it('asks for a snapshot alone in snapshot mode', () => {
    expect(message([book(), { exchange, channel: 'trade', market }], 'snapshot')).toEqual([
      { ticket: 'backbone' },
      { type: 'orderbook', codes: [market], is_only_snapshot: true },
      { type: 'trade', codes: [market], is_only_snapshot: true },
      { format: 'SIMPLE' },
    ]);
  });

  it('leaves out what the socket does not carry', () => {
    expect(message([{ exchange, channel: 'candle', market, interval: '1d' }, book()])).toEqual([
      { ticket: 'backbone' },
      { type: 'orderbook', codes: [market] },
      { format: 'SIMPLE' },
    ]);
  });

  it('has nothing to ask for where nothing is wanted', () => {
    expect(subscription([], 'stream')).toBeUndefined();
    expect(subscription([{ exchange, channel: 'candle', market, interval: '1d' }], 'stream')).toBeUndefined();
  });
});
