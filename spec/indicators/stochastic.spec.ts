import { describe, expect, it } from '@jest/globals';
import { stochastic } from '../../src/indicators/index.js';
import { itIsAnIndicator, valuesOf } from './contract.js';
import { means, positions } from './definitions.js';
import { bar } from './market.js';
import { expectPublished } from './published.js';

describe('stochastic', () => {
  itIsAnIndicator({
    of: () => stochastic(14, 3, 3),
    definition: (bars) => {
      const lines = means(positions(bars, 14), 3);
      const [k, d] = [lines.at(-1), means(lines, 3).at(-1)];
      return k === undefined || d === undefined ? undefined : { k, d, j: 3 * k - 2 * d };
    },
    still: undefined,
  });

  it('equals the published results', () =>
    expectPublished('stoch', stochastic(14, 3, 3), {
      oscillator: ({ k }) => k,
      signal: ({ d }) => d,
      percentJ: ({ j }) => j,
    }));

  it('leaves a candle without a range out of its averages', () => {
    const high = bar(2, { high: 102, close: 102 });
    const values = valuesOf(stochastic(1, 2, 1), [bar(0, { high: 102 }), bar(1), high, bar(3)]);
    expect(values.map((value) => value?.k)).toEqual([undefined, undefined, 50, undefined]);
  });
});
