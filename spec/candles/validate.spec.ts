import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { validateCandle, type ValidateOptions } from '../../src/candles/validate.js';
import type { Candle } from '../../src/model/events.js';
import { candle } from '../events.js';

const sound = { open: 100, high: 110, low: 90, close: 105, volume: 3, turnover: 300 };

const brief = (fields: Partial<Candle>, options?: ValidateOptions): string[] =>
  validateCandle(candle({ ...sound, ...fields }), options).map(({ grade, rule, field }) => `${grade} ${rule} ${field}`);

describe('validateCandle', () => {
  it('finds nothing wrong with a sound candle', () => {
    expect(brief({})).toEqual([]);
  });

  it.each([
    ['a number that is none', { volume: NaN }, ['reject field volume']],
    ['an endless number', { high: Infinity }, ['reject field high']],
    ['an open time within a window', { openTime: 1 }, ['reject window openTime']],
    ['an open time within a week', { interval: '1w', openTime: 0 }, ['reject window openTime']],
    ['a price of zero', { low: 0 }, ['reject price low']],
    ['a high below the low', { high: 80 }, ['reject range high']],
    ['an open above the high', { open: 111 }, ['reject within open']],
    ['a close below the low', { close: 89 }, ['reject within close']],
    ['a volume below zero', { volume: -1, turnover: -100 }, ['reject amount volume', 'reject amount turnover']],
    ['a turnover that no price within gives', { turnover: 3_000 }, ['warning mean turnover']],
  ] as const)('finds %s', (_, fields, expected) => {
    expect(brief(fields)).toEqual(expected);
  });

  it('says what was found and what was expected', () => {
    expect(validateCandle(candle({ ...sound, close: 120 }))[0]?.message).toBe('close is 120, expected from 90 to 110');
  });

  it('finds a field that is missing', () => {
    const row: Record<string, unknown> = { ...candle(sound) };
    delete row['turnover'];
    // A row from elsewhere need not be what it says it is.
    const findings = validateCandle(row as unknown as Candle);
    expect(findings).toMatchObject([
      { rule: 'field', field: 'turnover', message: 'turnover is undefined, expected a finite number' },
    ]);
  });

  it('warns of a price off the grid, and rejects it not', () => {
    const tickSize = () => 5;
    expect(brief({ open: 101 }, { tickSize })).toEqual(['warning tick open']);
    expect(brief({}, { tickSize })).toEqual([]);
    expect(brief({ open: 101 }, { tickSize: () => undefined })).toEqual([]);
  });

  it.each([
    [0.00000001, 0.00000001],
    [0.0001234, 0.0000001],
    [0.1 + 0.2, 0.1],
    [162_483_000, 1_000],
    [0.7, 0.1],
  ])('finds %d on a grid of %d', (price, tick) => {
    const flat = { open: price, high: price, low: price, close: price, volume: 7, turnover: 7 * price };
    expect(brief(flat, { tickSize: () => tick })).toEqual([]);
  });

  it('finds nothing wrong with sound candles of any size, down to the smallest price there is', () => {
    const price = fc.double({ min: 5e-324, max: 1e12, noNaN: true });
    const volume = fc.double({ min: 0, max: 1e15, noNaN: true });
    fc.assert(
      fc.property(fc.array(price, { minLength: 4, maxLength: 4 }), volume, (prices, size) => {
        const [low = 1, open = 1, close = 1, high = 1] = prices.sort((a, b) => a - b);
        expect(brief({ low, open, close, high, volume: size, turnover: size * close })).toEqual([]);
      }),
    );
  });

  it('takes an exchange that rounds the turnover of cheap coins to zero for sound', () => {
    const price = 1e-7;
    expect(brief({ open: price, high: price, low: price, close: price, volume: 1e-3, turnover: 0 })).toEqual([]);
  });
});
