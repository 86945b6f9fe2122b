import type { Candle } from '../model/events.js';
import { openTimeOf } from '../model/interval.js';

/** What can be wrong with a candle. */
export type CandleRule =
  /** A field is missing or not a finite number. */
  | 'field'
  /** It does not open where a window of its interval does. */
  | 'window'
  /** A price is not above zero. */
  | 'price'
  /** The highest price is below the lowest. */
  | 'range'
  /** Open or close lie outside the highest and lowest price. */
  | 'within'
  /** Volume or turnover is below zero. */
  | 'amount'
  /** Turnover divided by volume, the mean price, lies outside the highest and lowest price. */
  | 'mean'
  /** A price is no multiple of the tick size. */
  | 'tick';

export interface CandleFinding {
  readonly rule: CandleRule;
  /** `reject`: the candle must not be used; `warning`: it may be right, and deserves a look. */
  readonly grade: 'reject' | 'warning';
  readonly field: string;
  /** What was found and what was expected. */
  readonly message: string;
}

export interface ValidateOptions {
  /**
   * The price step of a market at a price, quote currency; `undefined` where it is not known. Default: not known, so no
   * tick is checked. Steps have changed in the past, so a price off today's grid is a warning and no more.
   */
  readonly tickSize?: (market: string, price: number) => number | undefined;
}

const PRICES = ['open', 'high', 'low', 'close'] as const;
const AMOUNTS = ['volume', 'turnover'] as const;
/** Amounts of cheap coins are blurred by how the exchange rounds them: a fraction, and in the quote currency. */
const BLUR = 0.001;
const ROUNDING = 1e-6;
/** A multiple of a decimal step is not exact in doubles, a fraction of the step. */
const OFF_GRID = 1e-4;

/**
 * What is wrong with a candle: why to reject it or, if there is no reason to, what to look at. There is no lower bound for a price but zero, so
 * coins of a fraction of a won pass.
 *
 * @example
 * validateCandle(candle).filter(({ grade }) => grade === 'reject').length === 0
 */
export const validateCandle = (candle: Candle, { tickSize }: ValidateOptions = {}): CandleFinding[] => {
  const fields = ['openTime', ...PRICES, ...AMOUNTS] as const;
  const missing = fields.filter((field) => !Number.isFinite(candle[field]));
  // The other rules need numbers.
  if (missing.length > 0) return missing.map((field) => reject('field', field, candle[field], 'a finite number'));
  const rejected = rejections(candle);
  return rejected.length > 0 ? rejected : warnings(candle, tickSize);
};

const rejections = (candle: Candle): CandleFinding[] => {
  const { interval, openTime, high, low } = candle;
  const found: CandleFinding[] = [];
  const opens = openTimeOf(interval, openTime);
  if (opens !== openTime)
    found.push(reject('window', 'openTime', openTime, `the start of a ${interval} window, ${opens}`));
  for (const field of PRICES) if (candle[field] <= 0) found.push(reject('price', field, candle[field], 'above 0'));
  if (high < low) found.push(reject('range', 'high', high, `at least the low, ${low}`));
  else {
    for (const field of ['open', 'close'] as const) {
      const price = candle[field];
      if (price < low || price > high) found.push(reject('within', field, price, `from ${low} to ${high}`));
    }
  }
  for (const field of AMOUNTS) if (candle[field] < 0) found.push(reject('amount', field, candle[field], '0 or more'));
  return found;
};

const warnings = (candle: Candle, tickSize: ValidateOptions['tickSize']): CandleFinding[] => {
  const { market, high, low, volume, turnover } = candle;
  const found: CandleFinding[] = [];
  const slack = ROUNDING + BLUR * turnover;
  if (turnover > high * volume + slack || turnover < low * volume - slack) {
    found.push(warning('mean', 'turnover', turnover, `volume × a price from ${low} to ${high}`));
  }
  for (const field of PRICES) {
    const tick = tickSize?.(market, candle[field]);
    if (tick === undefined) continue;
    const steps = candle[field] / tick;
    if (Math.abs(steps - Math.round(steps)) > OFF_GRID) {
      found.push(warning('tick', field, candle[field], `a multiple of ${tick}`));
    }
  }
  return found;
};

const finding =
  (grade: CandleFinding['grade']) =>
  (rule: CandleRule, field: string, value: unknown, expected: string): CandleFinding => ({
    rule,
    grade,
    field,
    message: `${field} is ${String(value)}, expected ${expected}`,
  });
const reject = finding('reject');
const warning = finding('warning');
