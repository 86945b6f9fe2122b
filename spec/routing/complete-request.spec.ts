import { describe, expect, it } from '@jest/globals';
import { InvalidRequestError } from '../../src/errors.js';
import type { IntervalName } from '../../src/model/interval.js';
import { completeRequest, toMarketCode, type RequestInput } from '../../src/routing/complete-request.js';

/** What only a caller without types can say. */
const untyped = (text: string): IntervalName => text as IntervalName;

const complete = (input: Partial<RequestInput> = {}) =>
  completeRequest('upbit', { channel: 'ticker', markets: ['KRW-BTC'], ...input });

describe('completeRequest', () => {
  it('fills in every default', () => {
    expect(complete()).toEqual({
      exchange: 'upbit',
      channel: 'ticker',
      markets: ['KRW-BTC'],
      count: 1,
      context: 'trading',
      realtime: true,
      maxAge: 1_000,
      via: 'auto',
      priority: 'high',
    });
  });

  it.each([
    ['trading', 1_000, true, 'high'],
    ['monitoring', 2_000, true, 'normal'],
    ['scanning', 5_000, false, 'normal'],
    ['backtesting', 60_000, false, 'low'],
    ['research', 60_000, false, 'low'],
    ['maintenance', 60_000, false, 'low'],
  ] as const)('gives %s its own freshness and urgency', (context, maxAge, realtime, priority) => {
    expect(complete({ context })).toMatchObject({ maxAge, realtime, priority });
  });

  it('takes what the caller says over the defaults', () => {
    const asked = {
      context: 'scanning',
      maxAge: 0,
      realtime: true,
      via: 'rest',
      count: 5,
      priority: 'critical',
    } as const;
    expect(complete(asked)).toMatchObject(asked);
  });

  it('asks for a market once, however often it is named', () => {
    expect(complete({ markets: ['KRW-BTC', 'KRW-ETH', 'KRW-BTC'] }).markets).toEqual(['KRW-BTC', 'KRW-ETH']);
  });

  it('understands an instant as a Date or as ms', () => {
    const instant = Date.UTC(2026, 8, 1);
    expect(complete({ channel: 'candle', to: new Date(instant) }).to).toBe(instant);
    expect(complete({ channel: 'candle', to: instant }).to).toBe(instant);
  });

  it("understands Upbit's own names of intervals", () => {
    expect(complete({ channel: 'candle', interval: '240m' }).interval).toBe('4h');
    expect(complete({ channel: 'candle' }).interval).toBe('1m');
  });

  it('keeps to a channel what belongs to it', () => {
    expect(complete({ depth: 5, level: 10, interval: '1m' })).not.toHaveProperty('depth');
    expect(complete({ channel: 'orderbook', depth: 5, level: 10 })).toMatchObject({ depth: 5, level: 10 });
  });

  it.each<[string, Partial<RequestInput>, RegExp]>([
    ['no market', { markets: [] }, /at least one market/],
    ['a market in lower case', { markets: ['krw-btc'] }, /'krw-btc' is not a market.*did you mean KRW-BTC\?/],
    ['a market the wrong way', { markets: ['BTC/KRW'] }, /expected QUOTE-BASE/],
    [
      'an interval nobody has',
      { channel: 'candle', interval: untyped('2m') },
      /interval must be one of 1s 1m .* not 2m/,
    ],
    ['half a candle', { channel: 'candle', count: 0.5 }, /count must be a whole number of 1 or more, not 0.5/],
    ['no candle', { count: 0 }, /count/],
    ['a depth of 31', { channel: 'orderbook', depth: 31 }, /depth must be a whole number from 1 to 30, not 31/],
    ['a negative level', { channel: 'orderbook', level: -1 }, /level/],
    ['an instant that is none', { to: new Date('yesterday') }, /to must be a Date or ms UTC, not Invalid Date/],
    ['a negative age', { maxAge: -1 }, /maxAge must be milliseconds, 0 or more, not -1/],
    ['an age that is no number', { maxAge: NaN }, /maxAge/],
  ])('rejects %s', (_, input, message) => {
    expect(() => complete(input)).toThrow(InvalidRequestError);
    expect(() => complete(input)).toThrow(message);
  });
});

describe('toMarketCode', () => {
  it('passes what has the right form', () => {
    expect(toMarketCode('USDT-1INCH')).toBe('USDT-1INCH');
  });
});
