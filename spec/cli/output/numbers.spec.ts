import { describe, expect, it } from '@jest/globals';
import pc from 'picocolors';
import { age, amount, elapsed, percent, price, size, utc } from '../../../src/cli/output/numbers.js';

const PLAIN = pc.createColors(false);
const COLOURED = pc.createColors(true);

describe('numbers', () => {
  it.each([
    [95_000_000, '95,000,000'],
    [3_248.5, '3,248.5'],
    [0.00001234, '0.00001234'],
  ])('writes the price %d with every digit that matters', (value, expected) => {
    expect(price(value)).toBe(expected);
  });

  it.each([
    [1.5, '1.5000'],
    [0.00080042, '0.00080042'],
    [27_691.07, '27.69K'],
  ])('writes the size %d so that columns stay even', (value, expected) => {
    expect(size(value)).toBe(expected);
  });

  it('writes large amounts in a few characters', () => {
    expect(amount(312_450_000_000)).toBe('312.45B');
  });

  it.each([
    [0.0123, '+1.23%', COLOURED.green('+1.23%')],
    [-0.0078, '-0.78%', COLOURED.red('-0.78%')],
    [0, '0.00%', '0.00%'],
    [-0.00001, '0.00%', '0.00%'],
  ])('writes the fraction %d with its sign and colour', (fraction, plain, coloured) => {
    expect(percent(fraction, PLAIN)).toBe(plain);
    expect(percent(fraction, COLOURED)).toBe(coloured);
  });

  it.each([
    [-5, '0.0s'],
    [420, '0.4s'],
    [12_300, '12s'],
    [180_000, '3m'],
    [7_200_000, '2h'],
  ])('writes an age of %d ms in one unit', (ms, expected) => {
    expect(age(ms)).toBe(expected);
  });

  it.each([
    [7_900, '0:07'],
    [754_000, '12:34'],
    [3_723_000, '1:02:03'],
  ])('writes %d ms of elapsed time as a clock does', (ms, expected) => {
    expect(elapsed(ms)).toBe(expected);
  });

  it('writes instants in UTC whatever the zone of the machine', () => {
    expect(utc(Date.UTC(2026, 8, 1, 0, 0, 5))).toBe('2026-09-01 00:00:05');
  });
});
