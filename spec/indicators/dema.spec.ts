import { describe, expect, it } from '@jest/globals';
import { dema } from '../../src/indicators/index.js';
import { itIsAnIndicator, valuesOf } from './contract.js';
import { averages, closes } from './definitions.js';

describe('dema', () => {
  itIsAnIndicator({
    of: () => dema(20),
    definition: (bars) => {
      const once = averages(closes(bars), 20);
      const twice = once.slice(1).reduce((last, value) => last + (2 / 21) * (value - last), once[0] ?? NaN);
      const last = once.at(-1);
      return last === undefined ? undefined : 2 * last - twice;
    },
    still: 100,
  });

  it('follows a straight line nearer than one average does', () => {
    const line = Array.from({ length: 400 }, (_, i) => i);
    expect(valuesOf(dema(20), line).at(-1)).toBeCloseTo(399, 9);
  });
});
