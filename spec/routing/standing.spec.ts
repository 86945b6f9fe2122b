import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Standing } from '../../src/routing/standing.js';

/** A stream that has spoken after each of these times, ms, one after the other, and when it last did. */
const spoken = (...gaps: readonly number[]): { standing: Standing; now: number } => {
  const standing = new Standing();
  let now = 0;
  for (const gap of gaps) standing.heard((now += gap));
  return { standing, now };
};
const steady = (gap: number, count = 300): number[] => Array.from({ length: count }, () => gap);
/** How long its silence is trusted from its last word on, ms. */
const patience = ({ standing, now }: { standing: Standing; now: number }): number => standing.trustLeft(now);

describe('Standing', () => {
  it('trusts nothing before the stream has spoken', () => {
    const standing = new Standing();
    expect([standing.isTrusted(5), standing.trustLeft(5), standing.heardAt]).toEqual([false, 0, -Infinity]);
  });

  it('gives a stream it does not know some seconds', () => {
    expect(patience(spoken(0))).toBeGreaterThanOrEqual(3_500);
    expect(patience(spoken(0))).toBeLessThanOrEqual(4_400);
  });

  it('suspects a steady stream after a few of its intervals', () => {
    expect(patience(spoken(...steady(1_000)))).toBeGreaterThanOrEqual(3_500);
    expect(patience(spoken(...steady(1_000)))).toBeLessThanOrEqual(4_400);
  });

  it('never suspects anybody within 400 ms, however fast', () => {
    expect(patience(spoken(...steady(1)))).toBeGreaterThanOrEqual(400);
    expect(patience(spoken(...steady(0)))).toBeGreaterThanOrEqual(400);
    expect(patience(spoken(...steady(1)))).toBeLessThanOrEqual(656);
  });

  it('suspects the rarest speaker within 25 s', () => {
    expect(patience(spoken(...steady(3_600_000)))).toBeGreaterThanOrEqual(20_000);
    expect(patience(spoken(...steady(3_600_000)))).toBeLessThanOrEqual(25_000);
  });

  it('knows a stream that speaks in bursts by the longest of its pauses, of late', () => {
    const burst = [...steady(10, 10), 8_000];
    const bursty = spoken(...burst, ...burst, ...burst, ...steady(10, 5));
    expect(patience(bursty)).toBeGreaterThanOrEqual(8_000);
    for (let i = 0; i < 200; i += 1) bursty.standing.heard((bursty.now += 10));
    expect(patience(bursty)).toBeLessThanOrEqual(1_000);
  });

  it('gets to know a stream that becomes faster, and one that becomes slower', () => {
    expect(patience(spoken(...steady(10_000), ...steady(100, 120)))).toBeLessThan(2_000);
    expect(patience(spoken(...steady(100), ...steady(10_000, 20)))).toBeGreaterThan(20_000);
  });

  it('trusts a silence that was looked at twice as long each time, up to 25 s', () => {
    const it = spoken(0);
    const lengths: number[] = [];
    for (let i = 0; i < 9; i += 1) {
      it.now += it.standing.trustLeft(it.now);
      expect(it.standing.isTrusted(it.now)).toBe(false);
      it.standing.quiet(it.now);
      expect(it.standing.isTrusted(it.now)).toBe(true);
      lengths.push(it.standing.trustLeft(it.now));
    }
    expect(lengths[0]).toBeGreaterThanOrEqual(7_000);
    expect(lengths[1]).toBeGreaterThanOrEqual(14_000);
    expect(lengths.slice(-3).every((length) => length >= 20_000 && length <= 25_000)).toBe(true);
  });

  it('judges by the habit again once a quiet stream speaks', () => {
    const it = spoken(...steady(100));
    it.now += 1_000;
    it.standing.quiet(it.now);
    it.standing.quiet(it.now);
    it.standing.heard((it.now += 100));
    expect(patience(it)).toBeLessThan(3_000);
  });

  it('trusts nothing of a stream that is lost, until it speaks; the time lost is no habit', () => {
    const it = spoken(...steady(100));
    const before = patience(it);
    it.standing.lost();
    expect([it.standing.isTrusted(it.now), it.standing.heardAt]).toEqual([false, -Infinity]);
    it.now += 3_600_000;
    it.standing.heard(it.now);
    expect(it.standing.isTrusted(it.now)).toBe(true);
    expect(patience(it)).toBeLessThanOrEqual(before + 256);
  });

  it('trusts nothing it heard later than now: the clock was set back', () => {
    const it = spoken(...steady(100));
    expect(it.standing.isTrusted(it.now - 1)).toBe(false);
    expect(it.standing.trustLeft(it.now - 3_600_000)).toBe(0);
  });

  it('trusts again what was looked at after the clock was set back', () => {
    const it = spoken(...steady(100));
    it.standing.quiet(it.now - 3_600_000);
    expect(it.standing.isTrusted(it.now - 3_600_000)).toBe(true);
    expect(it.standing.trustLeft(it.now - 3_600_000)).toBeLessThan(3_000);
  });

  it('does not wait for the time a long trust was set back by', () => {
    const it = spoken(0);
    it.standing.quiet(4_000_000);
    expect(it.standing.trustLeft(100_000)).toBe(0);
  });

  it('takes a clock that was set for no habit of the stream', () => {
    const back = spoken(...steady(100));
    back.standing.heard(back.now - 3_600_000);
    expect(back.standing.trustLeft(back.now - 3_600_000)).toBeLessThan(2_000);
    const forth = spoken(...steady(100));
    forth.now += 3_600_000;
    for (const gap of [0, ...steady(100, 150)]) forth.standing.heard((forth.now += gap));
    expect(patience(forth)).toBeLessThan(2_000);
  });

  it('lets the trust in many streams end at few moments', () => {
    const ends = new Set(
      Array.from({ length: 200 }, (_, i) => {
        const { standing, now } = spoken(20 * i);
        return now + standing.trustLeft(now);
      }),
    );
    expect(ends.size).toBeLessThanOrEqual(9);
  });

  it('keeps its bounds whatever happens', () => {
    const act = fc.oneof(
      fc.record({ do: fc.constant('heard' as const), by: fc.integer({ min: -5_000_000, max: 5_000_000 }) }),
      fc.record({ do: fc.constant('quiet' as const), by: fc.integer({ min: -5_000_000, max: 5_000_000 }) }),
      fc.record({ do: fc.constant('lost' as const), by: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), fc.integer(), (acts, offset) => {
        const standing = new Standing();
        let now = 1e12;
        for (const each of acts) {
          now += each.by;
          if (each.do === 'lost') standing.lost();
          else standing[each.do](now);
        }
        for (const at of [now, now + offset]) {
          const left = standing.trustLeft(at);
          expect(left).toBeGreaterThanOrEqual(0);
          expect(left).toBeLessThanOrEqual(25_000);
          expect(standing.isTrusted(at)).toBe(left > 0);
        }
      }),
    );
  });
});
