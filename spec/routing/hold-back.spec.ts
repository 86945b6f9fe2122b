import { describe, expect, it } from '@jest/globals';
import { EMPTY, Observable, Subject, Subscription, of } from 'rxjs';
import { HoldBack, type HoldBackOptions } from '../../src/routing/hold-back.js';
import { marbles } from '../marbles.js';

type Options<T> = Partial<HoldBackOptions<T>> & Pick<HoldBackOptions<T>, 'missing'>;

/** A hold-back as an operator that expects something missing from the start. */
const holdBack =
  <T>(options: Options<T>) =>
  (source: Observable<T>): Observable<T> =>
    new Observable((subscriber) => {
      const whole = new Subscription();
      const gate = new HoldBack<T>({
        supersedes: () => false,
        most: 100,
        onOverflow: () => undefined,
        tell: (value) => subscriber.next(value),
        fail: (error) => subscriber.error(error),
        whole,
        ...options,
      });
      gate.expect();
      whole.add(source.subscribe((value) => gate.push(value)));
      return whole;
    });

interface Scene {
  readonly gate: HoldBack<number>;
  readonly seen: number[];
  readonly asked: number[];
  readonly missing$: Subject<number>;
}

const scene = (options: Partial<HoldBackOptions<number>> = {}): Scene => {
  const seen: number[] = [];
  const asked: number[] = [];
  const missing$ = new Subject<number>();
  const gate = new HoldBack<number>({
    missing: (first) => {
      asked.push(first);
      return missing$;
    },
    supersedes: () => false,
    most: 100,
    onOverflow: () => undefined,
    tell: (value) => seen.push(value),
    fail: () => seen.push(NaN),
    whole: new Subscription(),
    ...options,
  });
  return { gate, seen, asked, missing$ };
};

describe('HoldBack', () => {
  it(
    'tells what was missing, then what came meanwhile, then lets pass what comes',
    marbles(({ cold, expectObservable }) => {
      const source = cold('  -a-b--------c');
      const missing = cold('  ---x-(y|)');
      const expected = '     ----x-(yab)-c';
      expectObservable(source.pipe(holdBack({ missing: () => missing })), '^------------!').toBe(expected);
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
      expectObservable(cold('-a-b-c').pipe(holdBack({ missing })), '^------!').toBe('-a-b-c');
      flush();
      expect(asked).toEqual(['a']);
    }),
  );

  it(
    'no longer waits when too much is held back',
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const overflowed: string[] = [];
      const missing = cold('-----');
      const options: Options<string> = { missing: () => missing, most: 2, onOverflow: (it) => overflowed.push(it) };
      expectObservable(cold('-a-b-c').pipe(holdBack(options)), '^----------!').toBe('-----(abc)');
      expectSubscriptions(missing.subscriptions).toBe('-^---!');
      flush();
      expect(overflowed).toEqual(['a']);
    }),
  );

  it(
    'lets go of what it asks for when nobody listens',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const missing = cold('------');
      expectObservable(cold('-a----').pipe(holdBack({ missing: () => missing })), '^--!').toBe('-');
      expectSubscriptions(missing.subscriptions).toBe('-^-!');
    }),
  );

  it(
    'errors when what was missing does, instead of passing on what came after it',
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('-a-b').pipe(holdBack({ missing: () => cold('---#') }))).toBe('----#');
    }),
  );

  it('lets everything pass while nothing is expected to be missing', () => {
    const { gate, seen, asked } = scene();
    gate.push(1);
    gate.push(2);
    expect([seen, asked, gate.isOpen, gate.isHolding]).toEqual([[1, 2], [], true, false]);
  });

  it('asks again each time something may be missing again', () => {
    const { gate, seen, asked, missing$ } = scene();
    gate.expect();
    gate.push(1);
    missing$.complete();
    gate.push(2);
    gate.expect();
    expect(gate.isOpen).toBe(false);
    gate.push(3);
    expect([seen, asked]).toEqual([
      [1, 2, 3],
      [1, 3],
    ]);
  });

  it('goes on with what it asks for when it is told once more that something may be missing', () => {
    const { gate, seen, asked, missing$ } = scene();
    gate.expect();
    gate.push(2);
    gate.expect();
    gate.push(3);
    missing$.next(1);
    missing$.complete();
    gate.push(4);
    expect([seen, asked]).toEqual([[1, 2, 3, 4], [2]]);
  });

  it('forgets what it holds when the stream begins anew', () => {
    const { gate, seen, asked, missing$ } = scene();
    gate.expect();
    gate.push(1);
    gate.restart();
    expect(gate.isHolding).toBe(false);
    expect(missing$.observed).toBe(false);
    gate.push(5);
    missing$.complete();
    expect([seen, asked]).toEqual([[5], [1, 5]]);
  });

  it('tells nothing more when telling makes the stream begin anew', () => {
    const told: number[] = [];
    const { gate }: Scene = scene({
      missing: () => of(1, 2),
      tell: (value) => {
        told.push(value);
        gate.restart();
      },
    });
    gate.expect();
    gate.push(3);
    expect([told, gate.isOpen, gate.isHolding]).toEqual([[1], false, false]);
  });

  it('tells no more of what it held when telling it makes the stream begin anew', () => {
    const told: number[] = [];
    const { gate, missing$ }: Scene = scene({
      tell: (value) => {
        told.push(value);
        gate.restart();
      },
    });
    gate.expect();
    gate.push(1);
    gate.push(2);
    missing$.complete();
    expect([told, gate.isOpen]).toEqual([[1], false]);
  });

  it('keeps the order when telling brings in more', () => {
    const source$ = new Subject<number>();
    const seen: number[] = [];
    source$.pipe(holdBack({ missing: () => of(0) })).subscribe((value) => {
      seen.push(value);
      if (value === 1) source$.next(2);
    });
    source$.next(1);
    source$.next(3);
    expect(seen).toEqual([0, 1, 2, 3]);
  });

  it('keeps of values that supersede each other the last', () => {
    const missing$ = new Subject<number>();
    const seen: number[] = [];
    const gate = new HoldBack<number>({
      missing: () => missing$,
      supersedes: (value, held) => Math.floor(value) === Math.floor(held),
      most: 2,
      onOverflow: () => seen.push(NaN),
      tell: (value) => seen.push(value),
      fail: () => seen.push(NaN),
      whole: new Subscription(),
    });
    gate.expect();
    for (const value of [1.1, 1.2, 1.3, 2.1, 2.2]) gate.push(value);
    missing$.complete();
    expect(seen).toEqual([1.3, 2.2]);
  });
});
