import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { tickOf } from '../../../src/simulator/market/tick-size.js';
import { upbitTickSize } from '../../../src/sources/upbit/tick-size.js';

describe('upbitTickSize', () => {
  it.each([
    ['KRW-BTC', 106_691_000, 1_000],
    ['KRW-BTC', 1_000_000, 1_000],
    ['KRW-ETH', 999_500, 500],
    ['KRW-XRP', 3_000, 1],
    ['KRW-BTT', 0.0005, 0.000001],
    ['KRW-BTT', 0.000001, 0.00000001],
    ['BTC-ETH', 0.03, 0.00000001],
    ['USDT-BTC', 75_000, 0.01],
    ['SGD-BTC', 100, undefined],
    ['nonsense', 100, undefined],
  ])('of %s at %d is %d', (market, price, tick) => {
    expect(upbitTickSize(market, price)).toBe(tick);
  });

  it('is the grid the simulated exchange trades on', () => {
    const price = fc.double({ min: 1e-8, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom('KRW', 'BTC', 'USDT'), price, (quote, at) => {
        const { mantissa, exponent } = tickOf(quote, at);
        expect(upbitTickSize(`${quote}-ABC`, at)).toBeCloseTo(mantissa * 10 ** exponent, 12);
      }),
    );
  });
});
