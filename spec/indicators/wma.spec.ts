import { describe, expect, it } from '@jest/globals';
import { WMA } from 'trading-signals';
import { wma } from '../../src/indicators/index.js';
import { expectClose, itIsAnIndicator, valuesOf } from './contract.js';
import { closes, sum, window } from './definitions.js';
import { wandering } from './market.js';

describe('wma', () => {
  itIsAnIndicator({
    of: () => wma(20),
    definition: (bars) => {
      const last = window(closes(bars), 20);
      return last && sum(last.map((close, i) => close * (i + 1))) / 210;
    },
    still: 100,
  });

  it('weighs the newest most', () => {
    expect(valuesOf(wma(3), [1, 2, 4])).toEqual([undefined, undefined, (1 + 4 + 12) / 6]);
  });

  it('agrees with trading-signals', () => {
    const peer = new WMA(20);
    const bars = wandering(300);
    const values = valuesOf(wma(20), bars);
    bars.forEach(({ close }, i) => expectClose(values[i] ?? null, peer.add(close)));
  });
});
