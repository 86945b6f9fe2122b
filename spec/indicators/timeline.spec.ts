import { describe, expect, it } from '@jest/globals';
import { steps } from '../../src/indicators/state.js';
import { timeline } from '../../src/indicators/timeline.js';

interface Mark {
  readonly openTime: number;
  readonly mark: string;
}

/** Writes down what it was fed, so that order and number can be read off. */
const diary = () =>
  steps<Mark, string, string>(
    '',
    (text, { mark }) => text + mark,
    (text) => text,
  );

const told = (inputs: readonly (readonly [number, string])[]): (string | undefined)[] => {
  const place = timeline(diary());
  return inputs.map(([openTime, mark]) => place({ openTime, mark }));
};

const upTo = (count: number): (readonly [number, string])[] =>
  Array.from({ length: count }, (_, i) => [10 * i, String.fromCharCode(97 + i)]);

describe('timeline', () => {
  it('takes newer candles one after the other', () => {
    expect(told(upTo(4))).toEqual(['a', 'ab', 'abc', 'abcd']);
  });

  it('replaces the newest as often as it changes', () => {
    expect(told([...upTo(2), [10, 'X'], [10, 'Y'], [20, 'c']]).slice(2)).toEqual(['aX', 'aY', 'aYc']);
  });

  it('goes again through what came after a candle that is revised', () => {
    expect(told([...upTo(4), [10, 'X'], [20, 'Y'], [30, 'Z'], [40, 'e']]).slice(4)).toEqual([
      'aXcd',
      'aXYd',
      'aXYZ',
      'aXYZe',
    ]);
  });

  it('puts a late candle where it belongs', () => {
    expect(told([...upTo(3), [15, 'X'], [-5, 'Y'], [30, 'd']]).slice(3)).toEqual(['abXc', 'YabXc', 'YabXcd']);
  });

  it('takes in changes of the last eight candles and passes over those of older ones', () => {
    const known = upTo(12);
    expect(told([...known, [40, 'X'], [30, 'Y'], [35, 'Z'], [120, 'm']]).slice(12)).toEqual([
      'abcdXfghijkl',
      undefined,
      undefined,
      'abcdXfghijklm',
    ]);
  });

  it('keeps to eight also when a late candle comes between them', () => {
    expect(told([...upTo(8), [65, 'X'], [0, 'Y'], [10, 'Z']]).slice(8)).toEqual(['abcdefgXh', undefined, 'aZcdefgXh']);
  });
});
