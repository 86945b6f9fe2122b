import { describe, it } from '@jest/globals';
import { beside } from '../../src/routing/beside.js';
import { marbles } from '../marbles.js';

describe('beside', () => {
  it(
    'tells both, and ends with the first',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  a--b--|');
      const other = cold('   -x-|');
      const endless = cold(' -y--y--y--');
      expectObservable(source.pipe(beside(other))).toBe('ax-b--|');
      expectObservable(source.pipe(beside(endless))).toBe('ay-by-|');
      expectSubscriptions(endless.subscriptions).toBe('^-----!');
    }),
  );

  it(
    'passes on an error of either, and lets go of both when nobody listens',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('---a--');
      const other = cold(' --x---x');
      expectObservable(source.pipe(beside(cold('-#')))).toBe('-#');
      expectObservable(cold('-#').pipe(beside(other))).toBe('-#');
      expectObservable(source.pipe(beside(other)), '^---!').toBe('--xa');
      expectSubscriptions(source.subscriptions).toBe(['^!', '^---!']);
      expectSubscriptions(other.subscriptions).toBe(['^!', '^---!']);
    }),
  );
});
