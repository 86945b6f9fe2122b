import { describe, expect, it } from '@jest/globals';
import { from, map, Subject } from 'rxjs';
import { gaps, type CandleGap } from '../../src/candles/gaps.js';
import { InvalidRequestError } from '../../src/errors.js';
import type { Candle } from '../../src/model/events.js';
import { candle } from '../events.js';
import { marbles } from '../marbles.js';
import { show } from './show.js';

const at = (second: number, price: number, fields: Partial<Candle> = {}): Candle =>
  candle({
    interval: '1s',
    openTime: second * 1_000,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: 1,
    turnover: price,
    state: 'final',
    ...fields,
  });

const showAny = (event: Candle | CandleGap): string =>
  event.type === 'candle' ? show(event) : `gap ${event.from / 1_000}-${event.until / 1_000} (${event.windows})`;

const marked = (candles: readonly Candle[]): string[] => {
  const told: string[] = [];
  from(candles)
    .pipe(gaps('mark'))
    .subscribe((event) => told.push(showAny(event)));
  return told;
};

const filled = (candles: readonly Candle[]): string[] => {
  const told: string[] = [];
  from(candles)
    .pipe(gaps('fill-forward'))
    .subscribe((event) => told.push(show(event)));
  return told;
};

describe('gaps', () => {
  it('leaves a stream as it is when they are omitted', () => {
    const candles = [at(0, 5), at(3, 6)];
    const told: Candle[] = [];
    from(candles)
      .pipe(gaps('omit'))
      .subscribe((event) => told.push(event));
    expect(told).toEqual(candles);
  });

  it('marks windows without trades in their place, all in a row as one', () => {
    expect(marked([at(0, 5), at(1, 5), at(4, 6), at(5, 7), at(7, 7)])).toEqual([
      '0 final 5/5/5/5 x1',
      '1 final 5/5/5/5 x1',
      'gap 2-4 (2)',
      '4 final 6/6/6/6 x1',
      '5 final 7/7/7/7 x1',
      'gap 6-7 (1)',
      '7 final 7/7/7/7 x1',
    ]);
  });

  it('counts the windows of months', () => {
    const month = (m: number) => at(0, 5, { interval: '1M', openTime: Date.UTC(2026, m) });
    expect(marked([month(0), month(3)])[1]).toBe(`gap ${Date.UTC(2026, 1) / 1_000}-${Date.UTC(2026, 3) / 1_000} (2)`);
  });

  it('fills them with the close before, no volume, and a mark', () => {
    expect(filled([at(0, 5, { high: 9, close: 8 }), at(3, 6)])).toEqual([
      '0 final 5/9/5/8 x1',
      '1 final 8/8/8/8 x0 filled',
      '2 final 8/8/8/8 x0 filled',
      '3 final 6/6/6/6 x1',
    ]);
  });

  it('does not hand a mark of the candle before on to a filled one', () => {
    expect(filled([at(0, 5, { partial: true, state: 'provisional' }), at(2, 6)])[1]).toBe('1 final 5/5/5/5 x0 filled');
  });

  it('says nothing of what came before the first candle, nor of repeated and forming ones', () => {
    const forming = at(9, 5, { state: 'open' });
    expect(marked([forming, forming, at(9, 5)])).toHaveLength(3);
  });

  it('tells filled candles again as revised when the close they rest on changes', () => {
    expect(filled([at(0, 5), at(3, 6), at(0, 5, { close: 7, state: 'revised' }), at(0, 5, { close: 7 })])).toEqual([
      '0 final 5/5/5/5 x1',
      '1 final 5/5/5/5 x0 filled',
      '2 final 5/5/5/5 x0 filled',
      '3 final 6/6/6/6 x1',
      '0 revised 5/5/5/7 x1',
      '1 revised 7/7/7/7 x0 filled',
      '2 revised 7/7/7/7 x0 filled',
      '0 final 5/5/5/7 x1',
    ]);
  });

  it('passes a candle that comes late for a filled window, and tells the ones after it again', () => {
    expect(filled([at(0, 5), at(4, 6), at(2, 9)]).slice(-3)).toEqual([
      '4 final 6/6/6/6 x1',
      '2 final 9/9/9/9 x1',
      '3 revised 9/9/9/9 x0 filled',
    ]);
    expect(marked([at(0, 5), at(4, 6), at(2, 9)]).slice(-2)).toEqual(['4 final 6/6/6/6 x1', '2 final 9/9/9/9 x1']);
  });

  it('fills several markets, each by itself', () => {
    const other = { market: 'KRW-ETH' } as const;
    const told: string[] = [];
    from([at(0, 5), at(0, 6, other), at(2, 5), at(1, 6, other), at(3, 6, other)])
      .pipe(gaps('fill-forward'))
      .subscribe((each) => each.filled === true && told.push(`${each.market} ${each.openTime}`));
    expect(told).toEqual(['KRW-BTC 1000', 'KRW-ETH 2000']);
  });

  it(
    'with a clock, finds windows empty although no candle comes',
    marbles(({ cold, expectObservable, scheduler }) => {
      const source = cold('       a 4499ms b', { a: at(0, 5, { state: 'open' }), b: at(4, 6, { state: 'open' }) });
      const fill = '              a 2199ms x 999ms y 999ms z 299ms b';
      const told = source.pipe(gaps('fill-forward', { scheduler, grace: 200 }), map(show));
      expectObservable(told, '^ 5s !').toBe(fill, {
        a: '0 open 5/5/5/5 x1',
        x: '1 final 5/5/5/5 x0 filled',
        y: '2 final 5/5/5/5 x0 filled',
        z: '3 final 5/5/5/5 x0 filled',
        b: '4 open 6/6/6/6 x1',
      });
    }),
  );

  it(
    'with a clock, goes on from a candle that comes late',
    marbles(({ cold, expectObservable, scheduler }) => {
      const source = cold('a 2999ms b', { a: at(0, 5), b: at(1, 7) });
      const told = source.pipe(gaps('mark', { scheduler, grace: 200 }), map(showAny));
      expectObservable(told, '^ 4500ms !').toBe('a 2199ms x 799ms b 199ms y 999ms z', {
        a: '0 final 5/5/5/5 x1',
        x: 'gap 1-2 (1)',
        b: '1 final 7/7/7/7 x1',
        y: 'gap 2-3 (1)',
        z: 'gap 3-4 (1)',
      });
    }),
  );

  it(
    'tells all again that the clock has told one by one, when the close they rest on changes',
    marbles(({ cold, expectObservable, scheduler }) => {
      const revised = at(0, 5, { close: 7, high: 7, state: 'revised' });
      const source = cold('a 3299ms b', { a: at(0, 5), b: revised });
      const told = source.pipe(gaps('fill-forward', { scheduler, grace: 200 }), map(show));
      expectObservable(told, '^ 4s !').toBe('a 2199ms x 999ms y 99ms (brs)', {
        a: '0 final 5/5/5/5 x1',
        x: '1 final 5/5/5/5 x0 filled',
        y: '2 final 5/5/5/5 x0 filled',
        b: '0 revised 5/7/5/7 x1',
        r: '1 revised 7/7/7/7 x0 filled',
        s: '2 revised 7/7/7/7 x0 filled',
      });
    }),
  );

  it('gathers no long stretch before it tells it', () => {
    const source$ = new Subject<Candle>();
    let count = 0;
    const subscription = source$.pipe(gaps('fill-forward')).subscribe(() => {
      count += 1;
      if (count === 10) subscription.unsubscribe();
    });
    source$.next(at(0, 5));
    source$.next(at(40_000_000, 5));
    expect(count).toBe(10);
  });

  it(
    'passes on completion and errors',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      expectObservable(cold<Candle>('--|').pipe(gaps('mark'))).toBe('--|');
      expectObservable(cold<Candle>('--#').pipe(gaps('mark'))).toBe('--#');
      const source = cold<Candle>('------');
      expectObservable(source.pipe(gaps('mark')), '^--!').toBe('---');
      expectSubscriptions(source.subscriptions).toBe('^--!');
    }),
  );

  it('refuses an unknown policy', () => {
    expect(() => gaps('interpolate' as 'omit')).toThrow(InvalidRequestError);
  });
});
