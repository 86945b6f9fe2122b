import { describe, expect, it } from '@jest/globals';
import { NEVER, Subject, of, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { continueFrom } from '../../src/candles/continue-from.js';
import { resampleAll } from '../../src/candles/resample-all.js';
import { InvalidRequestError } from '../../src/errors.js';
import type { Candle } from '../../src/model/events.js';
import { candle } from '../events.js';
import { marbles } from '../marbles.js';
import { show } from './show.js';

const MINUTE = 60_000;

/** The 1m candle of a minute as REST tells it, flat at a price. */
const row = (minute: number, price: number, volume: number, fields: Partial<Candle> = {}): Candle =>
  candle({
    openTime: minute * MINUTE,
    timestamp: minute * MINUTE + volume,
    open: price,
    high: price,
    low: price,
    close: price,
    volume,
    turnover: price * volume,
    tier: 'cold-rest',
    state: 'final',
    ...fields,
  });

const live = (minute: number, price: number, volume: number): Candle =>
  row(minute, price, volume, { state: 'open', tier: 'live-subscription' });

/** The 3m candle of minutes 0 to 2 when its second minute is half over, and one before it. */
const MINUTES = [row(0, 5, 1), row(1, 6, 2, { state: 'open' })];
const HISTORY = [row(-3, 4, 9, { interval: '3m' }), ...resampleAll(MINUTES, '3m')];

/** A stream driven by hand without a clock, and what it has told so far. */
const driven = (history: readonly Candle[] = HISTORY) => {
  const lowers$ = new Subject<readonly Candle[]>();
  const live$ = new Subject<Candle>();
  const asked: number[] = [];
  const told: string[] = [];
  const errors: unknown[] = [];
  const lowers = (since: number) => {
    asked.push(since);
    return lowers$;
  };
  const scheduler = new TestScheduler(() => undefined);
  const subscription = continueFrom({ interval: '3m', history$: of(history), lowers, live$, scheduler }).subscribe({
    next: (each) => told.push(show(each)),
    error: (error: unknown) => errors.push(error),
  });
  return { lowers$, live$, asked, told, errors, subscription };
};

describe('continueFrom', () => {
  it('tells history at once, and asks for the shorter candles of its newest window', () => {
    const { told, asked, live$ } = driven();
    expect(told).toEqual(['-180 final 4/4/4/4 x9', '0 open 5/6/5/6 x3']);
    expect(asked).toEqual([0]);
    expect(live$.observed).toBe(true);
  });

  it('goes on with the forming candle exactly: nothing is counted twice, nothing left out', () => {
    const { lowers$, live$, told } = driven();
    live$.next(live(1, 6, 3));
    // Read while live was on: the minute has had more since.
    lowers$.next(MINUTES);
    live$.next(live(1, 8, 4));
    live$.next(live(2, 7, 1));
    expect(told.slice(2)).toEqual(['0 open 5/6/5/6 x4', '0 open 5/8/5/8 x5', '0 open 5/8/5/7 x6']);
  });

  it('goes on with the next candle, and settles the one before it', () => {
    const { lowers$, live$, told } = driven();
    lowers$.next(MINUTES);
    for (const each of [live(1, 6, 2), live(2, 7, 1), live(3, 9, 1), live(4, 8, 1)]) live$.next(each);
    expect(told.slice(-4)).toEqual([
      '0 provisional 5/7/5/7 x4',
      '180 open 9/9/9/9 x1',
      '0 final 5/7/5/7 x4',
      '180 open 9/9/8/8 x2',
    ]);
  });

  it('leaves a settled candle of history as it is when nothing has been traded since', () => {
    const yesterday = [row(-3, 4, 1), row(-1, 4, 8)];
    const { lowers$, live$, told, asked } = driven([
      row(-3, 4, 9, { interval: '3m', timestamp: -MINUTE + 8, turnover: 36 }),
    ]);
    expect(asked).toEqual([-3 * MINUTE]);
    lowers$.next(yesterday);
    expect(told).toEqual(['-180 final 4/4/4/4 x9']);
    live$.next(live(1, 6, 3));
    // What lies between is read again: nothing.
    lowers$.next(yesterday);
    expect(asked).toEqual([-3 * MINUTE, -MINUTE]);
    expect(told.slice(1)).toEqual(['0 open 6/6/6/6 x3']);
  });

  it(
    'is settled by the clock in a quiet market',
    marbles(({ cold, expectObservable, scheduler }) => {
      const options = { history$: of(HISTORY), lowers: () => of(MINUTES), live$: cold<Candle>('---'), scheduler };
      const told = continueFrom({ interval: '3m', ...options });
      expectObservable(told, '^ 300s !').toBe('(xy) 179996ms p 1999ms f', {
        x: HISTORY[0],
        y: HISTORY[1],
        p: { ...HISTORY[1], state: 'provisional' },
        f: { ...HISTORY[1], state: 'final' },
      });
    }),
  );

  it('begins with the present window when there is no history', () => {
    const { asked, lowers$, live$, told } = driven([]);
    expect(asked).toEqual([0]);
    lowers$.next([]);
    live$.next(live(1, 6, 3));
    expect(told).toEqual(['0 open 6/6/6/6 x3']);
  });

  it('errors when the shorter candles cannot be read, or do not add up', () => {
    const failed = driven();
    failed.lowers$.error(new Error('no route'));
    expect(failed.errors).toMatchObject([{ name: 'MarketDataError' }]);
    const wrong = driven();
    wrong.lowers$.next([row(0, 5, 1, { interval: '5m' })]);
    expect(wrong.errors[0]).toBeInstanceOf(InvalidRequestError);
    const errors: unknown[] = [];
    const history$ = throwError(() => new Error('no history'));
    continueFrom({ interval: '1d', history$, lowers: () => NEVER, live$: NEVER }).subscribe({
      error: (error: unknown) => errors.push(error),
    });
    expect(String(errors[0])).toContain('no history');
  });

  it('lets go of everything when nobody listens', () => {
    const { lowers$, live$, subscription } = driven();
    subscription.unsubscribe();
    expect([lowers$.observed, live$.observed]).toEqual([false, false]);
  });
});
