import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { from, type Observable } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { timeframes, type Timeframes } from '../../src/candles/timeframes.js';
import { InvalidRequestError } from '../../src/errors.js';
import type { Candle } from '../../src/model/events.js';
import { closeTime, openTimeOf } from '../../src/model/interval.js';
import { candle } from '../events.js';
import { marbles } from '../marbles.js';
import { show } from './show.js';

const MINUTE = 60_000;

const at = (minute: number, price: number, fields: Partial<Candle> = {}): Candle =>
  candle({
    openTime: minute * MINUTE,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: 1,
    turnover: price,
    state: 'final',
    ...fields,
  });

const INTERVALS = ['15m', '1m', '5m'] as const;

const framesOf = (candles: readonly Candle[]): Timeframes<'1m' | '5m' | '15m'>[] => {
  const told: Timeframes<'1m' | '5m' | '15m'>[] = [];
  from(candles)
    .pipe(timeframes(INTERVALS, { scheduler: new TestScheduler(() => undefined) }))
    .subscribe((frames) => told.push(frames));
  return told;
};

const brief = ({ base, closed, forming }: Timeframes<'1m' | '5m' | '15m'>): string =>
  [base, closed['5m'], forming['5m']].map((each) => (each === undefined ? '-' : show(each))).join(' | ');

describe('timeframes', () => {
  it('tells with each candle what the longer intervals are as of it', () => {
    expect(framesOf([at(0, 1), at(3, 4), at(4, 5), at(5, 6, { state: 'open' }), at(5, 6)]).map(brief)).toEqual([
      '0 final 1/1/1/1 x1 | - | 0 open 1/1/1/1 x1',
      '180 final 4/4/4/4 x1 | - | 0 open 1/4/1/4 x2',
      '240 final 5/5/5/5 x1 | 0 final 1/5/1/5 x3 | -',
      '300 open 6/6/6/6 x1 | 0 final 1/5/1/5 x3 | 300 open 6/6/6/6 x1',
      '300 final 6/6/6/6 x1 | 0 final 1/5/1/5 x3 | 300 open 6/6/6/6 x1',
    ]);
  });

  it('tells of the shortest interval, too, what is done and what is forming', () => {
    const [first, second] = framesOf([at(0, 1), at(1, 2, { state: 'open' })]);
    expect([first?.closed['1m']?.close, first?.forming['1m']]).toEqual([1, undefined]);
    expect([second?.closed['1m']?.close, second?.forming['1m']?.close]).toEqual([1, 2]);
  });

  it('shows a revision in the longer intervals', () => {
    const minutes = [0, 1, 2, 3, 4].map((minute) => at(minute, 5));
    expect(
      framesOf([...minutes, at(3, 9, { state: 'revised' })])
        .map(brief)
        .at(-1),
    ).toBe('180 revised 9/9/9/9 x1 | 0 revised 5/9/5/5 x5 | -');
  });

  it('leaves alone what it has told before', () => {
    const told = framesOf([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((minute) => at(minute, minute + 1)));
    expect(told[2]?.closed['5m']).toBeUndefined();
    expect(told[2]?.forming['5m']?.close).toBe(3);
    expect(told[4]?.closed['5m']?.close).toBe(5);
  });

  it('never looks into the future', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(60), { minLength: 1 }), (list) => {
        const candles = list.sort((a, b) => a - b).map((minute) => at(minute, minute + 1));
        const told = framesOf(candles);
        expect(told).toHaveLength(candles.length);
        for (const [i, { base, closed, forming }] of told.entries()) {
          expect(base).toEqual(candles[i]);
          for (const interval of ['5m', '15m'] as const) {
            const done = closed[interval];
            const partly = forming[interval];
            if (done !== undefined) {
              expect(closeTime(interval, done.openTime)).toBeLessThanOrEqual(closeTime('1m', base.openTime));
            }
            // Prices rise with time, so the close tells the newest candle that was counted.
            expect(partly ?? done).toMatchObject({ close: base.close, openTime: openTimeOf(interval, base.openTime) });
          }
          // It is what it would have been had nothing more come.
          expect(told[i]).toEqual(framesOf(candles.slice(0, i + 1)).at(-1));
        }
      }),
      { numRuns: 20 },
    );
  });

  it('keeps several markets apart', () => {
    const [, btc] = framesOf([at(0, 1, { market: 'KRW-ETH' }), at(0, 2)]);
    expect(btc?.forming['5m']?.open).toBe(2);
  });

  it(
    'passes on completion and errors',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const inStep = timeframes(['1m', '5m']);
      expectObservable(cold<Candle>('--|').pipe(inStep)).toBe('--|');
      expectObservable(cold<Candle>('--#').pipe(inStep)).toBe('--#');
      const source = cold<Candle>('------');
      expectObservable(source.pipe(inStep), '^--!').toBe('---');
      expectSubscriptions(source.subscriptions).toBe('^--!');
    }),
  );

  it('refuses intervals that are not made of the shortest, and other candles than those', () => {
    expect(() => timeframes(['3m', '5m'])).toThrow('5m candles are not made of whole 3m candles');
    expect(() => timeframes([])).toThrow(InvalidRequestError);
    const errors: unknown[] = [];
    const source: Observable<Candle> = from([at(0, 1, { interval: '3m' })]);
    source.pipe(timeframes(['1m', '5m'])).subscribe({ error: (error: unknown) => errors.push(error) });
    expect(String(errors[0])).toContain('timeframes expects 1m candles, not 3m');
  });
});
