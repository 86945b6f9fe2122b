import { describe, expect, it } from '@jest/globals';
import { SuperTrend } from 'trading-signals';
import { superTrend } from '../../src/indicators/index.js';
import { expectClose, itIsAnIndicator, valuesOf } from './contract.js';
import { ranges, wilder } from './definitions.js';
import { bar, wandering } from './market.js';

describe('superTrend', () => {
  itIsAnIndicator({
    of: () => superTrend(10, 3),
    definition: (bars) => {
      let [upper, lower, trend] = [NaN, NaN, ''];
      let reversed = false;
      wilder(ranges(bars), 10).forEach((range, i) => {
        const [last, candle] = [bars[i + 9], bars[i + 10]];
        if (last === undefined || candle === undefined) return;
        const middle = (candle.high + candle.low) / 2;
        if (i === 0) [upper, lower, trend] = [Infinity, -Infinity, candle.close < middle ? 'down' : 'up'];
        upper = last.close > upper ? middle + 3 * range : Math.min(upper, middle + 3 * range);
        lower = last.close < lower ? middle - 3 * range : Math.max(lower, middle - 3 * range);
        const now = candle.close > (trend === 'up' ? lower : upper) ? 'up' : 'down';
        reversed = i > 0 && now !== trend;
        trend = now;
      });
      if (trend === 'up') return { line: lower, trend, reversed };
      return trend === 'down' ? { line: upper, trend, reversed } : undefined;
    },
    still: { line: 100, trend: 'down', reversed: false },
  });

  it('agrees with trading-signals once the first trend, which both guess, is over', () => {
    const peer = new SuperTrend({ interval: 10, multiplier: 3 });
    const bars = wandering(2_000);
    const values = valuesOf(superTrend(10, 3), bars);
    const theirs = bars.map((candle) => peer.add(candle));
    // Their average range is seeded with one more candle, so it has to fade too.
    for (let i = 1_000; i < bars.length; i += 1) expectClose(values[i]?.line, theirs[i]?.supertrend);
  });

  it('turns with the close that reaches its line', () => {
    const rising = Array.from({ length: 12 }, (_, i) => bar(i, { high: 101 + i, low: 99 + i, close: 100 + i }));
    const falls = bar(12, { high: 112, low: 90, close: 90 });
    const values = valuesOf(superTrend(3, 1), [...rising, falls, bar(13, { high: 91, low: 89, close: 89 })]);
    expect(values.slice(-3).map((value) => value && [value.trend, value.reversed])).toEqual([
      ['up', false],
      ['down', true],
      ['down', false],
    ]);
  });
});
