import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { callsFor, nextPage } from '../../../src/store/backfill/pages.js';
import { union, without, type TimeRange } from '../../../src/store/time-range.js';
import { MINUTE, span } from '../rows.js';

describe('nextPage', () => {
  it.each([
    ['nothing', [], undefined],
    ['less than a page', [span(0, 5)], span(0, 5)],
    ['the newest page of a long gap', [span(0, 50)], span(40, 50)],
    ['several gaps near each other', [span(0, 1), span(21, 22), span(24, 26), span(29, 30)], span(21, 30)],
    ['a part of an older gap', [span(0, 22), span(29, 30)], span(20, 30)],
  ])('asks for %s', (_, missing, expected) => {
    expect(nextPage(missing, '1m', 10)).toEqual(expected);
  });

  it('counts months by the calendar', () => {
    const missing = [{ from: Date.UTC(2024, 0, 1), to: Date.UTC(2026, 0, 1) }];
    expect(nextPage(missing, '1M', 12)).toEqual({ from: Date.UTC(2025, 0, 1), to: Date.UTC(2026, 0, 1) });
    expect(callsFor(missing, '1M', 12)).toBe(2);
  });
});

describe('callsFor', () => {
  it('is 2,628 for a year of minutes', () => {
    const year = { from: Date.UTC(2025, 0, 1), to: Date.UTC(2026, 0, 1) };
    expect(callsFor([year], '1m', 200)).toBe(2_628);
  });

  it('is the number of pages asked for one after the other', () => {
    const gap = fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 60 }));
    fc.assert(
      fc.property(fc.array(gap, { maxLength: 8 }), fc.integer({ min: 1, max: 20 }), (gaps, size) => {
        const missing = union(gaps.map(([from, length]) => span(from, from + length)));
        let left: readonly TimeRange[] = missing;
        let pages = 0;
        for (let page = nextPage(left, '1m', size); page !== undefined; page = nextPage(left, '1m', size)) {
          expect((page.to - page.from) / MINUTE).toBeLessThanOrEqual(size);
          left = without(left, [page]);
          pages += 1;
        }
        expect(callsFor(missing, '1m', size)).toBe(pages);
      }),
    );
  });
});
