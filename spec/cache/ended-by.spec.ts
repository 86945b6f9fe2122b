import { describe, it } from '@jest/globals';
import { of } from 'rxjs';
import { endedBy } from '../../src/cache/ended-by.js';
import { marbles } from '../marbles.js';

describe('endedBy', () => {
  it(
    'says what the source says until the end',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-b-c-d');
      const end = hot('   ----x');
      expectObservable(source.pipe(endedBy(end))).toBe('-a-b|');
      expectSubscriptions(source.subscriptions).toBe('  ^---!');
      expectSubscriptions(end.subscriptions).toBe('     ^---!');
    }),
  );

  it(
    'ends with the source, and lets go of both when nobody listens any more',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const end = hot('---------');
      expectObservable(cold('-a|').pipe(endedBy(end))).toBe('-a|');
      expectObservable(cold('-#').pipe(endedBy(end))).toBe('-#');
      const source = cold('-a-b');
      expectObservable(source.pipe(endedBy(end)), '^-!').toBe('-a');
      expectSubscriptions(source.subscriptions).toBe('^-!');
      expectSubscriptions(end.subscriptions).toBe(['^-!', '^!', '^-!']);
    }),
  );

  it(
    'does not begin what is over',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('a');
      expectObservable(source.pipe(endedBy(of('x')))).toBe('|');
      expectSubscriptions(source.subscriptions).toBe([]);
    }),
  );
});
