import { describe, expect, it } from '@jest/globals';
import { itIsAnIndicator, valuesOf } from '../contract.js';
import { closes, pairs, sum, window } from '../definitions.js';
import { efficiencyRatio } from './efficiency-ratio.js';

describe('efficiencyRatio', () => {
  itIsAnIndicator({
    of: () => efficiencyRatio(10),
    definition: (bars) => {
      const last = window(closes(bars), 11);
      if (last === undefined) return undefined;
      const way = sum(pairs(last).map(([before, now]) => Math.abs(now - before)));
      return Math.abs((last.at(-1) ?? NaN) - (last[0] ?? NaN)) / way;
    },
    still: undefined,
  });

  it('is 1 on a straight way, 0 on one that leads back', () => {
    expect(valuesOf(efficiencyRatio(2), [1, 2, 3, 2])).toEqual([undefined, undefined, 1, 0]);
  });
});
