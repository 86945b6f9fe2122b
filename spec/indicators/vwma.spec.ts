import { describe, expect, it } from '@jest/globals';
import { VWMA } from 'trading-signals';
import { vwma } from '../../src/indicators/index.js';
import { expectClose, itIsAnIndicator, valuesOf } from './contract.js';
import { sum, window } from './definitions.js';
import { bar, wandering } from './market.js';

describe('vwma', () => {
  itIsAnIndicator({
    of: () => vwma(20),
    definition: (bars) => {
      const last = window(bars, 20);
      return last && sum(last.map(({ close, volume }) => close * volume)) / sum(last.map(({ volume }) => volume));
    },
    still: 100,
  });

  it('agrees with trading-signals', () => {
    const peer = new VWMA(20);
    const bars = wandering(300);
    const values = valuesOf(vwma(20), bars);
    bars.forEach((candle, i) => expectClose(values[i] ?? null, peer.add(candle)));
  });

  it('has no answer where nothing was traded', () => {
    const bars = [bar(0), bar(1, { volume: 0 }), bar(2, { volume: 0 })];
    expect(valuesOf(vwma(2), bars)).toEqual([undefined, 100, undefined]);
  });
});
