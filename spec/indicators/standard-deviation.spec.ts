import { describe, expect, it } from '@jest/globals';
import { standardDeviation } from '../../src/indicators/index.js';
import { itIsAnIndicator, valuesOf } from './contract.js';
import { closes, deviation, window } from './definitions.js';

describe('standardDeviation', () => {
  itIsAnIndicator({
    of: () => standardDeviation(20),
    definition: (bars) => {
      const last = window(closes(bars), 20);
      return last && deviation(last);
    },
    still: 0,
  });

  it('is that of a population', () => {
    expect(valuesOf(standardDeviation(8), [2, 4, 4, 4, 5, 5, 7, 9]).at(-1)).toBe(2);
  });
});
