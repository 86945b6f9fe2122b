import { describe, expect, it } from '@jest/globals';
import { ema } from '../../src/indicators/index.js';
import { itIsAnIndicator, valuesOf } from './contract.js';
import { averages, closes } from './definitions.js';
import { expectPublished } from './published.js';

/** StockCharts' worksheet: closes, and the average of 10 from the 10th on. */
const CLOSES = [
  22.27, 22.19, 22.08, 22.17, 22.18, 22.13, 22.23, 22.43, 22.24, 22.29, 22.15, 22.39, 22.38, 22.61, 23.36, 24.05, 23.75,
  23.83, 23.95, 23.63,
];
const AVERAGES = ['22.22', '22.21', '22.24', '22.27', '22.33', '22.52', '22.80', '22.97', '23.13', '23.28', '23.34'];

describe('ema', () => {
  itIsAnIndicator({ of: () => ema(20), definition: (bars) => averages(closes(bars), 20).at(-1), still: 100 });

  it('equals the published results', () => expectPublished('ema', ema(20), { ema: (value) => value }));

  it("equals the published worksheet, to the worksheet's two digits", () => {
    expect(valuesOf(ema(10), CLOSES).flatMap((value) => value?.toFixed(2) ?? [])).toEqual(AVERAGES);
  });
});
