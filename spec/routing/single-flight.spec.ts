import { describe, expect, it } from '@jest/globals';
import { NEVER, concat, defer, ignoreElements, merge, of } from 'rxjs';
import type { Priority } from '../../src/model/request.js';
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

  it(
    'does not have who is more urgent queue with what runs, but others with the more urgent',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const work = cold('  -----(a|)');
      const once = singleFlight();
      const ask = (priority: Priority) => once('k', () => work, priority);
      expectObservable(ask('low')).toBe('             -----(a|)');
      expectObservable(ask('critical'), '--^').toBe('  -------(a|)');
      expectObservable(ask('normal'), '---^').toBe('   -------(a|)');
      // The first is over, the urgent one is not.
      expectObservable(ask('high'), '------^').toBe('  -------(a|)');
      expectSubscriptions(work.subscriptions).toBe(['^----!', '--^----!']);
    }),
  );

  it('starts afresh for who asks when the end is told, and once for all of them', () => {
    let works = 0;
    const once = singleFlight<number>();
    const work = () => defer(() => of((works += 1)));
    const results: number[] = [];
    const again$ = defer(() =>
      merge(
        once('k', () => concat(work(), NEVER)),
        once('k', work),
      ),
    );
    concat(once('k', work).pipe(ignoreElements()), again$).subscribe((value) => results.push(value));
    expect([works, results]).toEqual([2, [2, 2]]);
  });
});
