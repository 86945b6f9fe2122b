import { describe, expect, it } from '@jest/globals';
import { Lifecycle } from '../../src/candles/lifecycle.js';

const NOTHING = { ended: false, settled: false };

/** The states a window passes through when told the time. */
const states = (life: Lifecycle, now: number, witness = NOTHING): string[] => {
  const passed: string[] = [];
  while (life.advance(now, witness)) passed.push(life.state);
  return passed;
};

describe('the way of a candle', () => {
  it('goes by the clock: provisional at the end of the window, final after the grace', () => {
    const life = new Lifecycle(1_000, 200, true);
    life.touch(500, false);
    expect([life.state, life.due]).toEqual(['open', 1_000]);
    expect(states(life, 999)).toEqual([]);
    expect(states(life, 1_000)).toEqual(['provisional']);
    expect(life.due).toBe(1_200);
    expect(states(life, 1_199)).toEqual([]);
    expect(states(life, 1_200)).toEqual(['final']);
    expect(life.due).toBe(Infinity);
  });

  it('leaves no state out, however late the clock looks', () => {
    expect(states(new Lifecycle(1_000, 200, true), 9_000)).toEqual(['provisional', 'final']);
  });

  it('goes by what the stream shows when the clock is behind', () => {
    const life = new Lifecycle(1_000, 200, true);
    expect(states(life, 0, { ended: true, settled: false })).toEqual(['provisional']);
    expect(states(life, 0, { ended: true, settled: true })).toEqual(['final']);
  });

  it('is revised by whatever changes it once it is final, and stays so', () => {
    const life = new Lifecycle(1_000, 200, true);
    states(life, 2_000);
    life.touch(2_100, true);
    expect(life.state).toBe('revised');
    expect(states(life, 9_000)).toEqual([]);
  });

  it('starts a grace of its own when it is first heard of after its own, and none within it', () => {
    const late = new Lifecycle(1_000, 200, true);
    late.touch(5_000, false);
    expect([late.state, late.due]).toEqual(['provisional', 5_200]);
    const inTime = new Lifecycle(1_000, 200, true);
    inTime.touch(1_199, false);
    expect([inTime.state, inTime.due]).toEqual(['provisional', 1_200]);
  });

  it('is never final when its beginning was not seen', () => {
    const life = new Lifecycle(1_000, 200, false);
    life.settle();
    expect(states(life, 9_000, { ended: true, settled: true })).toEqual(['provisional']);
    expect(life.due).toBe(Infinity);
  });

  it('waits for what it is made of', () => {
    const life = new Lifecycle(1_000, 200, true);
    expect(states(life, 9_000, { ...NOTHING, ...{ pending: true } })).toEqual(['provisional']);
    expect(states(life, 9_000)).toEqual(['final']);
  });
});
