import { describe, expect, it } from '@jest/globals';
import { FAULTS } from '../plan/catalogue.js';
import { dealLanes } from './lanes.js';

describe('lanes', () => {
  const options = { seed: 7, minutes: 2, faults: FAULTS, channels: ['trade'], lanes: 4, processes: false } as const;

  it('are the same for the same seed', () => {
    expect(dealLanes(options)).toEqual(dealLanes(options));
  });

  it('share the faults out, so that all come about within two minutes', () => {
    const names = new Set(dealLanes(options).flatMap(({ schedule }) => schedule.map(({ fault }) => fault)));
    expect(names.size).toBe(FAULTS.length);
  });

  it('give the exchange a process where it is stopped or killed', () => {
    expect(dealLanes(options).map(({ own }) => own)).toEqual([true, false, false, false]);
    expect(dealLanes({ ...options, processes: true }).every(({ own }) => own)).toBe(true);
  });
});
