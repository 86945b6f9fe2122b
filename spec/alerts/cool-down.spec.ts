import { describe, expect, it } from '@jest/globals';
import { map } from 'rxjs';
import { coolDown } from '../../src/alerts/cool-down.js';
import { marbles } from '../marbles.js';

/** `a`, `A` and `α` have the key a; what was held back shows how many it stands for. */
const keyOf = (value: string): string => value.charAt(0).toLowerCase();
const cooled = coolDown<string>({ keyOf, period: 5, latest: (value, leftOut) => `${value}${leftOut}` });
const values = { a: 'a', A: 'A', b: 'b' };
const told = { a: 'a', b: 'b', x: 'A0', y: 'A1', z: 'a0' };

describe('coolDown', () => {
  it.each([
    ['      ------------ ', '------------'],
    ['      a----------- ', 'a-----------'],
    ['      ab---------- ', 'ab----------'],
    // The last word is told when the period has passed.
    ['      aA---------- ', 'a----x------'],
    ['      aaA--------- ', 'a----y------'],
    // And starts a period of its own.
    ['      aA----a----- ', 'a----x----z-'],
    ['      a-----a----- ', 'a-----a-----'],
    // What is held back is not lost when the source ends.
    ['      aA-|         ', 'a--(x|)'],
    ['      aA-#         ', 'a--(x#)'],
    ['      a---|        ', 'a---|'],
  ])('of %s tells %s', (source, expected) => {
    marbles(({ cold, expectObservable }) => {
      const unsub = /[|#]/.test(source) ? undefined : '^-----------!';
      expectObservable(cold(source.trim(), values).pipe(cooled), unsub).toBe(expected, told);
    })();
  });

  it(
    'keeps no timers when it is let go',
    marbles(({ cold, expectObservable, expectSubscriptions, flush, scheduler }) => {
      const source = cold('aA', values);
      expectObservable(source.pipe(cooled), '^--!').toBe('a');
      expectSubscriptions(source.subscriptions).toBe('^--!');
      flush();
      // Not at 5, when the period would have passed.
      expect(scheduler.now()).toBe(3);
    }),
  );

  it(
    'forgets keys that are quiet',
    marbles(({ cold, expectObservable }) => {
      const source = cold('abc 10ms abc');
      expectObservable(source.pipe(cooled, map(keyOf)), '^ 15ms !').toBe('abc 10ms abc');
    }),
  );
});
