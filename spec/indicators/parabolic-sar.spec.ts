import { describe, expect, it } from '@jest/globals';
import { parabolicSar, type Bar } from '../../src/indicators/index.js';
import { itIsAnIndicator, valuesOf } from './contract.js';
import { bar } from './market.js';

interface Trend {
  readonly trend: 'up' | 'down';
  /** Stops of the trend's candles, the first one being the extreme of the trend before. */
  readonly stops: readonly number[];
}

/** The trend that begins at candle `from` with a first stop: how long it lasts, and its stops. */
const trendFrom = (
  bars: readonly Bar[],
  from: number,
  trend: 'up' | 'down',
  first: number,
): Trend & { end: number; extreme: number } => {
  const isUp = trend === 'up';
  const stops = [first];
  const extremeOf = (candle: Bar | undefined): number => (isUp ? candle?.high : candle?.low) ?? NaN;
  let extreme = extremeOf(bars[from]);
  let steps = 1;
  for (let i = from + 1; i < bars.length; i += 1) {
    const [candle, one, two] = [bars[i], bars[i - 1], bars[i - 2]];
    const last = stops.at(-1) ?? NaN;
    let stop = last + Math.min(0.2, 0.02 * steps) * (extreme - last);
    if (one && two) stop = isUp ? Math.min(stop, one.low, two.low) : Math.max(stop, one.high, two.high);
    if (candle && (isUp ? candle.low < stop : candle.high > stop)) return { trend, stops, end: i, extreme };
    stops.push(stop);
    const reached = extremeOf(candle);
    if (isUp ? reached > extreme : reached < extreme) {
      extreme = reached;
      steps += 1;
    }
  }
  return { trend, stops, end: bars.length, extreme };
};

const trendsOf = (bars: readonly Bar[]): readonly Trend[] => {
  const trends: Trend[] = [];
  let at = 0;
  let trend: 'up' | 'down' = 'up';
  let first = bars[0]?.low ?? NaN;
  while (at < bars.length) {
    const found = trendFrom(bars, at, trend, first);
    trends.push(found);
    [at, first, trend] = [found.end, found.extreme, trend === 'up' ? 'down' : 'up'];
  }
  return trends;
};

describe('parabolicSar', () => {
  itIsAnIndicator({
    of: () => parabolicSar(),
    definition: (bars) => {
      const trends = trendsOf(bars);
      const last = trends.at(-1);
      const sar = last?.stops.at(-1);
      if (last === undefined || sar === undefined || trends.length === 1) return undefined;
      const reversed = last.stops.length === 1;
      return trends.length === 2 && reversed ? undefined : { sar, trend: last.trend, reversed };
    },
    still: undefined,
    warmUpIsLeast: true,
  });

  it('has its first value, at the earliest, when its warm-up says', () => {
    const falls = [100, 90, 80].map((price, i) => bar(i, { high: price, low: price - 1, close: price - 1 }));
    expect(valuesOf(parabolicSar(), falls)).toEqual([
      undefined,
      undefined,
      { sar: 100, trend: 'down', reversed: false },
    ]);
  });

  it('is not moved faster than its limit', () => {
    const at = (price: number, i: number) => bar(i, { high: price + 1, low: price - 1, close: price });
    const falls = [100, 90, 88, 86, 84, 82, 80, 78].map(at);
    const [before, last] = valuesOf(parabolicSar(0.02, 0.04), falls).slice(-2);
    expect(last?.sar).toBeCloseTo((before?.sar ?? NaN) + 0.04 * (79 - (before?.sar ?? NaN)), 12);
  });
});
