import { describe, expect, it } from '@jest/globals';
import { simulate } from './run.js';

describe('the engine in virtual time under random faults', () => {
  it.each([1, 2, 3])('keeps its promises, seed %i', (seed) => {
    const { broken, story, delivered, repaired } = simulate(seed, 4);
    expect([...broken, story]).toEqual(['']);
    expect(delivered).toBeGreaterThan(1_000);
    expect(repaired).toBeGreaterThan(0);
  });
});
