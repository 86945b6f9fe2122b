import { describe, expect, it } from '@jest/globals';
import { Alarm } from '../../src/candles/alarm.js';
import { marbles } from '../marbles.js';

describe('an alarm', () => {
  it(
    'rings at the earliest instant it was given, and then no more',
    marbles(({ scheduler, flush }) => {
      const rung: number[] = [];
      const alarm = new Alarm(scheduler, () => rung.push(scheduler.now()));
      for (const instant of [50, 20, 30, Infinity]) alarm.set(instant);
      flush();
      expect(rung).toEqual([20]);
    }),
  );

  it(
    'rings at once for what is past, and can be set again while it rings',
    marbles(({ scheduler, flush }) => {
      const rung: number[] = [];
      const alarm = new Alarm(scheduler, () => {
        rung.push(scheduler.now());
        if (rung.length < 3) alarm.set(scheduler.now() + 10);
      });
      alarm.set(-5);
      flush();
      expect(rung).toEqual([0, 10, 20]);
    }),
  );

  it(
    'rings before an instant that is further off than a timer can wait',
    marbles(({ scheduler, flush }) => {
      const rung: number[] = [];
      new Alarm(scheduler, () => rung.push(scheduler.now())).set(2 ** 40);
      scheduler.maxFrames = Infinity;
      flush();
      expect(rung).toEqual([2 ** 30]);
    }),
  );

  it(
    'does not ring once stopped',
    marbles(({ scheduler, flush }) => {
      const rung: number[] = [];
      const alarm = new Alarm(scheduler, () => rung.push(scheduler.now()));
      alarm.set(10);
      alarm.stop();
      flush();
      expect(rung).toEqual([]);
    }),
  );
});
