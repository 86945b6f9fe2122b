import { describe, it } from '@jest/globals';
import { BollingerBands } from 'trading-signals';
import { bollingerBands } from '../../src/indicators/index.js';
import { expectClose, itIsAnIndicator, valuesOf } from './contract.js';
import { closes, deviation, mean, window } from './definitions.js';
import { wandering } from './market.js';
import { expectPublished } from './published.js';

describe('bollingerBands', () => {
  itIsAnIndicator({
    of: () => bollingerBands(20, 2),
    definition: (bars) => {
      const last = window(closes(bars), 20);
      if (last === undefined) return undefined;
      const middle = mean(last);
      const reach = 2 * deviation(last);
      return {
        upper: middle + reach,
        middle,
        lower: middle - reach,
        percentB: ((last.at(-1) ?? NaN) - (middle - reach)) / (2 * reach),
        width: (2 * reach) / middle,
      };
    },
    still: { upper: 100, middle: 100, lower: 100, percentB: undefined, width: 0 },
  });

  it('equals the published results', () =>
    expectPublished('bb', bollingerBands(20, 2), {
      sma: ({ middle }) => middle,
      upperBand: ({ upper }) => upper,
      lowerBand: ({ lower }) => lower,
      percentB: ({ percentB }) => percentB,
      width: ({ width }) => width,
    }));

  it('agrees with trading-signals', () => {
    const peer = new BollingerBands(20, 2);
    const bars = wandering(300);
    const values = valuesOf(bollingerBands(20, 2), bars);
    bars.forEach(({ close }, i) => {
      const value = values[i];
      expectClose(value ? { upper: value.upper, middle: value.middle, lower: value.lower } : null, peer.add(close));
    });
  });

  it('keeps its digits where the price is large and hardly moves', () => {
    const prices = Array.from({ length: 20 }, (_, i) => 1e12 + (i % 2));
    const value = valuesOf(bollingerBands(20, 1), prices).at(-1);
    expectClose(value && value.upper - value.middle, 0.5);
  });
});
