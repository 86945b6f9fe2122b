import { describe, expect, it } from '@jest/globals';
import { isBefore } from '../../src/candles/trade-order.js';
import { trade } from '../events.js';

const at = (timestamp: number, id: string) => trade({ timestamp, id });

describe('the order of trades', () => {
  it('is that of time and, within one millisecond, of ids as numbers beyond what a number holds', () => {
    expect(isBefore(at(1, '9'), at(2, '1'))).toBe(true);
    expect(isBefore(at(1, '9'), at(1, '10'))).toBe(true);
    expect(isBefore(at(1, '17883351803770003'), at(1, '17883351803770004'))).toBe(true);
    expect(isBefore(at(1, '17883351803770004'), at(1, '17883351803770003'))).toBe(false);
    expect(isBefore(at(1, '1'), at(1, '1'))).toBe(false);
  });
});
