import { describe, expect, it } from '@jest/globals';
import { zScore } from '../../src/indicators/index.js';
import { itIsAnIndicator, valuesOf } from './contract.js';
import { closes, deviation, mean, window } from './definitions.js';
import { expectPublished } from './published.js';

describe('zScore', () => {
  itIsAnIndicator({
    of: () => zScore(20),
    definition: (bars) => {
      const last = window(closes(bars), 20);
      return last && ((last.at(-1) ?? NaN) - mean(last)) / deviation(last);
    },
    still: undefined,
  });

  it('equals the published results', () => expectPublished('bb', zScore(20), { zScore: (value) => value }));

  it('counts population deviations', () => {
    expect(valuesOf(zScore(8), [2, 4, 4, 4, 5, 5, 7, 9]).at(-1)).toBe(2);
  });
});
