import type { Indicator } from './indicator.js';
import { bars, type Bar } from './input.js';
import { checkPeriods } from './parameters.js';
import { steps, type State } from './state.js';
import { delayed } from './windows/delayed.js';
import { slidingMax, slidingMin } from './windows/sliding.js';

/** Nothing in it looks ahead: what charts draw elsewhere in time is named by when it was known. */
export interface Ichimoku {
  /** Tenkan-sen: middle of the range of `conversion` candles. */
  readonly conversion: number;
  /** Kijun-sen: middle of the range of `base` candles. */
  readonly base: number;
  /** Senkou span A over this candle: the mean of conversion and base `base` candles ago. */
  readonly spanA: number;
  /** Senkou span B over this candle: the middle of the range of `span` candles, `base` candles ago. */
  readonly spanB: number;
  /** Senkou span A that will stand `base` candles from now. */
  readonly aheadA: number;
  /** Senkou span B that will stand `base` candles from now. */
  readonly aheadB: number;
  /** Chikou span: this close, which charts draw `base` candles back. */
  readonly lagging: number;
}

interface Range {
  readonly highs: State<number, number>;
  readonly lows: State<number, number>;
}

/** The middle between the highest high and the lowest low of `period` candles. */
const middleState = (period: number): State<Bar, number> =>
  steps<Bar, number, Range>(
    { highs: slidingMax(period), lows: slidingMin(period) },
    ({ highs, lows }, { high, low }) => ({ highs: highs.next(high), lows: lows.next(low) }),
    ({ highs: { value: high }, lows: { value: low } }) =>
      high === undefined || low === undefined ? undefined : (high + low) / 2,
  );

interface Memory {
  readonly close: number;
  readonly conversion: State<Bar, number>;
  readonly base: State<Bar, number>;
  readonly span: State<Bar, number>;
  readonly aheadA: number | undefined;
  readonly spanA: State<number, number>;
  readonly spanB: State<number, number>;
}

const next = (memory: Memory, bar: Bar): Memory => {
  const conversion = memory.conversion.next(bar);
  const base = memory.base.next(bar);
  const span = memory.span.next(bar);
  const isKnown = conversion.value !== undefined && base.value !== undefined;
  const aheadA = isKnown ? (conversion.value + base.value) / 2 : undefined;
  return {
    close: bar.close,
    conversion,
    base,
    span,
    aheadA,
    spanA: aheadA === undefined ? memory.spanA : memory.spanA.next(aheadA),
    spanB: span.value === undefined ? memory.spanB : memory.spanB.next(span.value),
  };
};

const read = (memory: Memory): Ichimoku | undefined => {
  const { value: conversion } = memory.conversion;
  const { value: base } = memory.base;
  const { value: aheadB } = memory.span;
  const { value: spanA } = memory.spanA;
  const { value: spanB } = memory.spanB;
  const { aheadA, close: lagging } = memory;
  if (conversion === undefined || base === undefined || aheadA === undefined || aheadB === undefined) return undefined;
  if (spanA === undefined || spanB === undefined) return undefined;
  return { conversion, base, spanA, spanB, aheadA, aheadB, lagging };
};

const ichimokuState = (conversion: number, base: number, span: number): State<Bar, Ichimoku> =>
  steps<Bar, Ichimoku, Memory>(
    {
      close: NaN,
      conversion: middleState(conversion),
      base: middleState(base),
      span: middleState(span),
      aheadA: undefined,
      spanA: delayed(base),
      spanB: delayed(base),
    },
    next,
    read,
  );

/** Ichimoku cloud, moved by `base` candles. Warm-up `base` + the longest of the three. */
export const ichimoku = (conversion = 9, base = 26, span = 52): Indicator<Bar, Ichimoku> => {
  checkPeriods('ichimoku', { conversion, base, span });
  return bars({
    name: `ichimoku(${conversion}, ${base}, ${span})`,
    warmUp: base + Math.max(conversion, base, span),
    start: () => ichimokuState(conversion, base, span),
  });
};
