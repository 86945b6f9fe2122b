import { describe, expect, it } from '@jest/globals';
import { sma } from '../../src/indicators/index.js';
import { itIsAnIndicator, valuesOf } from './contract.js';
import { closes, mean, window } from './definitions.js';
import { expectPublished } from './published.js';

describe('sma', () => {
  itIsAnIndicator({
    of: () => sma(20),
    definition: (bars) => {
      const last = window(closes(bars), 20);
      return last && mean(last);
    },
    still: 100,
  });

  it('equals the published results', () => expectPublished('sma', sma(20), { sma: (value) => value }));

  it('of one number is that number', () => {
    expect(valuesOf(sma(1), [3, 1, 2])).toEqual([3, 1, 2]);
  });

  it('forgets a number too large for its neighbours to be seen beside, once it has left the window', () => {
    expect(valuesOf(sma(3), [1e20, 0.1, 0.2, 0.3, 0.4]).slice(3)).toEqual([
      (0.1 + 0.2 + 0.3) / 3,
      (0.2 + 0.3 + 0.4) / 3,
    ]);
  });
});
