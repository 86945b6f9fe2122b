import { describe, it } from '@jest/globals';
import { bridge } from '../../src/routing/bridge.js';
import { marbles } from '../marbles.js';

describe('bridge', () => {
  it(
    'lets the helper speak until the source does',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  ----a-b-');
      const helper = cold('  -x-y-z-w');
      const helperSubs = '   ^---!';
      const expected = '     -x-ya-b-';
      expectObservable(source.pipe(bridge(helper)), '^-------!').toBe(expected);
      expectSubscriptions(helper.subscriptions).toBe(helperSubs);
    }),
  );

  it(
    'goes on with the source when the helper completes',
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('----a|').pipe(bridge(cold('x|')))).toBe('x---a|');
    }),
  );

  it(
    'completes with the source, and lets go of the helper',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const helper = cold('x-x-x-x');
      expectObservable(cold('---|').pipe(bridge(helper))).toBe('x-x|');
      expectSubscriptions(helper.subscriptions).toBe('^--!');
    }),
  );

  it(
    'passes on an error of either',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-----a');
      const helper = cold('--x--x');
      expectObservable(source.pipe(bridge(cold('-#')))).toBe('-#');
      expectObservable(cold('---#').pipe(bridge(helper))).toBe('--x#');
      expectSubscriptions(source.subscriptions).toBe('^!');
      expectSubscriptions(helper.subscriptions).toBe('^--!');
    }),
  );

  it(
    'lets go of both when nobody listens',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-----a');
      const helper = cold('--x--x');
      expectObservable(source.pipe(bridge(helper)), '^--!').toBe('--x-');
      expectSubscriptions(source.subscriptions).toBe('^--!');
      expectSubscriptions(helper.subscriptions).toBe('^--!');
    }),
  );
});
