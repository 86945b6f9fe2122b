import { describe, expect, it } from '@jest/globals';
import { pipe } from 'rxjs';
import { crossOver, ema, latest, rsi, slope, sma } from '../../src/indicators/index.js';
import { itIsAnIndicator, valuesOf } from './contract.js';
import { averages, closes } from './definitions.js';

describe('crossOver', () => {
  itIsAnIndicator({
    of: () => crossOver(ema(5), ema(12)),
    definition: (bars) => {
      const slow = averages(closes(bars), 12);
      const fast = averages(closes(bars), 5).slice(7);
      const [before, now] = [slow.length - 2, slow.length - 1];
      if (before < 0) return undefined;
      return (fast[before] ?? NaN) <= (slow[before] ?? NaN) && (fast[now] ?? NaN) > (slow[now] ?? NaN);
    },
    still: false,
  });

  it('is true at the input that is above, after one that was not', () => {
    expect(valuesOf(crossOver(latest(), 2), [1, 3, 4, 2, 3, 2, 2])).toEqual([
      undefined,
      true,
      false,
      false,
      true,
      false,
      false,
    ]);
  });

  it('compares with the last input at which both lines had an answer', () => {
    // The index has none for the second 1, after which nothing had moved yet.
    expect(valuesOf(crossOver(rsi(1), 50), [2, 1, 1, 3])).toEqual([undefined, undefined, undefined, true]);
  });

  it('waits for the longer of its lines, pipes included', () => {
    expect(crossOver(sma(3), pipe(ema(4), slope(2))).warmUp).toBe(6);
  });
});
