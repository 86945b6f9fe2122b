import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { INTERVALS, closeTime, isMadeOf, openTimeOf, parseInterval, type Interval } from '../../src/model/interval.js';

const utc = (text: string): number => Date.parse(text);

describe('parseInterval', () => {
  it.each(INTERVALS)('knows %s', (interval) => {
    expect(parseInterval(interval)).toBe(interval);
  });

  it("takes Upbit's names of the hours", () => {
    expect(parseInterval('60m')).toBe('1h');
    expect(parseInterval('240m')).toBe('4h');
  });

  it('tells a month from a minute by the capital letter', () => {
    expect(parseInterval('1M')).toBe('1M');
    expect(parseInterval('1m')).toBe('1m');
  });

  it.each(['', '2m', '120m', '1H', '1D', ' 1m', '1m ', 'm', 'toString', 'constructor', '__proto__'])(
    'knows no interval %j',
    (text) => {
      expect(parseInterval(text)).toBeUndefined();
    },
  );
});

describe('closeTime', () => {
  it.each([
    ['1s', '2026-09-01T00:00:00Z', '2026-09-01T00:00:01Z'],
    ['1m', '2026-12-31T23:59:00Z', '2027-01-01T00:00:00Z'],
    ['3m', '2026-09-01T00:03:00Z', '2026-09-01T00:06:00Z'],
    ['5m', '2026-09-01T00:05:00Z', '2026-09-01T00:10:00Z'],
    ['10m', '2026-09-01T00:10:00Z', '2026-09-01T00:20:00Z'],
    ['15m', '2026-09-01T00:45:00Z', '2026-09-01T01:00:00Z'],
    ['30m', '2026-09-01T00:30:00Z', '2026-09-01T01:00:00Z'],
    ['1h', '2026-09-01T23:00:00Z', '2026-09-02T00:00:00Z'],
    ['4h', '2026-09-01T20:00:00Z', '2026-09-02T00:00:00Z'],
    ['1d', '2024-02-28T00:00:00Z', '2024-02-29T00:00:00Z'],
    ['1w', '2026-12-28T00:00:00Z', '2027-01-04T00:00:00Z'],
    ['1M', '2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'],
    ['1M', '2024-02-01T00:00:00Z', '2024-03-01T00:00:00Z'],
    ['1M', '2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z'],
    ['1y', '2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z'],
    ['1y', '2024-01-01T00:00:00Z', '2025-01-01T00:00:00Z'],
  ] as const)('closes the %s candle of %s at %s', (interval, open, close) => {
    expect(new Date(closeTime(interval, utc(open)))).toEqual(new Date(close));
  });

  it('closes a candle where the next one opens, month after month', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2017, max: 2060 }), fc.integer({ min: 0, max: 11 }), (year, month) => {
        const open = Date.UTC(year, month, 1);
        const close = closeTime('1M', open);
        return close === Date.UTC(year, month + 1, 1) && (close - open) / 86_400_000 >= 28;
      }),
      { numRuns: 200 },
    );
  });
});

describe('openTimeOf', () => {
  it.each([
    ['1m', '2026-12-31T23:59:59.999Z', '2026-12-31T23:59:00Z'],
    ['4h', '2026-09-01T03:59:59Z', '2026-09-01T00:00:00Z'],
    ['1d', '2024-02-29T12:00:00Z', '2024-02-29T00:00:00Z'],
    ['1w', '2027-01-03T23:59:59Z', '2026-12-28T00:00:00Z'],
    ['1w', '1969-12-31T00:00:00Z', '1969-12-29T00:00:00Z'],
    ['1M', '2024-02-29T12:00:00Z', '2024-02-01T00:00:00Z'],
    ['1y', '2024-12-31T12:00:00Z', '2024-01-01T00:00:00Z'],
  ] as const)('opens the %s candle of %s at %s', (interval, time, open) => {
    expect(new Date(openTimeOf(interval, utc(time)))).toEqual(new Date(open));
  });

  it('places every instant between the open and the close of its candle', () => {
    fc.assert(
      fc.property(fc.constantFrom(...INTERVALS), fc.integer({ min: 0, max: Date.UTC(2060, 0) }), (interval, time) => {
        const open = openTimeOf(interval, time);
        expect(open).toBeLessThanOrEqual(time);
        expect(closeTime(interval, open)).toBeGreaterThan(time);
        expect(openTimeOf(interval, closeTime(interval, open))).toBe(closeTime(interval, open));
      }),
    );
  });
});

describe('isMadeOf', () => {
  const lowerOf = (higher: Interval) => INTERVALS.filter((lower) => isMadeOf(higher, lower)).join(' ');

  it.each([
    ['1s', ''],
    ['1m', '1s'],
    ['3m', '1s 1m'],
    ['5m', '1s 1m'],
    ['10m', '1s 1m 5m'],
    ['15m', '1s 1m 3m 5m'],
    ['30m', '1s 1m 3m 5m 10m 15m'],
    ['1h', '1s 1m 3m 5m 10m 15m 30m'],
    ['4h', '1s 1m 3m 5m 10m 15m 30m 1h'],
    ['1d', '1s 1m 3m 5m 10m 15m 30m 1h 4h'],
    ['1w', '1s 1m 3m 5m 10m 15m 30m 1h 4h 1d'],
    ['1M', '1s 1m 3m 5m 10m 15m 30m 1h 4h 1d'],
    ['1y', '1s 1m 3m 5m 10m 15m 30m 1h 4h 1d 1M'],
  ] as const)('makes %s of %s', (higher, lower) => {
    expect(lowerOf(higher)).toBe(lower);
  });

  it('lets every candle of the lower lie within one of the higher', () => {
    const pairs = INTERVALS.flatMap((h) => INTERVALS.filter((l) => isMadeOf(h, l)).map((l) => [h, l] as const));
    const instants = fc.integer({ min: 0, max: Date.UTC(2060, 0) });
    fc.assert(
      fc.property(fc.constantFrom(...pairs), instants, ([higher, lower], time) => {
        const open = openTimeOf(lower, time);
        expect(openTimeOf(higher, open)).toBe(openTimeOf(higher, closeTime(lower, open) - 1));
      }),
    );
  });
});
