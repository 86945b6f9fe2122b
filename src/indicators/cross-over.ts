import { crossing, type Line } from './cross.js';
import type { Indicator } from './indicator.js';

/**
 * Whether the first line crosses over the second with this input: not above it at the one before, above it now. Each is
 * an indicator or a number. Warm-up: one more than the longer of both.
 *
 * ```ts
 * candles$.pipe(crossOver(ema(12), ema(26)), filter(Boolean)); // may still vanish while the candle forms
 * ```
 */
export const crossOver = <In>(line: Line<In>, other: Line<In>): Indicator<In, boolean> =>
  crossing('crossOver', line, other);
