import { crossing, type Line } from './cross.js';
import type { Indicator } from './indicator.js';

/**
 * Whether the first line crosses under the second with this input: not below it at the one before, below it now. Each is
 * an indicator or a number. Warm-up: one more than the longer of both.
 */
export const crossUnder = <In>(line: Line<In>, other: Line<In>): Indicator<In, boolean> =>
  crossing('crossUnder', other, line);
