import { describe, expect, it } from '@jest/globals';
import { donchianChannels } from '../../src/indicators/index.js';
import { itIsAnIndicator, valuesOf } from './contract.js';
import { window } from './definitions.js';
import { bar } from './market.js';

describe('donchianChannels', () => {
  itIsAnIndicator({
    of: () => donchianChannels(20),
    definition: (bars) => {
      const before = window(bars.slice(0, -1), 20);
      if (before === undefined) return undefined;
      const upper = Math.max(...before.map(({ high }) => high));
      const lower = Math.min(...before.map(({ low }) => low));
      return { upper, middle: (upper + lower) / 2, lower };
    },
    still: { upper: 100, middle: 100, lower: 100 },
  });

  it('is not moved by the candle that breaks out of it', () => {
    const values = valuesOf(donchianChannels(2), [bar(0), bar(1), bar(2, { high: 120, close: 120 })]);
    expect(values.at(-1)).toEqual({ upper: 100, middle: 100, lower: 100 });
  });
});
