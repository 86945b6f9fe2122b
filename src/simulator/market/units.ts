import { Decimal, type Spelling } from '../numbers/decimal.js';
import type { Series } from './series.js';

/** A market's whole numbers as decimals of its currencies. */
export const priceOf = (series: Series, steps: number, spelling?: Spelling): Decimal =>
  new Decimal(steps * series.grid.stepUnits, series.grid.scale, spelling);

export const volumeOf = (series: Series, sizes: number | bigint, spelling?: Spelling): Decimal =>
  new Decimal(sizes, series.volumeScale, spelling);

export const turnoverOf = (series: Series, product: bigint, spelling?: Spelling): Decimal =>
  new Decimal(product * BigInt(series.grid.stepUnits), series.grid.scale + series.volumeScale, spelling);

/** `part` / `whole`, rounded to ten decimals. */
export const ratioOf = (part: number, whole: number, spelling?: Spelling): Decimal =>
  new Decimal(Math.round((part / whole) * 1e10), 10, spelling);
