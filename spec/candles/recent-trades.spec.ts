import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RecentTrades } from '../../src/candles/recent-trades.js';
import { trade } from '../events.js';

const at = (id: number, timestamp = id) => trade({ id: String(id), timestamp });

describe('the trades seen lately', () => {
  it('know a trade by its id, in whatever order they come', () => {
    const recent = new RecentTrades();
    expect([at(5), at(3), at(5), at(4), at(3)].map((each) => recent.add(each))).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
  });

  it('take what is too old to be known for seen', () => {
    const recent = new RecentTrades();
    for (let id = 1; id <= 4_196; id += 1) recent.add(at(id));
    expect([recent.add(at(100)), recent.add(at(9_999, 100)), recent.add(at(9_999, 101))]).toEqual([false, false, true]);
  });

  it('never let a trade pass twice', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(6_000), { maxLength: 500 }), (ids) => {
        const recent = new RecentTrades();
        const passed = [...Array(4_000).keys(), ...ids].filter((id) => recent.add(at(id)));
        expect(new Set(passed).size).toBe(passed.length);
      }),
      { numRuns: 20 },
    );
  });
});
