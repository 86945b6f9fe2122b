import { describe, expect, it } from '@jest/globals';
import { Observable, filter, pipe } from 'rxjs';
import {
  atr,
  bollingerBands,
  crossOver,
  ema,
  indicators,
  latest,
  macd,
  rsi,
  slope,
  sma,
  type Bar,
  type Macd,
} from '../../src/indicators/index.js';
import type { Candle, Trade } from '../../src/model/events.js';

/* The compiler is the test here: each line says what type it expects. */

const candles$ = new Observable<Candle>();
const trades$ = new Observable<Trade>();
const numbers$ = new Observable<number>();

describe('types of indicators', () => {
  it('are inferred in a pipe, from candles, numbers and what is picked', () => {
    const streams: Observable<number>[] = [
      candles$.pipe(
        rsi(14),
        filter((strength) => strength < 30),
      ),
      candles$.pipe(rsi(14, (candle) => candle.turnover)),
      trades$.pipe(ema(14, (trade) => trade.price)),
      numbers$.pipe(rsi(14), slope(3)),
      candles$.pipe(pipe(ema(12), slope())),
      candles$.pipe(
        macd(),
        slope(3, (line) => line.histogram),
      ),
    ];
    const crossings$: Observable<boolean> = candles$.pipe(crossOver(latest(), sma(50)), filter(Boolean));
    const reversals$: Observable<boolean> = candles$.pipe(crossOver(pipe(ema(12), slope(2)), 0));
    expect([...streams, crossings$, reversals$]).toHaveLength(8);
  });

  it('are those of each member, when several run together', () => {
    const readings$: Observable<{
      readonly strength?: number | undefined;
      readonly lines?: Macd | undefined;
      readonly rise?: number | undefined;
      readonly range?: number | undefined;
      readonly candle?: Candle | undefined;
      readonly crossed?: boolean | undefined;
    }> = candles$.pipe(
      indicators({
        strength: rsi(14, (candle) => candle.high),
        lines: macd(),
        rise: pipe(ema(12), slope()),
        range: atr(14),
        candle: latest((candle: Candle) => candle),
        crossed: crossOver(ema(1), sma(3)),
      }),
    );
    expect(readings$).toBeInstanceOf(Observable);
  });

  it('are of candles where nothing else is said', () => {
    const together = indicators({ strength: rsi(14, (candle) => candle.high), bands: bollingerBands() });
    const readings$: Observable<{ readonly strength?: number | undefined }> = new Observable<Bar>().pipe(together);
    const crossed = crossOver(
      rsi(3, (candle) => candle.low),
      30,
    );
    expect([readings$, candles$.pipe(crossed)]).toHaveLength(2);
  });

  it('refuse numbers where candles are needed', () => {
    // @ts-expect-error a number has no range
    expect(numbers$.pipe(atr(14))).toBeInstanceOf(Observable);
    // @ts-expect-error a trade has no close, so it must be said what to take
    expect(trades$.pipe(rsi(14))).toBeInstanceOf(Observable);
  });
});
