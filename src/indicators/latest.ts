import { indicator, type Indicator } from './indicator.js';
import type { Bar } from './input.js';
import { steps } from './state.js';

const closeOf = (input: Bar | number): number => (typeof input === 'number' ? input : input.close);

const latestOf = <In, Out>(select: (input: In) => Out): Indicator<In, Out> =>
  indicator({
    name: 'latest',
    warmUp: 1,
    start: () =>
      steps<In, Out, Out | undefined>(
        undefined,
        (_, input) => select(input),
        (value) => value,
      ),
  });

/**
 * The input itself or something of it, by default a candle's close: to set a price against an indicator, and to keep the
 * candle beside the values. Warm-up 1.
 *
 * ```ts
 * candles$.pipe(crossOver(latest(), sma(50)));
 * candles$.pipe(indicators({ candle: latest((c: Candle) => c), rsi: rsi(14) }));
 * ```
 */
export function latest(): Indicator<Bar | number, number>;
export function latest<Out, In = Bar>(select: (input: In) => Out): Indicator<In, Out>;
export function latest<In, Out>(select?: (input: In) => Out) {
  return select === undefined ? latestOf(closeOf) : latestOf(select);
}
