import { describe, expect, it } from '@jest/globals';
import { RecentWindows } from '../../src/candles/recent-windows.js';

describe('recent windows', () => {
  it('keep the newest, in whatever order they come', () => {
    const windows = new RecentWindows<string>(2);
    for (const [openTime, value] of [
      [20, 'b'],
      [10, 'a'],
      [10, 'A'],
      [30, 'c'],
    ] as const)
      windows.set(openTime, value);
    expect([windows.get(10), windows.get(20), windows.get(30), windows.size]).toEqual([undefined, 'b', 'c', 2]);
  });

  it('know what is too old to be known', () => {
    const windows = new RecentWindows<string>(1);
    expect(windows.isForgotten(-100)).toBe(false);
    windows.set(20, 'b');
    windows.set(10, 'a');
    expect([5, 10, 15, 20].map((openTime) => windows.isForgotten(openTime))).toEqual([true, true, false, false]);
  });
});
