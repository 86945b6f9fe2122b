import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inStep, onGrid, together } from '../../src/routing/grid.js';

describe('onGrid', () => {
  it('moves a moment on to the next step of at most the coarseness', () => {
    expect(onGrid(5_500, 1_375)).toBe(6_144);
    expect(onGrid(6_144, 1_375)).toBe(6_144);
    expect(onGrid(6_145, 1_024)).toBe(7_168);
  });

  it('leaves whole milliseconds where they are when it is that fine', () => {
    expect(onGrid(17, 1.9)).toBe(17);
    expect(onGrid(17, 0)).toBe(17);
  });

  it('keeps what never was', () => {
    expect(onGrid(-Infinity, 256)).toBe(-Infinity);
  });

  it('has every moment of a coarse grid on each finer one', () => {
    fc.assert(
      fc.property(
        fc.nat(2 ** 40),
        fc.integer({ min: 1, max: 60_000 }),
        fc.integer({ min: 1, max: 60_000 }),
        (at, a, b) => {
          const coarse = onGrid(at, Math.max(a, b));
          expect(onGrid(coarse, Math.min(a, b))).toBe(coarse);
        },
      ),
    );
  });
});

describe('together', () => {
  it('waits as long as asked, and at most 1.6 times as long', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 41), fc.integer({ min: 1, max: 100_000 }), (now, wait) => {
        const delay = together(now, wait);
        expect(delay).toBeGreaterThanOrEqual(wait);
        expect(delay).toBeLessThanOrEqual(1.6 * wait);
      }),
    );
  });

  it('lets 200 that begin at any time wait for a few moments only', () => {
    const moments = new Set(Array.from({ length: 200 }, (_, i) => 7 * i + together(7 * i, 60_000)));
    expect(moments.size).toBeLessThanOrEqual(2);
  });
});

describe('inStep', () => {
  it('brings all who begin at any time to the same moments', () => {
    const moments = new Set(Array.from({ length: 500 }, (_, i) => i + inStep(i, 400)));
    expect([...moments]).toEqual([512, 1_024]);
  });

  it('waits a quarter of the step at least, and one and a quarter at most', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 41), fc.integer({ min: 1, max: 100_000 }), (now, every) => {
        const step = 2 ** Math.round(Math.log2(every));
        const wait = inStep(now, every);
        expect(wait).toBeGreaterThanOrEqual(step / 4);
        expect(wait).toBeLessThanOrEqual(1.25 * step);
      }),
    );
  });
});
