import { describe, expect, it } from '@jest/globals';
import { InvalidRequestError } from '../../../src/errors.js';
import { INTERVALS } from '../../../src/model/interval.js';
import * as requests from '../../../src/sources/upbit/requests.js';

describe('candles', () => {
  it('has a path for every interval', () => {
    expect(
      Object.fromEntries(INTERVALS.map((interval) => [interval, requests.candles('KRW-BTC', interval, 1).path])),
    ).toEqual({
      '1s': '/candles/seconds',
      '1m': '/candles/minutes/1',
      '3m': '/candles/minutes/3',
      '5m': '/candles/minutes/5',
      '10m': '/candles/minutes/10',
      '15m': '/candles/minutes/15',
      '30m': '/candles/minutes/30',
      '1h': '/candles/minutes/60',
      '4h': '/candles/minutes/240',
      '1d': '/candles/days',
      '1w': '/candles/weeks',
      '1M': '/candles/months',
      '1y': '/candles/years',
    });
  });

  it('asks for the latest when no end is given', () => {
    expect(requests.candles('KRW-BTC', '1m', 5).query).toEqual({ market: 'KRW-BTC', count: 5, to: undefined });
  });

  it.each([
    [Date.UTC(2026, 8, 1), '2026-09-01T00:00:00Z'],
    [Date.UTC(2026, 8, 1) + 1, '2026-09-01T00:00:01Z'],
    [Date.UTC(2026, 8, 1) - 1, '2026-09-01T00:00:00Z'],
    [Date.UTC(2026, 8, 1) + 1_000, '2026-09-01T00:00:01Z'],
  ])('spells the end %i as %s, rounded up to a whole second', (to, text) => {
    expect(requests.candles('KRW-BTC', '1m', 1, to).query['to']).toBe(text);
  });

  it.each([NaN, Infinity, -Infinity, 9e15])('refuses %d as a time', (to) => {
    expect(() => requests.candles('KRW-BTC', '1m', 1, to)).toThrow(InvalidRequestError);
  });
});

describe('trades', () => {
  it('asks for the latest of today', () => {
    expect(requests.trades('KRW-BTC', 500)).toEqual({
      path: '/trades/ticks',
      query: { market: 'KRW-BTC', count: 500, to: undefined, cursor: undefined, days_ago: undefined },
      group: 'trades',
    });
  });

  it('asks from a cursor, on a day before, up to a time of day', () => {
    expect(requests.trades('KRW-BTC', 1, { cursor: '17883351803770001', daysAgo: 2 }).query).toMatchObject({
      cursor: '17883351803770001',
      days_ago: 2,
    });
    expect(requests.trades('KRW-BTC', 1, { timeOfDay: '07:46:20', daysAgo: 0 }).query).toMatchObject({
      to: '07:46:20',
      days_ago: undefined,
    });
  });
});

describe('the other endpoints', () => {
  it('ask for many markets at once, charged to their own budget', () => {
    const markets = ['KRW-BTC', 'KRW-ETH'] as const;
    expect(requests.allMarkets(true)).toEqual({ path: '/market/all', query: { is_details: true }, group: 'market' });
    expect(requests.tickers(markets)).toEqual({
      path: '/ticker',
      query: { markets: 'KRW-BTC,KRW-ETH' },
      group: 'ticker',
    });
    expect(requests.tickersOfQuotes(['KRW', 'BTC'])).toEqual({
      path: '/ticker/all',
      query: { quote_currencies: 'KRW,BTC' },
      group: 'ticker',
    });
    expect(requests.instruments(markets)).toEqual({
      path: '/orderbook/instruments',
      query: { markets: 'KRW-BTC,KRW-ETH' },
      group: 'orderbook',
    });
    expect(requests.supportedLevels(markets)).toEqual({
      path: '/orderbook/supported_levels',
      query: { markets: 'KRW-BTC,KRW-ETH' },
      group: 'orderbook',
    });
  });

  it('name the depth and the level of a book only when they are not the default', () => {
    expect(requests.orderbooks(['KRW-BTC']).query).toEqual({ markets: 'KRW-BTC', level: undefined, count: undefined });
    expect(requests.orderbooks(['KRW-BTC'], 5, 10_000).query).toEqual({ markets: 'KRW-BTC', level: 10_000, count: 5 });
  });
});
