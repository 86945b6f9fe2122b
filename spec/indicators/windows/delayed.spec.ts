import { describe, expect, it } from '@jest/globals';
import { delayed } from '../../../src/indicators/windows/delayed.js';

describe('delayed', () => {
  it('gives the input that lies so many before the last', () => {
    let state = delayed<number>(2);
    const seen = Array.from({ length: 30 }, (_, i) => (state = state.next(i)).value);
    expect(seen).toEqual([undefined, undefined, ...Array.from({ length: 28 }, (_, i) => i)]);
  });

  it('can go back eight inputs and take another way', () => {
    const states = [delayed<number>(3)];
    for (let i = 0; i < 40; i += 1) states.push((states.at(-1) ?? delayed<number>(3)).next(i));
    let state = states.at(-9) ?? delayed<number>(3);
    const seen = Array.from({ length: 5 }, (_, i) => (state = state.next(100 + i)).value);
    expect(seen).toEqual([29, 30, 31, 100, 101]);
  });
});
