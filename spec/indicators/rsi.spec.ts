import { describe, expect, it } from '@jest/globals';
import { from } from 'rxjs';
import { RSI } from 'trading-signals';
import { rsi } from '../../src/indicators/index.js';
import { expectClose, itIsAnIndicator, valuesOf } from './contract.js';
import { closes, strengths } from './definitions.js';
import { wandering } from './market.js';
import { expectPublished } from './published.js';

/** StockCharts' worksheet of the index: closes, and the index of 14 from the 15th on. */
const CLOSES = [
  44.3389, 44.0902, 44.1497, 43.6124, 44.3278, 44.8264, 45.0955, 45.4245, 45.8433, 46.0826, 45.8931, 46.0328, 45.614,
  46.282, 46.282, 46.0028, 46.0328, 46.4116, 46.2222, 45.6439, 46.2122, 46.2521, 45.7137, 46.4515, 45.7835, 45.3548,
  44.0288, 44.1783, 44.2181, 44.5672, 43.4205, 42.6628, 43.1314,
];
const STRENGTHS = [
  70.53, 66.32, 66.55, 69.41, 66.36, 57.97, 62.93, 63.26, 56.06, 62.38, 54.71, 50.42, 39.99, 41.46, 41.87, 45.46, 37.3,
  33.08, 37.77,
];

describe('rsi', () => {
  itIsAnIndicator({
    of: () => rsi(14),
    definition: (bars) => strengths(closes(bars), 14).at(-1),
    still: undefined,
  });

  it('equals the published results', () => expectPublished('rsi', rsi(14), { rsi: (value) => value }));

  it("equals the published worksheet, to the worksheet's two digits", () => {
    const strengths: string[] = [];
    from(CLOSES)
      .pipe(rsi(14))
      .subscribe((value) => strengths.push(value.toFixed(2)));
    expect(strengths).toEqual(STRENGTHS.map((value) => value.toFixed(2)));
  });

  it('agrees with trading-signals', () => {
    const peer = new RSI(14);
    const bars = wandering(300);
    const values = valuesOf(rsi(14), bars);
    bars.forEach(({ close }, i) => expectClose(values[i] ?? null, peer.add(close)));
  });

  it('is 100 while nothing but gains are known, 0 while nothing but losses', () => {
    expect(valuesOf(rsi(2), [1, 2, 3, 4])).toEqual([undefined, undefined, 100, 100]);
    expect(valuesOf(rsi(2), [4, 3, 2, 1])).toEqual([undefined, undefined, 0, 0]);
  });
});
