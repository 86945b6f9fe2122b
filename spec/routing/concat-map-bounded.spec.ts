import { describe, expect, it } from '@jest/globals';
import { EMPTY, concat, of, range, tap } from 'rxjs';
import { MarketDataError } from '../../src/errors.js';
import { concatMapBounded, type BoundedOptions } from '../../src/routing/concat-map-bounded.js';
import { marbles } from '../marbles.js';

const losses = () => {
  const told: [string, number][] = [];
  const onLoss: BoundedOptions['onLoss'] = ({ state, lost }) => told.push([state, lost]);
  return { told, onLoss };
};

describe('concatMapBounded', () => {
  it(
    'works on one value after another',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('a-b---c|');
      const work = cold('  ---(x|)');
      const expected = '   ---x--x--(x|)';
      const result = source.pipe(concatMapBounded(() => work, { size: 5, overflow: 'error' }));
      expectObservable(result).toBe(expected);
      expectSubscriptions(work.subscriptions).toBe(['^--!', '---^--!', '------^--!']);
    }),
  );

  it.each([
    ['latest', 9, ['a', 'e']],
    ['drop-oldest', 2, ['a', 'd', 'e']],
    ['drop-newest', 2, ['a', 'b', 'c']],
  ] as const)('%s with room for %i works on %j of a to e', (overflow, size, expected) =>
    marbles(({ cold, flush }) => {
      const { told, onLoss } = losses();
      const worked: string[] = [];
      cold('(abcde)')
        .pipe(
          tap(),
          concatMapBounded((value) => (worked.push(value), cold('--|')), { size, overflow, onLoss }),
        )
        .subscribe();
      flush();
      expect(worked).toEqual(expected);
      const lost = 5 - expected.length;
      expect(told).toEqual([
        ['losing', 1],
        ['over', lost],
      ]);
    })(),
  );

  it(
    'errors with CAPACITY when that is the policy, and lets go of source and work',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('a-b-c-d');
      const work = cold('  ---------');
      const error = new MarketDataError('more than 1 values wait for a consumer that cannot keep up', {
        code: 'CAPACITY',
        retryable: false,
      });
      const result = source.pipe(concatMapBounded(() => work, { overflow: 'error' }));
      expectObservable(result).toBe('----#', undefined, error);
      expectSubscriptions(source.subscriptions).toBe('^---!');
      expectSubscriptions(work.subscriptions).toBe('^---!');
    }),
  );

  it(
    'tells of each episode of loss by itself',
    marbles(({ cold, flush }) => {
      const { told, onLoss } = losses();
      cold('(abc)------(def)')
        .pipe(concatMapBounded(() => cold('--|'), { overflow: 'latest', onLoss }))
        .subscribe();
      flush();
      expect(told).toEqual([
        ['losing', 1],
        ['over', 1],
        ['losing', 1],
        ['over', 1],
      ]);
    }),
  );

  it(
    'passes on an error of the source, of the work, and of whoever makes the work',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const work = cold('-----');
      expectObservable(cold('a-#').pipe(concatMapBounded(() => work, { overflow: 'latest' }))).toBe('--#');
      expectSubscriptions(work.subscriptions).toBe('^-!');
      expectObservable(cold('a--').pipe(concatMapBounded(() => cold('-#'), { overflow: 'latest' }))).toBe('-#');
      const thrown = concatMapBounded(
        () => {
          throw new Error('no');
        },
        { overflow: 'latest' },
      );
      expectObservable(cold('-a-').pipe(thrown)).toBe('-#', undefined, new Error('no'));
    }),
  );

  it(
    'lets go of source and work when nobody listens',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('a-b-c');
      const work = cold('  -----');
      expectObservable(source.pipe(concatMapBounded(() => work, { size: 9, overflow: 'error' })), '^--!').toBe('-');
      expectSubscriptions(source.subscriptions).toBe('^--!');
      expectSubscriptions(work.subscriptions).toBe('^--!');
    }),
  );

  it('completes with an empty source, and after the work that is left', () => {
    const ends: string[] = [];
    EMPTY.pipe(concatMapBounded(() => of(1), { overflow: 'latest' })).subscribe({ complete: () => ends.push('empty') });
    concat(of(1), of(2))
      .pipe(concatMapBounded((value) => of(value), { overflow: 'latest' }))
      .subscribe({ next: (value) => ends.push(String(value)), complete: () => ends.push('all') });
    expect(ends).toEqual(['empty', '1', '2', 'all']);
  });

  it('loses nothing, and piles up no calls, when the work is done at once', () => {
    let count = 0;
    range(0, 100_000)
      .pipe(concatMapBounded((value) => of(value), { overflow: 'error' }))
      .subscribe(() => (count += 1));
    expect(count).toBe(100_000);
  });
});
