import { describe, expect, it } from '@jest/globals';
import { Subject, from, map, pipe, type OperatorFunction } from 'rxjs';
import { InvalidRequestError } from '../../src/errors.js';
import { ema, indicators, macd, rsi, slope, sma, type Bar, type Indicator } from '../../src/indicators/index.js';
import { candle } from '../events.js';
import { marbles } from '../marbles.js';
import { itIsAnIndicator, valuesOf } from './contract.js';
import { averages, closes, mean, sum, window } from './definitions.js';
import { bar, barAt, random, wandering } from './market.js';

const all = <In, Out>(inputs: readonly In[], operator: OperatorFunction<In, Out>): Out[] => {
  const values: Out[] = [];
  from(inputs)
    .pipe(operator)
    .subscribe((value) => values.push(value));
  return values;
};

describe('an indicator as an operator', () => {
  const numbers = { a: 1, b: 2, c: 6, d: 7 };

  it(
    'gives one value per number once it is warm, and completes with its source',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-b-c-d-|', numbers);
      const subs = '       ^--------!';
      const expected = '   ---x-y-z-|';
      expectObservable(source.pipe(sma(2))).toBe(expected, { x: 1.5, y: 4, z: 6.5 });
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'says nothing for a source that does not, and nothing for too few inputs',
    marbles(({ cold, expectObservable }) => {
      expectObservable(
        cold('-').pipe(
          map((text) => text.length),
          sma(2),
        ),
        '^---!',
      ).toBe('-----');
      expectObservable(
        cold('--|').pipe(
          map((text) => text.length),
          sma(2),
        ),
      ).toBe('--|');
      expectObservable(cold('-a-|', numbers).pipe(sma(2))).toBe('---|');
    }),
  );

  it(
    'passes an error on',
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('-a-b-#', numbers).pipe(sma(2))).toBe('---x-#', { x: 1.5 });
    }),
  );

  it(
    'leaves its source when it is left',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-b-c-d-|', numbers);
      const unsub = '      ----!';
      const subs = '       ^---!';
      const expected = '   ---x-';
      expectObservable(source.pipe(sma(2)), unsub).toBe(expected, { x: 1.5 });
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'errors, and leaves its source, when what picks the number throws',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-b-c-|', numbers);
      const subs = '       ^--!';
      const failing = sma(1, (value: number) => {
        if (value === 2) throw new Error('picked badly');
        return value;
      });
      expectObservable(source.pipe(failing)).toBe('-x-#', { x: 1 }, new Error('picked badly'));
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'replaces a forming candle instead of adding it',
    marbles(({ cold, expectObservable }) => {
      const at = (openTime: number, close: number) => candle({ openTime, close });
      const source = cold('-a-b-c-d-|', { a: at(0, 10), b: at(60_000, 20), c: at(60_000, 40), d: at(120_000, 30) });
      const expected = '   ---x-y-z-|';
      expectObservable(source.pipe(sma(2))).toBe(expected, { x: 15, y: 25, z: 35 });
    }),
  );

  it(
    'gives the newest value again when the candle before the newest is revised',
    marbles(({ cold, expectObservable }) => {
      const at = (openTime: number, close: number) => candle({ openTime, close });
      const source = cold('-a-b-c|', { a: at(0, 10), b: at(60_000, 20), c: { ...at(0, 30), state: 'revised' } });
      const expected = '   ---x-y|';
      expectObservable(source.pipe(sma(2))).toBe(expected, { x: 15, y: 25 });
    }),
  );

  it('goes on from what a subscriber feeds back', () => {
    const source$ = new Subject<number>();
    const seen: number[] = [];
    source$.pipe(sma(2)).subscribe((value) => {
      seen.push(value);
      if (value === 1.5) source$.next(4);
    });
    source$.next(1);
    source$.next(2);
    expect(seen).toEqual([1.5, 3]);
  });

  it('starts afresh for each subscription', () => {
    const values$ = from([1, 2, 3]).pipe(sma(2));
    const seen: number[] = [];
    values$.subscribe((value) => seen.push(value));
    values$.subscribe((value) => seen.push(value));
    expect(seen).toEqual([1.5, 2.5, 1.5, 2.5]);
  });

  it('takes what is not a candle as the next input each time, however equal', () => {
    expect(all([5, 5, 5], sma(2))).toEqual([5, 5]);
    expect(
      all(
        [{ price: 1 }, { price: 1 }, { price: 3 }],
        sma(2, ({ price }: { price: number }) => price),
      ),
    ).toEqual([1, 2]);
  });
});

describe('indicators behind each other', () => {
  const composed: Indicator<Bar, number> = Object.assign(pipe(ema(12), slope(5)), { warmUp: 16 });
  itIsAnIndicator({
    of: () => composed,
    definition: (bars) => {
      const last = window(averages(closes(bars), 12), 5);
      return last && sum(last.map((value, i) => (i - 2) * (value - mean(last)))) / 10;
    },
    still: 0,
  });

  it('run in step over a forming candle, piped together or one after the other', () => {
    const draw = random(5);
    const bars = wandering(40).flatMap((last, minute) => [barAt(minute, draw), last]);
    const settled = all(wandering(40), pipe(ema(12), slope(5)));
    expect(all(bars, pipe(ema(12), slope(5))).filter((_, i) => i % 2 === 1)).toEqual(settled);
    const oneAfterTheOther: number[] = [];
    from(bars)
      .pipe(ema(12), slope(5))
      .subscribe((value) => oneAfterTheOther.push(value));
    expect(oneAfterTheOther).toEqual(all(bars, pipe(ema(12), slope(5))));
  });

  it('leave out the inputs at which the first has no answer', () => {
    const prices = [1, 1, 1, 2, 1];
    expect(valuesOf(Object.assign(pipe(rsi(1), sma(2)), { warmUp: 3 }), prices)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      50,
    ]);
  });

  it('pick from a value of several members', () => {
    const histograms = all(wandering(60), macd()).map(({ histogram }) => histogram);
    const picked = pipe(
      macd(),
      sma(1, ({ histogram }) => histogram),
    );
    expect(all(wandering(60), picked)).toEqual(histograms);
  });

  it('refuse another operator between them where a candle would be lost', () => {
    const halved = pipe(
      ema(12),
      map((value) => value / 2),
      slope(5),
    );
    expect(() => indicators({ halved })).toThrow(InvalidRequestError);
    const first = pipe(
      map((input: Bar) => input.close),
      ema(12),
    );
    expect(() => indicators({ first })).toThrow(/indicators: first must be an indicator/);
  });
});

describe('candles of two series in one stream', () => {
  it.each([
    ['market', { market: 'KRW-ETH' }],
    ['interval', { interval: '5m' }],
  ] as const)('are refused: another %s', (_, other) => {
    const errors: unknown[] = [];
    from([candle(), candle({ openTime: 60_000, ...other })])
      .pipe(sma(1))
      .subscribe({ error: (error: unknown) => errors.push(error) });
    expect(errors).toEqual([expect.any(InvalidRequestError)]);
    expect(String(errors[0])).toContain('expected KRW-BTC 1m');
  });

  it('need an open time that is one', () => {
    const errors: unknown[] = [];
    from([bar(NaN)])
      .pipe(sma(1))
      .subscribe({ error: (error: unknown) => errors.push(error) });
    expect(errors).toEqual([expect.any(InvalidRequestError)]);
  });
});
