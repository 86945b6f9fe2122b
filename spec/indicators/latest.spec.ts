import { describe, expect, it } from '@jest/globals';
import { latest } from '../../src/indicators/index.js';
import { valuesOf } from './contract.js';
import { bar } from './market.js';

describe('latest', () => {
  it('is the close of a candle, and a number itself', () => {
    expect(valuesOf(latest(), [bar(0, { close: 3 }), 5])).toEqual([3, 5]);
  });

  it('is what is picked', () => {
    const candle = bar(0);
    expect(
      valuesOf(
        latest((input) => input),
        [candle],
      ),
    ).toEqual([candle]);
    expect(latest().warmUp).toBe(1);
  });
});
