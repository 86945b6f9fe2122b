import { describe, expect, it } from '@jest/globals';
import { isLatest, requestKey, topicOf, type DataRequest } from '../../src/model/request.js';

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

describe('topicOf', () => {
  it('gives a ticker or trade topic nothing but its market', () => {
    const given = request({ interval: '5m', depth: 5, level: 1_000 });
    expect(topicOf(given, 'KRW-ETH')).toEqual({ exchange: 'upbit', channel: 'ticker', market: 'KRW-ETH' });
    expect(topicOf({ ...given, channel: 'trade' }, 'KRW-ETH')).toEqual({
      exchange: 'upbit',
      channel: 'trade',
      market: 'KRW-ETH',
    });
  });

  it('gives an order book topic the depth and level that were asked, and only those', () => {
    const book = { exchange: 'upbit', channel: 'orderbook', market: 'KRW-BTC' };
    expect(topicOf(request({ channel: 'orderbook' }), 'KRW-BTC')).toStrictEqual(book);
    expect(topicOf(request({ channel: 'orderbook', depth: 5 }), 'KRW-BTC')).toStrictEqual({ ...book, depth: 5 });
    expect(topicOf(request({ channel: 'orderbook', level: 0 }), 'KRW-BTC')).toStrictEqual({ ...book, level: 0 });
  });

  it('gives a candle topic its interval, one minute when none is named', () => {
    expect(topicOf(request({ channel: 'candle', interval: '4h' }), 'KRW-BTC')).toMatchObject({ interval: '4h' });
    expect(topicOf(request({ channel: 'candle' }), 'KRW-BTC')).toMatchObject({ interval: '1m' });
  });
});

describe('isLatest', () => {
  it('is true for the newest fact alone', () => {
    expect(isLatest(request())).toBe(true);
    expect(isLatest(request({ count: 2 }))).toBe(false);
    expect(isLatest(request({ to: 1 }))).toBe(false);
  });
});

describe('requestKey', () => {
  it('is the same for the same data, whoever asks and why', () => {
    const other = request({ context: 'research', realtime: false, maxAge: 5, via: 'rest' });
    expect(requestKey(other)).toBe(requestKey(request()));
  });

  it('differs as soon as other data are asked', () => {
    const requests = [
      request(),
      request({ exchange: 'other' }),
      request({ channel: 'trade' }),
      request({ markets: ['KRW-ETH'] }),
      request({ markets: ['KRW-BTC', 'KRW-ETH'] }),
      request({ count: 2 }),
      request({ to: 0 }),
      request({ channel: 'candle', interval: '1m' }),
      request({ channel: 'candle', interval: '1M' }),
      request({ channel: 'orderbook' }),
      request({ channel: 'orderbook', depth: 5 }),
      request({ channel: 'orderbook', level: 1_000 }),
    ];
    expect(new Set(requests.map(requestKey)).size).toBe(requests.length);
  });
});
