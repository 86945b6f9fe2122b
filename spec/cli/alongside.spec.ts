import { describe, expect, it } from '@jest/globals';
import { TestScheduler, type RunHelpers } from 'rxjs/testing';
import { alongside } from '../../src/cli/alongside.js';

const marbles = (test: (helpers: RunHelpers) => void) => (): void =>
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(test);

describe('alongside', () => {
  it(
    'passes on the main stream alone and ends the others with it',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const main = cold(' -a-b-|   ');
      const other = cold('x-x-x-x-x');
      const otherSubs = ' ^----!   ';
      const expected = ' -a-b-|   ';

      expectObservable(main.pipe(alongside(other))).toBe(expected);
      expectSubscriptions(other.subscriptions).toBe(otherSubs);
    }),
  );

  it(
    'does not end with the others',
    marbles(({ cold, expectObservable }) => {
      const main = cold(' -a---b-|');
      const other = cold('x-|     ');
      const expected = ' -a---b-|';

      expectObservable(main.pipe(alongside(other))).toBe(expected);
    }),
  );

  it(
    'fails with the others',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const main = cold(' -a---b-|');
      const mainSubs = ' ^--!     ';
      const other = cold('x--#    ');
      const expected = ' -a-#    ';

      expectObservable(main.pipe(alongside(other))).toBe(expected);
      expectSubscriptions(main.subscriptions).toBe(mainSubs);
    }),
  );

  it(
    'ends the others with an error of the main stream',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const main = cold(' -a-#   ');
      const other = cold('x-x-x-x');
      const otherSubs = ' ^--!   ';
      const expected = ' -a-#   ';

      expectObservable(main.pipe(alongside(other))).toBe(expected);
      expectSubscriptions(other.subscriptions).toBe(otherSubs);
    }),
  );

  it(
    'lets go of everything when unsubscribed',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const main = cold(' -a-b-c-');
      const other = cold('x-x-x-x');
      const unsub = '    ---!    ';
      const subs = '     ^--!    ';
      const expected = ' -a-     ';

      expectObservable(main.pipe(alongside(other)), unsub).toBe(expected);
      expectSubscriptions(main.subscriptions).toBe(subs);
      expectSubscriptions(other.subscriptions).toBe(subs);
    }),
  );
});
