import { describe, it } from '@jest/globals';
import { WilliamsR } from 'trading-signals';
import { williamsR } from '../../src/indicators/index.js';
import { expectClose, itIsAnIndicator, valuesOf } from './contract.js';
import { window } from './definitions.js';
import { wandering } from './market.js';

describe('williamsR', () => {
  itIsAnIndicator({
    of: () => williamsR(14),
    definition: (bars) => {
      const last = window(bars, 14);
      if (last === undefined) return undefined;
      const top = Math.max(...last.map(({ high }) => high));
      const bottom = Math.min(...last.map(({ low }) => low));
      return (-100 * (top - (last.at(-1)?.close ?? NaN))) / (top - bottom);
    },
    still: undefined,
  });

  it('agrees with trading-signals', () => {
    const peer = new WilliamsR(14);
    const bars = wandering(300);
    const values = valuesOf(williamsR(14), bars);
    bars.forEach((candle, i) => expectClose(values[i] ?? null, peer.add(candle)));
  });
});
