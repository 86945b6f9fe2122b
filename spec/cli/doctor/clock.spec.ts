import { describe, expect, it } from '@jest/globals';
import { judgeClock, narrowByEvent, skewByDate } from '../../../src/cli/doctor/clock.js';

/** A reply whose header was written at `exchange`, sent and received at those times of this machine. */
const reply = (exchange: number, sentAt: number, receivedAt: number) => ({
  date: Math.floor(exchange / 1_000) * 1_000,
  sentAt,
  receivedAt,
});

describe('skewByDate', () => {
  it.each([0, 400, 999])('includes no difference at all when there is none, %d ms into the second', (into) => {
    const skew = skewByDate(reply(10_000 + into, 9_990 + into, 10_010 + into));
    expect(skew?.least).toBeLessThanOrEqual(0);
    expect(skew?.most).toBeGreaterThanOrEqual(0);
    expect(judgeClock(skew).ok).toBe(true);
  });

  it.each([
    [5_000, 'this machine is ahead of the exchange by'],
    [-5_000, 'this machine is behind the exchange by'],
  ])('finds a clock that is %d ms off', (off, words) => {
    const finding = judgeClock(skewByDate(reply(100_500, 100_490 + off, 100_510 + off)));
    expect(finding.ok).toBe(false);
    expect(finding.words).toContain(words);
  });

  it('finds nothing without a header', () => {
    expect(skewByDate({ date: undefined, sentAt: 1, receivedAt: 2 })).toBeUndefined();
    expect(judgeClock(undefined).ok).toBe(false);
  });
});

describe('narrowByEvent', () => {
  it('knows a clock to be behind that received an event before it happened', () => {
    const skew = narrowByEvent({ least: -2_000, most: 10 }, { timestamp: 5_000, receivedAt: 3_500 });
    expect(skew).toEqual({ least: -2_000, most: -1_500 });
    expect(judgeClock(skew).words).toContain('behind the exchange by 1.5 s');
  });

  it('learns nothing from an event of long ago', () => {
    const skew = { least: -100, most: 900 };
    expect(narrowByEvent(skew, { timestamp: 0, receivedAt: 50_000 })).toEqual(skew);
  });
});
