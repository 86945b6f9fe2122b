import { describe, expect, it } from '@jest/globals';
import { tema } from '../../src/indicators/index.js';
import { itIsAnIndicator, valuesOf } from './contract.js';
import { averages, closes } from './definitions.js';

const again = (values: readonly number[]): readonly number[] => {
  const all = values.slice(0, 1);
  for (const value of values.slice(1)) all.push((2 / 21) * value + (19 / 21) * (all.at(-1) ?? NaN));
  return all;
};

describe('tema', () => {
  itIsAnIndicator({
    of: () => tema(20),
    definition: (bars) => {
      const once = averages(closes(bars), 20);
      const twice = again(once);
      const [a, b, c] = [once.at(-1), twice.at(-1), again(twice).at(-1)];
      return a === undefined || b === undefined || c === undefined ? undefined : 3 * a - 3 * b + c;
    },
    still: 100,
  });

  it('follows a straight line without falling behind', () => {
    const line = Array.from({ length: 600 }, (_, i) => i);
    expect(valuesOf(tema(20), line).at(-1)).toBeCloseTo(599, 9);
  });
});
