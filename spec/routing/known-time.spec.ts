import { describe, expect, it } from '@jest/globals';
import { NEVER, map, merge, timer } from 'rxjs';
import { finality } from '../../src/candles/finality.js';
import { KnownTime } from '../../src/routing/known-time.js';
import { candle } from '../events.js';
import { marbles } from '../marbles.js';

describe('KnownTime', () => {
  it(
    'goes with the clock, as far as is known',
    marbles(({ cold, expectObservable, scheduler }) => {
      const known: Record<string, number> = { a: 5, b: 500 };
      let until = 2;
      const time = new KnownTime(scheduler, () => until);
      const source = cold('--a--b', known);
      expectObservable(
        merge(source.pipe(map((at) => (until = at))), timer(1), timer(4), timer(10)).pipe(map(() => time.now())),
      ).toBe('-wx-yz----v', { w: 1, x: 2, y: 4, z: 5, v: 10 });
    }),
  );

  it(
    'wakes by the real clock, and then again and again',
    marbles(({ expectObservable, scheduler }) => {
      let until = 0;
      const time = new KnownTime(scheduler, () => until);
      const woken: number[] = [];
      const wait = (delay: number) => time.schedule(() => woken.push(scheduler.now()), delay);
      scheduler.schedule(() => wait(100), 0);
      scheduler.schedule(() => wait(1_000 - time.now()), 900);
      scheduler.schedule(() => wait(1_000 - time.now()), 1_000);
      scheduler.schedule(() => {
        until = Infinity;
        wait(100);
      }, 2_000);
      expectObservable(NEVER, '3s !').toBe('');
      scheduler.flush();
      expect(woken).toEqual([100, 1_000, 1_100, 2_100]);
    }),
  );

  it(
    'settles no candle while nothing can be heard of it',
    marbles(({ cold, expectObservable, scheduler }) => {
      let until = 0;
      const time = new KnownTime(scheduler, () => until);
      const read = candle({ interval: '1s', openTime: 0, timestamp: 0 });
      scheduler.schedule(() => (until = 5_000), 5_000);
      const told$ = cold('a', { a: read }).pipe(
        finality({ grace: 500, scheduler: time }),
        map(({ state }) => state),
      );
      expectObservable(told$, '^ 9s !').toBe('o 4999ms (pf)', { o: 'open', p: 'provisional', f: 'final' });
    }),
  );
});
