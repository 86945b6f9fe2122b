import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { WaitingLine, type Priority } from '../../../src/sources/transport/waiting-line.js';

const PRIORITIES = ['critical', 'high', 'normal', 'low'] as const;
/** The longest stretch of turns without one of the lane, while somebody waits in it. */
const AT_LEAST_EVERY = { critical: 4, high: 10, normal: 17, low: 32 } as const;

describe('WaitingLine', () => {
  it('calls the most urgent first, and within a lane who came first', () => {
    const line = new WaitingLine<string>();
    const comers = [
      ['a', 'low'],
      ['b', 'high'],
      ['c', 'critical'],
      ['d', 'high'],
      ['e', 'normal'],
    ] as const;
    for (const [one, priority] of comers) line.enter(one, priority);
    expect(comers.map(() => line.next())).toEqual(['c', 'b', 'd', 'e', 'a']);
    expect(line.next()).toBeUndefined();
  });

  it('forgets who has left', () => {
    const line = new WaitingLine<string>();
    line.enter('a', 'normal');
    const leave = line.enter('b', 'normal');
    line.enter('c', 'normal');
    leave();
    leave();
    expect([line.size, line.next(), line.next(), line.next()]).toEqual([2, 'a', 'c', undefined]);
  });

  it('calls everybody at once', () => {
    const line = new WaitingLine<string>();
    line.enter('a', 'low');
    line.enter('b', 'high');
    expect(line.clear()).toEqual(['b', 'a']);
    expect([line.size, line.clear()]).toEqual([0, []]);
  });

  it('gives the critical most of the turns, and every lane its share, when all are full', () => {
    const line = new WaitingLine<Priority>();
    for (const priority of PRIORITIES) {
      // Each is a different one to the line.
      for (let i = 0; i < 400; i += 1) line.enter(Object(priority) as Priority, priority);
    }
    const turns = Array.from({ length: 320 }, () => String(line.next()));
    const share = (priority: Priority): number => turns.filter((turn) => turn === priority).length;
    expect(PRIORITIES.map(share)).toEqual([252, 39, 19, 10]);
  });

  it('starves no lane, whoever comes, leaves and is called in whatever order', () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...PRIORITIES).map((priority) => ({ comes: priority })) },
      { weight: 1, arbitrary: fc.nat(30).map((leaves) => ({ leaves })) },
      { weight: 5, arbitrary: fc.constant({ called: true }) },
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 50, maxLength: 600 }), (steps) => {
        const line = new WaitingLine<{ readonly priority: Priority }>();
        const waiting: { readonly one: { readonly priority: Priority }; readonly leave: () => void }[] = [];
        const without = { critical: 0, high: 0, normal: 0, low: 0 };
        for (const step of steps) {
          let called: { readonly priority: Priority } | undefined;
          if ('comes' in step) {
            const one = { priority: step.comes };
            waiting.push({ one, leave: line.enter(one, step.comes) });
          } else if ('leaves' in step) {
            for (const { leave } of waiting.splice(step.leaves, 1)) leave();
          } else {
            called = line.next();
            expect(called === undefined).toBe(waiting.length === 0);
            for (const priority of PRIORITIES) without[priority] += 1;
          }
          for (const priority of PRIORITIES) {
            const first = waiting.find(({ one }) => one.priority === priority)?.one;
            // First come, first served.
            if (called?.priority === priority) expect(first).toBe(called);
            if (first === undefined || called?.priority === priority) without[priority] = 0;
            expect(without[priority]).toBeLessThan(AT_LEAST_EVERY[priority]);
          }
          const place = waiting.findIndex(({ one }) => one === called);
          if (place >= 0) waiting.splice(place, 1);
          expect(line.size).toBe(waiting.length);
        }
      }),
      { numRuns: 200 },
    );
  });
});
