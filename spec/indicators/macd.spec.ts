import { describe, expect, it } from '@jest/globals';
import { macd } from '../../src/indicators/index.js';
import { itIsAnIndicator } from './contract.js';
import { averages, closes } from './definitions.js';
import { expectPublished } from './published.js';

describe('macd', () => {
  itIsAnIndicator({
    of: () => macd(),
    definition: (bars) => {
      const slow = averages(closes(bars), 26);
      const fast = averages(closes(bars), 12).slice(14);
      const lines = slow.map((value, i) => (fast[i] ?? NaN) - value);
      const [line, signal] = [lines.at(-1), averages(lines, 9).at(-1)];
      return line === undefined || signal === undefined ? undefined : { macd: line, signal, histogram: line - signal };
    },
    still: { macd: 0, signal: 0, histogram: 0 },
  });

  it('equals the published results', () =>
    expectPublished('macd', macd(), {
      macd: (value) => value.macd,
      signal: ({ signal }) => signal,
      histogram: ({ histogram }) => histogram,
    }));

  it('waits for the longer average, whichever it is', () => {
    expect(macd(26, 12, 9).warmUp).toBe(34);
  });
});
