import { describe, expect, it } from '@jest/globals';
import { EMPTY, NEVER, Subject, of, type Observable } from 'rxjs';
import { holdBack } from '../../src/routing/hold-back.js';
import { marbles } from '../marbles.js';

const options = { most: 100, onOverflow: () => undefined };
const never = (): Observable<string> => NEVER;

describe('holdBack', () => {
  it(
    'tells what was missing, then what came meanwhile, then goes on',
    marbles(({ cold, expectObservable }) => {
      const source = cold('  -a-b--------c|');
      const missing = cold('  ---x-(y|)');
      const expected = '     ----x-(yab)-c|';
      expectObservable(source.pipe(holdBack({ ...options, missing: () => missing }))).toBe(expected);
    }),
  );

  it(
    'asks with the first value, and only once',
    marbles(({ cold, expectObservable, flush }) => {
      const asked: string[] = [];
      const missing = (first: string) => {
        asked.push(first);
        return EMPTY;
      };
      expectObservable(cold('-a-b-c|').pipe(holdBack({ ...options, missing }))).toBe('-a-b-c|');
      flush();
      expect(asked).toEqual(['a']);
    }),
  );

  it(
    'no longer waits when too much is held back',
    marbles(({ cold, expectObservable, flush }) => {
      const overflowed: string[] = [];
      const held = cold('-a-b-c').pipe(
        holdBack<string>({ missing: () => NEVER, most: 2, onOverflow: (first) => overflowed.push(first) }),
      );
      expectObservable(held, '^----------!').toBe('-----(abc)');
      flush();
      expect(overflowed).toEqual(['a']);
    }),
  );

  it(
    'completes when the source has, and what was held back has been told',
    marbles(({ cold, expectObservable }) => {
      const held = cold('-a|').pipe(holdBack({ ...options, missing: () => cold('----(x|)') }));
      expectObservable(held).toBe('-----(xa|)');
      expectObservable(cold('--|').pipe(holdBack({ ...options, missing: never }))).toBe('--|');
    }),
  );

  it(
    'passes on an error of the source, and lets go of both when nobody listens',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      expectObservable(cold('-a-#').pipe(holdBack({ ...options, missing: never }))).toBe('---#');
      const source = cold('-a----');
      const missing = cold('------');
      expectObservable(source.pipe(holdBack({ ...options, missing: () => missing })), '^--!').toBe('-');
      expectSubscriptions(source.subscriptions).toBe('^--!');
      expectSubscriptions(missing.subscriptions).toBe('-^-!');
    }),
  );

  it('keeps the order when telling brings in more', () => {
    const source$ = new Subject<number>();
    const seen: number[] = [];
    source$.pipe(holdBack({ ...options, missing: () => of(0) })).subscribe((value) => {
      seen.push(value);
      if (value === 1) source$.next(2);
    });
    source$.next(1);
    source$.next(3);
    expect(seen).toEqual([0, 1, 2, 3]);
  });
});
