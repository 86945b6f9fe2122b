import { describe, expect, it } from '@jest/globals';
import { slope } from '../../src/indicators/index.js';
import { expectClose, itIsAnIndicator, valuesOf } from './contract.js';
import { closes, mean, sum, window } from './definitions.js';

describe('slope', () => {
  itIsAnIndicator({
    of: () => slope(14),
    definition: (bars) => {
      const last = window(closes(bars), 14);
      if (last === undefined) return undefined;
      const [middle, place] = [mean(last), 6.5];
      return sum(last.map((close, i) => (i - place) * (close - middle))) / sum(last.map((_, i) => (i - place) ** 2));
    },
    still: 0,
  });

  it('is that of the line when the numbers lie on one', () => {
    const line = Array.from({ length: 30 }, (_, i) => 1e9 - 0.25 * i);
    expectClose(valuesOf(slope(14), line).at(-1), -0.25);
  });

  it('of two numbers is their difference', () => {
    expect(valuesOf(slope(2), [1, 4, 2])).toEqual([undefined, 3, -2]);
  });
});
