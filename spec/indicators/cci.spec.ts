import { describe, expect, it } from '@jest/globals';
import { CCI } from 'trading-signals';
import { cci } from '../../src/indicators/index.js';
import { expectClose, itIsAnIndicator, valuesOf } from './contract.js';
import { mean, typicals, window } from './definitions.js';
import { bar, wandering } from './market.js';

describe('cci', () => {
  itIsAnIndicator({
    of: () => cci(20),
    definition: (bars) => {
      const last = window(typicals(bars), 20);
      if (last === undefined) return undefined;
      const middle = mean(last);
      return ((last.at(-1) ?? NaN) - middle) / (0.015 * mean(last.map((price) => Math.abs(price - middle))));
    },
    still: undefined,
  });

  it('agrees with trading-signals', () => {
    const peer = new CCI(20);
    const bars = wandering(300);
    const values = valuesOf(cci(20), bars);
    bars.forEach((candle, i) => expectClose(values[i] ?? null, peer.add(candle)));
  });

  it('says nothing of equal prices whose mean is rounded', () => {
    const equal = Array.from({ length: 30 }, (_, i) => bar(i, { high: 0.1, low: 0.1, close: 0.1 }));
    expect(valuesOf(cci(7), equal).filter((value) => value !== undefined)).toEqual([]);
  });
});
