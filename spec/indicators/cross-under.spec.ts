import { describe, expect, it } from '@jest/globals';
import { crossUnder, ema, latest } from '../../src/indicators/index.js';
import { itIsAnIndicator, valuesOf } from './contract.js';
import { averages, closes } from './definitions.js';

describe('crossUnder', () => {
  itIsAnIndicator({
    of: () => crossUnder(ema(5), ema(12)),
    definition: (bars) => {
      const slow = averages(closes(bars), 12);
      const fast = averages(closes(bars), 5).slice(7);
      const [before, now] = [slow.length - 2, slow.length - 1];
      if (before < 0) return undefined;
      return (fast[before] ?? NaN) >= (slow[before] ?? NaN) && (fast[now] ?? NaN) < (slow[now] ?? NaN);
    },
    still: false,
  });

  it('is true at the input that is below, after one that was not', () => {
    expect(valuesOf(crossUnder(latest(), 2), [3, 1, 0, 2, 1])).toEqual([undefined, true, false, false, true]);
  });
});
