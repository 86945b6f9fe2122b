import { describe, expect, it } from '@jest/globals';
import { chained, steps, type State } from '../../src/indicators/state.js';

const feed = <In, Out>(start: State<In, Out>, inputs: readonly In[]): State<In, Out> =>
  inputs.reduce((state, input) => state.next(input), start);

const odd = () =>
  steps<number, number, number>(
    0,
    (_, input) => input,
    (last) => (last % 2 === 1 ? last : undefined),
  );
const count = () =>
  steps<number, number, number>(
    0,
    (seen) => seen + 1,
    (seen) => seen,
  );

describe('a state', () => {
  it('stays as it is when another follows it', () => {
    const one = feed(count(), [7]);
    expect([one.next(8).value, one.next(9).value, one.value]).toEqual([2, 2, 1]);
  });
});

describe('chained states', () => {
  it('feed what the first says to the second, and nothing where it says nothing', () => {
    const chain = chained(odd(), count());
    expect(feed(chain, [1, 2, 3]).value).toBe(2);
    expect(feed(chain, [1, 2]).value).toBeUndefined();
  });
});
