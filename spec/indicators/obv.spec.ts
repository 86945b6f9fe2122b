import { describe, expect, it } from '@jest/globals';
import { obv } from '../../src/indicators/index.js';
import { itIsAnIndicator, valuesOf } from './contract.js';
import { pairs, sum } from './definitions.js';
import { bar } from './market.js';

describe('obv', () => {
  itIsAnIndicator({
    of: () => obv(),
    definition: (bars) =>
      bars.length === 0
        ? undefined
        : sum(pairs(bars).map(([last, { close, volume }]) => Math.sign(close - last.close) * volume)),
    still: 0,
  });

  it('adds volumes of rises, takes off those of falls, and passes over the rest', () => {
    const bars = [100, 101, 101, 99, 100].map((close, i) => bar(i, { close, volume: 10 ** i }));
    expect(valuesOf(obv(), bars)).toEqual([0, 10, 10, 10 - 1_000, 10 - 1_000 + 10_000]);
  });

  it('loses no small volume beside a large one', () => {
    const bars = [1, 2, 3, 4, 3].map((close, i) => bar(i, { close, volume: i === 1 || i === 4 ? 1e17 : 1 }));
    expect(valuesOf(obv(), bars).at(-1)).toBe(2);
  });
});
