import { describe, expect, it } from '@jest/globals';
import { isMarketCode, parseMarket } from '../../src/model/market.js';

describe('parseMarket', () => {
  it('names the quote currency first and the base currency second', () => {
    expect(parseMarket('KRW-BTC')).toEqual({ quote: 'KRW', base: 'BTC' });
    expect(parseMarket('BTC-1INCH')).toEqual({ quote: 'BTC', base: '1INCH' });
  });

  it.each([
    '',
    'BTC',
    'krw-btc',
    'KRW-btc',
    'KRW_BTC',
    'KRW-',
    '-BTC',
    'KRW-BTC-X',
    ' KRW-BTC',
    'KRW-BTC\n',
    'KRW-BTC.5',
  ])('finds no market in %j', (text) => {
    expect(parseMarket(text)).toBeUndefined();
  });
});

describe('isMarketCode', () => {
  it('agrees with parseMarket about what a code is', () => {
    for (const text of ['KRW-BTC', 'USDT-BTC', 'krw-btc', 'KRWBTC', '', 'KRW-BTC ', 'KRW-비트'])
      expect(isMarketCode(text)).toBe(parseMarket(text) !== undefined);
  });
});
