import { describe, expect, it } from '@jest/globals';
import { lowest } from '../../src/indicators/index.js';
import { itIsAnIndicator, valuesOf } from './contract.js';
import { closes, window } from './definitions.js';
import { bar } from './market.js';

describe('lowest', () => {
  itIsAnIndicator({
    of: () => lowest(20),
    definition: (bars) => {
      const last = window(closes(bars), 20);
      return last && Math.min(...last);
    },
    still: 100,
  });

  it('looks at what is picked', () => {
    const bars = [bar(0, { low: 97 }), bar(1, { low: 98 }), bar(2, { low: 99 })];
    expect(
      valuesOf(
        lowest(2, ({ low }) => low),
        bars,
      ),
    ).toEqual([undefined, 97, 98]);
  });
});
