import { describe, expect, it } from '@jest/globals';
import { adx } from '../../src/indicators/index.js';
import { itIsAnIndicator, valuesOf } from './contract.js';
import { pairs, ranges, wilder } from './definitions.js';
import { bar, still } from './market.js';

describe('adx', () => {
  itIsAnIndicator({
    of: () => adx(14),
    definition: (bars) => {
      const moves = pairs(bars).map(([last, { high, low }]) => ({ up: high - last.high, down: last.low - low }));
      const plus = wilder(
        moves.map(({ up, down }) => (up > down && up > 0 ? up : 0)),
        14,
      );
      const minus = wilder(
        moves.map(({ up, down }) => (down > up && down > 0 ? down : 0)),
        14,
      );
      const range = wilder(ranges(bars), 14);
      const rows = range.map((size, i) => ({
        plusDI: (100 * (plus[i] ?? NaN)) / size,
        minusDI: (100 * (minus[i] ?? NaN)) / size,
      }));
      const index = wilder(
        rows.map(({ plusDI, minusDI }) => (100 * Math.abs(plusDI - minusDI)) / (plusDI + minusDI)),
        14,
      ).at(-1);
      const last = rows.at(-1);
      return last === undefined || index === undefined ? undefined : { adx: index, ...last };
    },
    still: undefined,
  });

  it('is 100 in a market that only rises', () => {
    const rising = Array.from({ length: 20 }, (_, i) => bar(i, { high: 101 + i, low: 99 + i, close: 100 + i }));
    expect(valuesOf(adx(5), rising).at(-1)).toEqual({ adx: 100, plusDI: 50, minusDI: 0 });
  });

  it('is 0 while candles have a range but go nowhere', () => {
    const nowhere = Array.from({ length: 20 }, (_, i) => bar(i, { high: 101, low: 99 }));
    expect(valuesOf(adx(5), nowhere).at(-1)).toEqual({ adx: 0, plusDI: 0, minusDI: 0 });
  });

  it('leaves a market that has not moved yet out of its average', () => {
    const rising = [10, 11].map((minute) => bar(minute, { high: 91 + minute, low: 91 + minute, close: 91 + minute }));
    const values = valuesOf(adx(2), [...still(10), ...rising]).slice(-3);
    expect(values.map((value) => value?.adx)).toEqual([undefined, undefined, 100]);
  });
});
