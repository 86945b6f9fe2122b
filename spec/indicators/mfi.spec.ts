import { describe, expect, it } from '@jest/globals';
import { MFI } from 'trading-signals';
import { mfi } from '../../src/indicators/index.js';
import { expectClose, itIsAnIndicator, valuesOf } from './contract.js';
import { pairs, sum, window } from './definitions.js';
import { bar, wandering } from './market.js';

describe('mfi', () => {
  itIsAnIndicator({
    of: () => mfi(14),
    definition: (bars) => {
      const flows = bars.map(({ high, low, close, volume }) => ({
        price: (high + low + close) / 3,
        money: ((high + low + close) / 3) * volume,
      }));
      const last = window(pairs(flows), 14);
      if (last === undefined) return undefined;
      const risen = sum(last.map(([before, { price, money }]) => (price > before.price ? money : 0)));
      const fallen = sum(last.map(([before, { price, money }]) => (price < before.price ? money : 0)));
      return 100 - 100 / (1 + risen / fallen);
    },
    still: undefined,
  });

  it('agrees with trading-signals', () => {
    const peer = new MFI(14);
    const bars = wandering(300);
    const values = valuesOf(mfi(14), bars);
    bars.forEach((candle, i) => expectClose(values[i] ?? null, peer.add(candle)));
  });

  it('is 100 where money only flowed in', () => {
    const rising = Array.from({ length: 5 }, (_, i) => bar(i, { close: 100 + i }));
    expect(valuesOf(mfi(4), rising).at(-1)).toBe(100);
  });
});
