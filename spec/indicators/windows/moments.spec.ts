import { describe, expect, it } from '@jest/globals';
import { expectClose } from '../contract.js';
import { regression, spread } from '../../../src/indicators/windows/moments.js';

describe('spread', () => {
  it('is mean and population deviation of the window, with the last number', () => {
    let state = spread(8);
    for (const value of [100, 2, 4, 4, 4, 5, 5, 7, 9]) state = state.next(value);
    expectClose(state.value, { mean: 5, deviation: 2, above: 4 });
  });

  it('finds a deviation a millionth of a millionth as large as the numbers', () => {
    let state = spread(4);
    for (const value of [1e12 - 1, 1e12 + 1, 1e12 - 1, 1e12 + 1]) state = state.next(value);
    expectClose(state.value?.deviation, 1);
  });

  it('is exactly nothing while all are the same', () => {
    let state = spread(7);
    for (let i = 0; i < 50; i += 1) state = state.next(0.1);
    expect(state.value?.deviation).toBe(0);
  });
});

describe('regression', () => {
  it('finds the slope of a line, wherever it lies', () => {
    let state = regression(5);
    for (let i = 0; i < 23; i += 1) state = state.next(1e12 + 0.25 * i);
    expectClose(state.value, 0.25);
  });
});
