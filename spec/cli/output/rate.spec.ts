import { describe, expect, it } from '@jest/globals';
import { Rate } from '../../../src/cli/output/rate.js';

describe('Rate', () => {
  it('is nothing without events', () => {
    expect(new Rate().perSecond(5_000)).toBe(0);
  });

  it('counts the present second until there is a whole one', () => {
    const rate = new Rate();
    rate.note(1_100);
    rate.note(1_200);
    expect(rate.perSecond(1_900)).toBe(2);
    expect(rate.perSecond(2_100)).toBe(2);
  });

  it('averages five whole seconds and forgets the ones before', () => {
    const rate = new Rate();
    for (let at = 0; at < 10_000; at += 100) rate.note(at);
    expect(rate.perSecond(10_000)).toBe(10);
    expect(rate.perSecond(12_500)).toBe(6);
    expect(rate.perSecond(30_000)).toBe(0);
  });
});
