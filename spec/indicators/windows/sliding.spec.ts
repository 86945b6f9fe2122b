import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { REVISABLE, type State } from '../../../src/indicators/state.js';
import { sliding, slidingMax, slidingMin, slidingSum } from '../../../src/indicators/windows/sliding.js';

const values = <T>(start: State<T, T>, inputs: readonly T[]): (T | undefined)[] => {
  let state = start;
  return inputs.map((input) => (state = state.next(input)).value);
};

const sizes = fc.integer({ min: 1, max: 20 });
const texts = fc.array(fc.string({ minLength: 1, maxLength: 2 }), { maxLength: 80 });
const join = (older: string, newer: string): string => older + newer;
const expected = (inputs: readonly string[], size: number): (string | undefined)[] =>
  inputs.map((_, i) => (i + 1 < size ? undefined : inputs.slice(i + 1 - size, i + 1).join('')));

describe('a sliding window', () => {
  it('folds its inputs, all of them and no others, in their order', () => {
    fc.assert(
      fc.property(sizes, texts, (size, inputs) => {
        expect(values(sliding(size, join), inputs)).toEqual(expected(inputs, size));
      }),
    );
  });

  it('can go back to any state it may be asked for', () => {
    const forks = fc.array(fc.tuple(fc.integer({ min: 1, max: REVISABLE + 1 }), texts), { maxLength: 6 });
    fc.assert(
      fc.property(sizes, texts, forks, (size, inputs, ways) => {
        let taken: readonly string[] = [];
        let states = [sliding(size, join)];
        const take = (more: readonly string[]): void => {
          for (const input of more) states.push((states.at(-1) ?? sliding(size, join)).next(input));
          taken = [...taken, ...more];
          expect(states.slice(1).map(({ value }) => value)).toEqual(expected(taken, size));
        };
        take(inputs);
        for (const [back, more] of ways) {
          const kept = Math.max(0, taken.length - back);
          const again = taken.slice(kept).map(() => '~');
          taken = taken.slice(0, kept);
          states = states.slice(0, kept + 1);
          // What has been gone back is always gone again, by a timeline.
          take([...again, ...more]);
        }
      }),
    );
  });

  it('folds a block once, however often the input after it is replaced', () => {
    let folded = 0;
    const counting = (a: number, b: number): number => {
      folded += 1;
      return a + b;
    };
    let state = sliding(100, counting);
    for (let i = 0; i < 100; i += 1) state = state.next(i);
    folded = 0;
    for (let i = 0; i < 1_000; i += 1) state.next(i);
    expect(folded).toBeLessThanOrEqual(99 + 1_000);
  });

  it('costs the same number of folds whatever its size', () => {
    const foldsOf = (size: number): number => {
      let folds = 0;
      const counting = (a: number, b: number): number => {
        folds += 1;
        return a + b;
      };
      let state = sliding(size, counting);
      for (let i = 0; i < 10_000; i += 1) state = state.next(i);
      return folds;
    };
    expect(foldsOf(1_000)).toBeLessThan(3 * 10_000);
    expect(foldsOf(10)).toBeLessThan(3 * 10_000);
  });

  it('adds, and finds the largest and the smallest', () => {
    const inputs = [3, 1, 2, 5, 4];
    expect(values(slidingSum(2), inputs)).toEqual([undefined, 4, 3, 7, 9]);
    expect(values(slidingMax(2), inputs)).toEqual([undefined, 3, 2, 5, 5]);
    expect(values(slidingMin(2), inputs)).toEqual([undefined, 1, 1, 2, 4]);
  });
});
