import { describe, expect, it } from '@jest/globals';
import { Told } from '../../src/candles/told.js';
import type { Candle } from '../../src/model/events.js';
import { candle } from '../events.js';

const MINUTE = 60_000;
const at = (minute: number, fields: Partial<Candle> = {}): Candle => candle({ openTime: minute * MINUTE, ...fields });

describe('what has been told', () => {
  it('is not told again', () => {
    const told = new Told();
    const final = at(1, { state: 'final' });
    expect([at(1), at(1), final, final, at(1, { tier: 'hot-cache' })].map((each) => told.accept(each))).toEqual([
      true,
      false,
      true,
      false,
      false,
    ]);
  });

  it('is told again when the figures are others, but not when they are older', () => {
    const told = new Told();
    told.accept(at(1, { state: 'final', timestamp: 5 }));
    expect(told.accept(at(1, { state: 'final', timestamp: 4, volume: 1 }))).toBe(false);
    expect(told.accept(at(1, { state: 'open', timestamp: 5, volume: 9 }))).toBe(true);
  });

  it('begins with the first candle, and forgets the oldest for good', () => {
    const told = new Told();
    told.accept(at(10));
    expect([told.accept(at(9)), told.accept(at(12)), told.accept(at(11))]).toEqual([false, true, true]);
    for (let minute = 13; minute < 300; minute += 1) told.accept(at(minute));
    expect(told.accept(at(20, { volume: 99 }))).toBe(false);
  });
});
