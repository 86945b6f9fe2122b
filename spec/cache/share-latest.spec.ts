import { describe, expect, it } from '@jest/globals';
import { Subject, concat, defer, of, throwError } from 'rxjs';
import { shareLatest } from '../../src/cache/share-latest.js';
import { marbles } from '../marbles.js';

describe('shareLatest', () => {
  it(
    'subscribes to its source once however many subscribe',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('   -a-b-c-d|');
      const subs = '          ^-------!';
      const shared = source.pipe(shareLatest({ linger: 10 }));
      expectObservable(shared).toBe('-a-b-c-d|');
      expectObservable(shared).toBe('-a-b-c-d|');
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'greets a late subscriber with the last value at once',
    marbles(({ cold, expectObservable }) => {
      const source = cold('   -a-b-----c--');
      const late = '          ----^------!';
      const expected = '      ----b----c--';
      const shared = source.pipe(shareLatest({ linger: 10 }));
      expectObservable(shared, '^----------!').toBe('-a-b-----c--');
      expectObservable(shared, late).toBe(expected);
    }),
  );

  it(
    'keeps the source for the linger after the last subscriber left',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('   -a-b-c-d-e-f-g-h');
      const unsub = '         ^---!';
      const subs = '          ^--------!';
      expectObservable(source.pipe(shareLatest({ linger: 5 })), unsub).toBe('-a-b-');
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'serves who comes back during the linger from the same subscription',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('   -a-b-c-d-e-f-g-h');
      const first = '         ^---!';
      const second = '        ------^---!';
      const subs = '          ^--------------!';
      const shared = source.pipe(shareLatest({ linger: 5 }));
      expectObservable(shared, first).toBe(' -a-b-');
      expectObservable(shared, second).toBe('------cd-e-');
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'ends the linger early when released',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const source = cold('   -a-b-c-d-e-f-g-h');
      const release = hot('   ------x');
      const unsub = '         ^---!';
      const subs = '          ^-----!';
      expectObservable(source.pipe(shareLatest({ linger: 50, release$: release })), unsub).toBe('-a-b-');
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'passes an error to everybody and starts afresh for the next',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('   -a-#');
      const late = '          ------^';
      const shared = source.pipe(shareLatest({ linger: 10 }));
      expectObservable(shared).toBe('      -a-#');
      expectObservable(shared, late).toBe('-------a-#');
      expectSubscriptions(source.subscriptions).toBe(['^--!', '------^--!']);
    }),
  );

  it(
    'forgets the last value when the source completes',
    marbles(({ cold, expectObservable }) => {
      const source = cold('   -a|');
      const late = '          -----^';
      const shared = source.pipe(shareLatest({ linger: 10 }));
      expectObservable(shared).toBe('      -a|');
      expectObservable(shared, late).toBe('------a|');
    }),
  );

  it(
    'says nothing for a source that never does, and completes with an empty one',
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('-').pipe(shareLatest({ linger: 1 })), '^---!').toBe('-----');
      expectObservable(cold('--|').pipe(shareLatest({ linger: 1 }))).toBe('--|');
    }),
  );

  it('keeps its slot up to date with the last value, and tells of the end before its subscribers hear of it', () => {
    const slot: { latest: number | undefined } = { latest: undefined };
    const told: string[] = [];
    const source$ = new Subject<number>();
    const shared = source$.pipe(shareLatest({ linger: 0, slot, onEnd: (how) => told.push(how) }));
    shared.subscribe({ complete: () => told.push('heard') });
    source$.next(1);
    source$.next(2);
    expect(slot).toEqual({ latest: 2 });
    source$.complete();
    throwError(() => new Error('x'))
      .pipe(shareLatest({ linger: 0, onEnd: (how) => told.push(how) }))
      .subscribe({ error: () => told.push('heard') });
    expect(told).toEqual(['completed', 'heard', 'failed', 'heard']);
  });

  it('greets with the latest by its own order, in its own words', () => {
    const source$ = new Subject<number>();
    const shared = source$.pipe(
      shareLatest({ linger: 0, isLater: (value, last) => value > last, greeting: (last) => -last }),
    );
    const seen: number[] = [];
    const first = shared.subscribe();
    for (const value of [1, 3, 2]) source$.next(value);
    const second = shared.subscribe((value) => seen.push(value));
    expect(seen).toEqual([-3]);
    first.unsubscribe();
    second.unsubscribe();
  });

  it(
    'leaves no timer behind for a source that has ended',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const release = cold('-');
      const shared = cold('-a|').pipe(shareLatest({ linger: 50, release$: release }));
      expectObservable(shared).toBe('-a|');
      expectSubscriptions(release.subscriptions).toBe([]);
    }),
  );

  it('greets with undefined when that was the last value', () => {
    const seen: unknown[] = [];
    const shared = defer(() => concat(of(undefined), new Subject<undefined>())).pipe(shareLatest({ linger: 0 }));
    const first = shared.subscribe();
    const second = shared.subscribe((value) => seen.push(value));
    expect(seen).toEqual([undefined]);
    first.unsubscribe();
    second.unsubscribe();
  });

  it('gives a value emitted while greeting to the newcomer too', () => {
    const source$ = new Subject<number>();
    const shared = source$.pipe(shareLatest({ linger: 0 }));
    const first = shared.subscribe();
    source$.next(1);
    const seen: number[] = [];
    const second = shared.subscribe((value) => {
      seen.push(value);
      if (value === 1) source$.next(2);
    });
    expect(seen).toEqual([1, 2]);
    first.unsubscribe();
    second.unsubscribe();
  });
});
