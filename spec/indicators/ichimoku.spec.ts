import { describe, expect, it } from '@jest/globals';
import { ichimoku, type Bar } from '../../src/indicators/index.js';
import { itIsAnIndicator, valuesOf } from './contract.js';
import { window } from './definitions.js';
import { wandering } from './market.js';

const middle = (bars: readonly Bar[], size: number): number => {
  const last = window(bars, size) ?? [];
  return (Math.max(...last.map(({ high }) => high)) + Math.min(...last.map(({ low }) => low))) / 2;
};

const cloud = (bars: readonly Bar[]) => ({
  a: (middle(bars, 9) + middle(bars, 26)) / 2,
  b: middle(bars, 52),
});

describe('ichimoku', () => {
  itIsAnIndicator({
    of: () => ichimoku(),
    definition: (bars) => {
      if (bars.length < 78) return undefined;
      const [ahead, now] = [cloud(bars), cloud(bars.slice(0, -26))];
      return {
        conversion: middle(bars, 9),
        base: middle(bars, 26),
        spanA: now.a,
        spanB: now.b,
        aheadA: ahead.a,
        aheadB: ahead.b,
        lagging: bars.at(-1)?.close ?? NaN,
      };
    },
    still: { conversion: 100, base: 100, spanA: 100, spanB: 100, aheadA: 100, aheadB: 100, lagging: 100 },
  });

  it('has over a candle the cloud that was ahead of it 26 candles before', () => {
    const values = valuesOf(ichimoku(), wandering(140));
    const [then, now] = [values[100], values[126]];
    expect(then).toBeDefined();
    expect([now?.spanA, now?.spanB]).toEqual([then?.aheadA, then?.aheadB]);
  });
});
