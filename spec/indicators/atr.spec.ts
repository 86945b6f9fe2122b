import { describe, expect, it } from '@jest/globals';
import { atr } from '../../src/indicators/index.js';
import { itIsAnIndicator, valuesOf } from './contract.js';
import { ranges, wilder } from './definitions.js';
import { bar } from './market.js';
import { expectPublished } from './published.js';

describe('atr', () => {
  itIsAnIndicator({ of: () => atr(14), definition: (bars) => wilder(ranges(bars), 14).at(-1), still: 0 });

  it('equals the published results', () => expectPublished('atr', atr(14), { atr: (value) => value }));

  it('counts the jump from the close before', () => {
    const up = bar(1, { high: 110, low: 108, close: 109 });
    expect(valuesOf(atr(1), [bar(0), up, bar(2, { high: 105, low: 104 })])).toEqual([undefined, 10, 5]);
  });
});
