import { describe, expect, it } from '@jest/globals';
import { VirtualTimeScheduler } from 'rxjs';
import { TierHealth } from '../../src/routing/health.js';

const started = (): { health: TierHealth; clock: VirtualTimeScheduler } => {
  const clock = new VirtualTimeScheduler();
  return { clock, health: new TierHealth(clock) };
};

describe('TierHealth', () => {
  it('trusts a tier it has not seen', () => {
    expect(started().health.of('cold-rest')).toBe(1);
  });

  it('is the share of recent tries that were answered, and never zero', () => {
    const { health } = started();
    health.note('cold-rest', 'failed', 0);
    expect(health.of('cold-rest')).toBeCloseTo(1 / 2, 10);
    for (let i = 0; i < 8; i += 1) health.note('cold-rest', 'failed', 0);
    expect(health.of('cold-rest')).toBeCloseTo(1 / 10, 10);
    for (let i = 0; i < 90; i += 1) health.note('cold-rest', 'answered', 0);
    expect(health.of('cold-rest')).toBe(1);
  });

  it('scales down a tier whose answers take more than half their time limit', () => {
    const { health } = started();
    health.note('cold-rest', 'answered', 0.5);
    expect(health.of('cold-rest')).toBe(1);
    health.note('cold-rest', 'answered', 1);
    expect(health.of('cold-rest')).toBeCloseTo(0.75, 10);
    expect(health.of('batch-snapshot')).toBe(1);
  });

  it('thinks as badly of a tier that shares the endpoint of one that failed, without counting a try', () => {
    const { health } = started();
    health.note('batch-snapshot', 'failed', 0);
    health.share('cold-rest', 0);
    expect(health.of('cold-rest')).toBe(health.of('batch-snapshot'));
    expect(health.record()['cold-rest'].failed).toBe(0);
  });

  it('forgives after half a minute', () => {
    const { health, clock } = started();
    health.note('cold-rest', 'failed', 0);
    clock.frame = 30_000;
    expect(health.of('cold-rest')).toBe(1);
  });

  it('counts every outcome for good, and holds no miss against a tier', () => {
    const { health, clock } = started();
    health.note('hot-cache', 'missed', 0);
    health.note('hot-cache', 'answered', 0);
    health.note('hot-cache', 'failed', 0);
    health.note('warm-cache', 'missed', 0);
    clock.frame = 100_000;
    expect(health.record()['hot-cache']).toEqual({ answered: 1, missed: 1, failed: 1 });
    expect(health.record()['cold-rest']).toEqual({ answered: 0, missed: 0, failed: 0 });
    expect(health.of('warm-cache')).toBe(1);
  });
});
