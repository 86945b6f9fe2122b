import { describe, expect, it } from '@jest/globals';
import { rollingVwap } from '../../src/indicators/index.js';
import { itIsAnIndicator, valuesOf } from './contract.js';
import { sum, window } from './definitions.js';
import { bar } from './market.js';

describe('rollingVwap', () => {
  itIsAnIndicator({
    of: () => rollingVwap(20),
    definition: (bars) => {
      const last = window(bars, 20);
      return (
        last &&
        sum(last.map(({ high, low, close, volume }) => (volume * (high + low + close)) / 3)) /
          sum(last.map(({ volume }) => volume))
      );
    },
    still: 100,
  });

  it('has no answer where nothing was traded', () => {
    const bars = [bar(0), bar(1, { volume: 0 }), bar(2, { volume: 0 })];
    expect(valuesOf(rollingVwap(2), bars)).toEqual([undefined, 100, undefined]);
  });
});
