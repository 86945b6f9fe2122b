import { describe, it } from '@jest/globals';
import { singleFlight } from '../../src/routing/single-flight.js';
import { marbles } from '../marbles.js';

describe('singleFlight', () => {
  it(
    'does equal work in flight once',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const work = cold('  ---(a|)');
      const once = singleFlight();
      expectObservable(once('k', () => work)).toBe('      ---(a|)');
      expectObservable(
        once('k', () => work),
        '-^',
      ).toBe('---(a|)');
      expectSubscriptions(work.subscriptions).toBe('^--!');
    }),
  );

  it(
    'does different work apart, and the same again once it is over',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const work = cold('  --(a|)');
      const other = cold(' --(b|)');
      const once = singleFlight();
      expectObservable(once('k', () => work)).toBe('        --(a|)');
      expectObservable(once('l', () => other)).toBe('       --(b|)');
      expectObservable(
        once('k', () => work),
        '---^',
      ).toBe('-----(a|)');
      expectSubscriptions(work.subscriptions).toBe(['^-!', '---^-!']);
      expectSubscriptions(other.subscriptions).toBe('^-!');
    }),
  );

  it(
    'fails all who wait, and starts afresh for the next',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const work = cold('  -#');
      const once = singleFlight();
      expectObservable(once('k', () => work)).toBe('-#');
      expectObservable(once('k', () => work)).toBe('-#');
      expectObservable(
        once('k', () => work),
        '--^',
      ).toBe('---#');
      expectSubscriptions(work.subscriptions).toBe(['^!', '--^!']);
    }),
  );

  it(
    'cancels the work when the last who waits has left',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const work = cold('  -----a');
      const once = singleFlight();
      expectObservable(
        once('k', () => work),
        '^-!',
      ).toBe('-');
      expectObservable(
        once('k', () => work),
        '^--!',
      ).toBe('-');
      expectSubscriptions(work.subscriptions).toBe('^--!');
    }),
  );
});
