import { describe, expect, it } from '@jest/globals';
import { simulate } from './run.js';
import { draw } from './timeline.js';

describe('the engine in virtual time under random faults', () => {
  it.each([1, 2, 3, 4])('keeps its promises for hours, seed %i', (seed) => {
    const { broken, story, delivered, repaired, answers } = simulate(seed, 5);
    expect([...broken, story]).toEqual(['']);
    expect(delivered).toBeGreaterThan(5_000);
    expect(repaired).toBeGreaterThan(0);
    expect(answers).toBeGreaterThan(1_000);
  });

  it('goes the same way with the same seed, and another with another', () => {
    expect(simulate(7, 0.5).digest).toBe(simulate(7, 0.5).digest);
    expect(simulate(7, 0.5).digest).not.toBe(simulate(8, 0.5).digest);
  });
});

describe('draw', () => {
  it('puts marks where a test scheduler would', () => {
    expect(
      draw([
        { at: 0, mark: 'a' },
        { at: 10, mark: 'b' },
        { at: 10, mark: 'c' },
        { at: 20, mark: 'd' },
      ]),
    ).toBe('a 9ms (bc) 6ms d');
  });
});
