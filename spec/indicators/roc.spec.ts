import { describe, expect, it } from '@jest/globals';
import { ROC } from 'trading-signals';
import { roc } from '../../src/indicators/index.js';
import { expectClose, itIsAnIndicator, valuesOf } from './contract.js';
import { closes } from './definitions.js';
import { wandering } from './market.js';

describe('roc', () => {
  itIsAnIndicator({
    of: () => roc(14),
    definition: (bars) => {
      const [last, past] = [closes(bars).at(-1), closes(bars).at(-15)];
      return last === undefined || past === undefined ? undefined : (last / past - 1) * 100;
    },
    still: 0,
  });

  it('agrees with trading-signals, which gives fractions', () => {
    const peer = new ROC(14);
    const bars = wandering(300);
    const values = valuesOf(roc(14), bars);
    bars.forEach(({ close }, i) => {
      const fraction = peer.add(close);
      expectClose(values[i] ?? null, fraction === null ? null : fraction * 100);
    });
  });

  it('has no answer from zero', () => {
    expect(valuesOf(roc(1), [0, 1, 2])).toEqual([undefined, undefined, 100]);
  });
});
