import { describe, expect, it } from '@jest/globals';
import { stochasticRsi } from '../../src/indicators/index.js';
import { itIsAnIndicator, valuesOf } from './contract.js';
import { closes, means, positions, strengths } from './definitions.js';

describe('stochasticRsi', () => {
  itIsAnIndicator({
    of: () => stochasticRsi(14, 14, 3, 3),
    definition: (bars) => {
      const points = strengths(closes(bars), 14).map((value) => ({ high: value, low: value, close: value }));
      const lines = means(positions(points, 14), 3);
      const [k, d] = [lines.at(-1), means(lines, 3).at(-1)];
      return k === undefined || d === undefined ? undefined : { k, d, j: 3 * k - 2 * d };
    },
    still: undefined,
  });

  it('does not smooth %K unless told to', () => {
    expect(stochasticRsi().warmUp).toBe(14 + 14 + 3 - 1);
  });

  it('says nothing while the index stands still at its end', () => {
    const rising = Array.from({ length: 60 }, (_, i) => 100 + i);
    expect(valuesOf(stochasticRsi(), rising).at(-1)).toBeUndefined();
  });
});
