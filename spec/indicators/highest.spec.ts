import { describe, expect, it } from '@jest/globals';
import { highest } from '../../src/indicators/index.js';
import { itIsAnIndicator, valuesOf } from './contract.js';
import { closes, window } from './definitions.js';
import { bar } from './market.js';

describe('highest', () => {
  itIsAnIndicator({
    of: () => highest(20),
    definition: (bars) => {
      const last = window(closes(bars), 20);
      return last && Math.max(...last);
    },
    still: 100,
  });

  it('looks at what is picked', () => {
    const bars = [bar(0, { high: 103 }), bar(1, { high: 102 }), bar(2, { high: 101 })];
    expect(
      valuesOf(
        highest(2, ({ high }) => high),
        bars,
      ),
    ).toEqual([undefined, 103, 102]);
  });
});
