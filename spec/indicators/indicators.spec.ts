import { describe, expect, it } from '@jest/globals';
import { pipe } from 'rxjs';
import { atr, ema, indicators, latest, macd, rsi, slope, type Bar } from '../../src/indicators/index.js';
import { candle } from '../events.js';
import { marbles } from '../marbles.js';
import { itIsAnIndicator, valuesOf } from './contract.js';
import { averages, closes, strengths } from './definitions.js';
import { still, wandering } from './market.js';

describe('indicators', () => {
  itIsAnIndicator({
    of: () => indicators({ strength: rsi(14), fast: ema(12) }),
    definition: (bars) => ({ strength: strengths(closes(bars), 14).at(-1), fast: averages(closes(bars), 12).at(-1) }),
    still: { strength: undefined, fast: 100 },
  });

  it(
    'gives one object per candle from the first on, also while it forms',
    marbles(({ cold, expectObservable }) => {
      const at = (openTime: number, close: number) => candle({ openTime, close });
      const source = cold('-a-b-c-|', { a: at(0, 10), b: at(60_000, 20), c: at(60_000, 30) });
      const expected = '   -x-y-z-|';
      const together = indicators({ price: latest(), change: slope(2) });
      expectObservable(source.pipe(together)).toBe(expected, {
        x: { price: 10, change: undefined },
        y: { price: 20, change: 10 },
        z: { price: 30, change: 20 },
      });
    }),
  );

  it('says of each member what it says alone', () => {
    const bars = wandering(120);
    const together = valuesOf(
      indicators({ lines: macd(), range: atr(14), rise: pipe(ema(12), slope(5)), candle: latest((c: Bar) => c) }),
      bars,
    );
    expect(together.map((reading) => reading?.lines)).toEqual(valuesOf(macd(), bars));
    expect(together.map((reading) => reading?.range)).toEqual(valuesOf(atr(14), bars));
    expect(together.map((reading) => reading?.candle)).toEqual(bars);
    expect(together.at(-1)?.rise).toBeDefined();
  });

  it('can hold others', () => {
    const nested = valuesOf(indicators({ inner: indicators({ price: latest() }) }), still(1));
    expect(nested).toEqual([{ inner: { price: 100 } }]);
  });

  it('names all its members in every object, in their order', () => {
    const [first] = valuesOf(indicators({ b: rsi(14), a: latest() }), still(1));
    expect(Object.keys(first ?? {})).toEqual(['b', 'a']);
  });
});
