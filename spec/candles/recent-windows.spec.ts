import { describe, expect, it } from '@jest/globals';
import { RecentWindows } from '../../src/candles/recent-windows.js';

describe('recent windows', () => {
  it('keep the newest, in whatever order they come', () => {
    const windows = new RecentWindows<string>(2);
    expect([windows.set(20, 'b'), windows.set(10, 'a'), windows.set(10, 'A')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(windows.set(30, 'c')).toBe('A');
    expect([windows.get(10), windows.get(20), windows.get(30), windows.size]).toEqual([undefined, 'b', 'c', 2]);
  });

  it('know what is too old to be known', () => {
    const windows = new RecentWindows<string>(1);
    expect(windows.isForgotten(-100)).toBe(false);
    windows.set(20, 'b');
    expect(windows.set(10, 'a')).toBe('a');
    expect([5, 10, 15, 20].map((openTime) => windows.isForgotten(openTime))).toEqual([true, true, false, false]);
  });
});
