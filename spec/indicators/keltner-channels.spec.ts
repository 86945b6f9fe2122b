import { describe, expect, it } from '@jest/globals';
import { keltnerChannels } from '../../src/indicators/index.js';
import { itIsAnIndicator } from './contract.js';
import { averages, closes, ranges, wilder } from './definitions.js';

describe('keltnerChannels', () => {
  itIsAnIndicator({
    of: () => keltnerChannels(20, 2, 10),
    definition: (bars) => {
      const [middle, range] = [averages(closes(bars), 20).at(-1), wilder(ranges(bars), 10).at(-1)];
      return middle === undefined || range === undefined
        ? undefined
        : { upper: middle + 2 * range, middle, lower: middle - 2 * range };
    },
    still: { upper: 100, middle: 100, lower: 100 },
  });

  it('waits for the range when that takes longer', () => {
    expect(keltnerChannels(10, 2, 10).warmUp).toBe(11);
  });
});
