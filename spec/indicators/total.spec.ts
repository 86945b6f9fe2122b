import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NOTHING, amount, plus } from '../../src/indicators/total.js';

const totalOf = (values: readonly number[]): number => amount(values.reduce(plus, NOTHING));

describe('a total', () => {
  it('keeps what a large number would swallow', () => {
    expect(totalOf([1e16, 1, 1, 1, -1e16])).toBe(3);
    expect(totalOf([1, 1e16, -1e16])).toBe(1);
  });

  it('of cents, added as they are, is right to the last digit', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1e6, max: 1e6 }), { maxLength: 500 }), (units) => {
        const exact = units.reduce((total, unit) => total + unit, 0);
        expect(totalOf(units.map((unit) => unit / 64))).toBe(exact / 64);
      }),
    );
  });
});
