import { describe, expect, it } from '@jest/globals';
import { FAULTS as KNOWN } from 'market-data-backbone/simulator';
import { FAULTS, faultNamed } from './catalogue.js';
import { createSchedule, endOf, scheduleText } from './schedule.js';

describe('the faults', () => {
  it('are more than sixty, each with a name of its own', () => {
    expect(FAULTS.length).toBeGreaterThan(60);
    expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
  });

  it('bring about everything the exchange can do to a client, but for what takes longer than a fault lasts', () => {
    const planned = { fault: '', at: 0, forMs: 0, channel: 'trade' } as const;
    const acts = FAULTS.flatMap(({ acts: all }) => all(planned));
    const used = new Set(acts.flatMap((act) => (act.on === 'exchange' ? [act.fault] : [])));
    expect(KNOWN.map(({ name }) => name).filter((name) => !used.has(name))).toEqual([
      'idle-120',
      'idle-close-frame',
      'ping-keeps-not-alive',
      'status-at-once',
      'limit-keeps-open',
    ]);
  });

  it('are refused by a name that none of them has', () => {
    expect(() => faultNamed('gremlins')).toThrow(/gremlins/);
  });
});

describe('a schedule', () => {
  const options = { seed: 7, minutes: 5, faults: FAULTS };

  it('is the same for the same seed, and another for another', () => {
    expect(createSchedule(options)).toEqual(createSchedule(options));
    expect(createSchedule({ ...options, seed: 8 })).not.toEqual(createSchedule(options));
  });

  it('brings every fault once before any comes again', () => {
    const names = createSchedule(options).map(({ fault }) => fault);
    expect(names.length).toBeGreaterThan(FAULTS.length);
    expect(new Set(names.slice(0, FAULTS.length)).size).toBe(FAULTS.length);
  });

  it('ends within its minutes, lets faults overlap, and none itself', () => {
    const schedule = createSchedule(options);
    expect(endOf(schedule)).toBeLessThanOrEqual(5 * 60_000 + 2_000);
    expect(schedule.some(({ at }, i) => schedule.slice(0, i).some((before) => before.at + before.forMs > at))).toBe(
      true,
    );
    const alone = createSchedule({ ...options, faults: [faultNamed('half-open')] });
    expect(alone.length).toBeGreaterThan(10);
    expect(alone.every(({ at }, i) => alone.slice(0, i).every((before) => before.at + before.forMs < at))).toBe(true);
  });

  it('strikes only the channels it is given', () => {
    const schedule = createSchedule({ ...options, channels: ['orderbook'] });
    expect(new Set(schedule.map(({ channel }) => channel))).toEqual(new Set(['orderbook']));
  });

  it('can be read', () => {
    const text = scheduleText([{ fault: 'silent-topic', at: 1_500, forMs: 3_250, channel: 'trade' }]);
    expect(text).toMatch(/1\.50 s +3\.25 s +silent-topic +trade +one channel is silent/);
  });
});
