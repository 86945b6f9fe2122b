import { describe, expect, it } from '@jest/globals';
import { Doubling } from '../../src/routing/doubling.js';

describe('Doubling', () => {
  it('doubles from the first amount to the most', () => {
    const wait = new Doubling({ first: 5, most: 30 });
    expect([1, 2, 3, 4, 5].map((now) => wait.next(now))).toEqual([5, 10, 20, 30, 30]);
  });

  it('starts again when it is told to', () => {
    const wait = new Doubling({ first: 5, most: 30 });
    wait.next(1);
    wait.next(2);
    wait.reset();
    expect(wait.next(3)).toBe(5);
  });

  it('starts again when its memory has passed since the last time', () => {
    const wait = new Doubling({ first: 5, most: 30, memory: 100 });
    expect([0, 99, 198, 298].map((now) => wait.next(now))).toEqual([5, 10, 20, 5]);
  });

  it('goes on doubling when the clock is set back', () => {
    const wait = new Doubling({ first: 5, most: 30, memory: 100 });
    expect([1_000, 10].map((now) => wait.next(now))).toEqual([5, 10]);
  });
});
