import { describe, expect, it } from '@jest/globals';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { ZERO, amountOf, plus, times, toNumber } from '../../src/candles/amount.js';

const Exact = Decimal.clone({ precision: 700 });
/** Any amount, those that markets have more often than not. */
const doubles = fc.oneof(
  fc.integer({ min: 0, max: 10 ** 15 }).map((units) => units / 1e8),
  fc.integer({ min: 0, max: 2 ** 40 }),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: 0, max: 1e40 }),
);

describe('an amount', () => {
  it.each([0, 1, 0.1, 1e-8, 1.16539e8, 7.9276e-4, 0.00000001, 5e-324, 1e21, 123456789.12345678, 2 ** 53, -0.5])(
    'holds %d',
    (value) => {
      expect(toNumber(amountOf(value))).toBe(value);
    },
  );

  it('holds every number', () => {
    fc.assert(fc.property(doubles, (value) => toNumber(amountOf(value)) === value));
  });

  it('is the decimal that was written, not its binary neighbour', () => {
    expect(amountOf(0.1)).toEqual({ units: 10_000_000n, scale: 8 });
    expect(toNumber(plus(amountOf(0.1), amountOf(0.2)))).toBe(0.3);
    expect(toNumber(plus(amountOf(103_628_916.52946), amountOf(546_918_122.62212)))).toBe(650_547_039.15158);
  });

  it('adds and multiplies as decimal arithmetic does', () => {
    fc.assert(
      fc.property(doubles, doubles, (a, b) => {
        expect(toNumber(plus(amountOf(a), amountOf(b)))).toBe(new Exact(a).plus(b).toNumber());
        expect(toNumber(times(amountOf(a), amountOf(b)))).toBe(new Exact(a).times(b).toNumber());
      }),
    );
  });

  it('adds up in any order to the same number', () => {
    fc.assert(
      fc.property(fc.array(doubles, { maxLength: 30 }), (values) => {
        const sum = (list: readonly number[]) => toNumber(list.map(amountOf).reduce(plus, ZERO));
        expect(sum(values.toReversed())).toBe(sum(values));
      }),
    );
  });
});
