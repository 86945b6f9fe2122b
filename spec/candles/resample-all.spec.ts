import { describe, expect, it } from '@jest/globals';
import { resampleAll } from '../../src/candles/resample-all.js';
import { InvalidRequestError } from '../../src/errors.js';
import type { Candle } from '../../src/model/events.js';
import { candle } from '../events.js';
import { show } from './show.js';

const MINUTE = 60_000;

const at = (minute: number, price: number, fields: Partial<Candle> = {}): Candle =>
  candle({
    openTime: minute * MINUTE,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: 1,
    turnover: price,
    state: 'final',
    ...fields,
  });

const shown = (...args: Parameters<typeof resampleAll>): string[] => resampleAll(...args).map(show);

describe('resampleAll', () => {
  it('makes candles of a longer interval, oldest first', () => {
    expect(shown([at(0, 5), at(1, 6), at(2, 7), at(3, 8), at(5, 9)], '3m')).toEqual([
      '0 final 5/7/5/7 x3',
      '180 final 8/9/8/9 x2',
    ]);
  });

  it('takes candles in any order, and of one window the last given', () => {
    const seam = [at(2, 7), at(1, 6), at(1, 6), at(0, 4), at(0, 5)];
    expect(shown(seam, '3m')).toEqual(['0 final 5/7/5/7 x3']);
  });

  it('does not settle the last one when it may go on', () => {
    expect(shown([at(0, 5), at(1, 6)], '3m')).toEqual(['0 open 5/6/5/6 x2']);
    expect(shown([at(0, 5), at(1, 6)], '3m', { until: 3 * MINUTE })).toEqual(['0 final 5/6/5/6 x2']);
    expect(shown([at(0, 5), at(2, 6, { state: 'open' })], '3m')).toEqual(['0 open 5/6/5/6 x2']);
    expect(shown([at(0, 5), at(2, 6, { state: 'provisional' })], '3m')).toEqual(['0 provisional 5/6/5/6 x2']);
  });

  it('says of the first one that it is partial when its beginning may be missing', () => {
    expect(shown([at(1, 6), at(2, 7)], '3m')).toEqual(['0 provisional 6/7/6/7 x2 partial']);
    expect(shown([at(1, 6), at(2, 7)], '3m', { since: 0 })).toEqual(['0 final 6/7/6/7 x2']);
    expect(shown([at(0, 6, { partial: true }), at(2, 7)], '3m')).toEqual(['0 provisional 6/7/6/7 x2 partial']);
  });

  it('leaves filled candles out', () => {
    const filled = (minute: number) => at(minute, 5, { volume: 0, filled: true });
    expect(shown([at(0, 5), filled(1), filled(2), filled(3), filled(4), filled(5), at(6, 8)], '3m')).toEqual([
      '0 final 5/5/5/5 x1',
      '360 open 8/8/8/8 x1',
    ]);
  });

  it('makes nothing of nothing', () => {
    expect(resampleAll([], '1h')).toEqual([]);
  });

  it('refuses several series at once, and intervals that do not add up', () => {
    expect(() => resampleAll([at(0, 5), at(1, 5, { market: 'KRW-ETH' })], '3m')).toThrow(InvalidRequestError);
    expect(() => resampleAll([at(0, 5), at(1, 5, { interval: '5m' })], '1h')).toThrow('candles of one series expected');
    expect(() => resampleAll([at(0, 5, { interval: '1w' })], '1M')).toThrow(InvalidRequestError);
  });
});
