import { describe, expect, it } from '@jest/globals';
import { retryAfter } from '../../../src/sources/transport/retry-after.js';

const NOW = Date.UTC(2026, 10, 20, 9, 0, 0);
const at = (ms: number): string => new Date(ms).toUTCString();

describe('retryAfter', () => {
  it.each([
    ['2', 2_000],
    [' 120 ', 120_000],
    ['0.5', 500],
    [at(NOW + 7_000), 7_000],
    ['2026-11-20T09:00:03Z', 3_000],
  ])('reads %j as %i ms', (value, ms) => {
    expect(retryAfter({ 'retry-after': value }, NOW)).toBe(ms);
  });

  it.each([undefined, '', 'soon', '-5', '0', 'Infinity', 'NaN', '1e9', '0x10', at(NOW), at(NOW - 1_000), 5, ['5'], {}])(
    'makes nothing of %j',
    (value) => {
      expect(retryAfter({ 'retry-after': value }, NOW)).toBeUndefined();
    },
  );

  it.each(['99999999', '9'.repeat(400), at(NOW + 86_400_000)])('believes no more than an hour: %j', (value) => {
    expect(retryAfter({ 'retry-after': value }, NOW)).toBe(3_600_000);
  });

  it('reads a date against the clock of who wrote it', () => {
    const headers = { 'retry-after': at(NOW + 7_000), date: at(NOW + 5_000) };
    expect(retryAfter(headers, NOW - 3_600_000)).toBe(2_000);
    expect(retryAfter({ ...headers, date: 'nonsense' }, NOW)).toBe(7_000);
  });
});
