import { getTrueRange } from 'trading-signals';
import type { Indicator } from './indicator.js';
import { bars, type Bar } from './input.js';
import { checkPeriods } from './parameters.js';
import { rmaState } from './smoothing.js';
import { steps, type State } from './state.js';

export interface Adx {
  /** How strong the trend is, 0 to 100, whichever its direction. */
  readonly adx: number;
  /** How much of the range went up, per cent. */
  readonly plusDI: number;
  /** How much of the range went down, per cent. */
  readonly minusDI: number;
}

interface Memory {
  readonly last: Bar | undefined;
  readonly ranges: State<number, number>;
  readonly ups: State<number, number>;
  readonly downs: State<number, number>;
  /** Averages of how much of all movement went one way. */
  readonly strength: State<number, number>;
}

/** How much of the averaged movement went one way, per cent; nothing where there was no range at all. */
const index = ({ value: range }: State<number, number>, plus = NaN, minus = NaN): number | undefined => {
  if (range === undefined || range === 0) return undefined;
  return plus === minus ? 0 : (100 * Math.abs(plus - minus)) / (plus + minus);
};

const next = ({ last, ranges, ups, downs, strength }: Memory, bar: Bar): Memory => {
  if (last === undefined) return { last: bar, ranges, ups, downs, strength };
  const up = bar.high - last.high;
  const down = last.low - bar.low;
  const range = ranges.next(getTrueRange(bar, last.close));
  const plus = ups.next(up > down ? Math.max(up, 0) : 0);
  const minus = downs.next(down > up ? Math.max(down, 0) : 0);
  const dx = index(range, plus.value, minus.value);
  return {
    last: bar,
    ranges: range,
    ups: plus,
    downs: minus,
    strength: dx === undefined ? strength : strength.next(dx),
  };
};

const read = ({ ranges, ups, downs, strength }: Memory): Adx | undefined => {
  const [range, plus, minus, adx] = [ranges.value, ups.value, downs.value, strength.value];
  if (range === undefined || plus === undefined || minus === undefined || adx === undefined) return undefined;
  return range === 0 ? undefined : { adx, plusDI: (100 * plus) / range, minusDI: (100 * minus) / range };
};

const adxState = (period: number): State<Bar, Adx> => {
  const average = () => rmaState(period);
  return steps<Bar, Adx, Memory>(
    { last: undefined, ranges: average(), ups: average(), downs: average(), strength: average() },
    next,
    read,
  );
};

/**
 * Average directional index after Wilder, with its two directions. Ranges, movements and index are smoothed with weight
 * 1 / period, each seeded with the mean of its first `period` values. No value while a market has not moved at all.
 * Warm-up 2 × `period`.
 */
export const adx = (period = 14): Indicator<Bar, Adx> => {
  checkPeriods('adx', { period });
  return bars({ name: `adx(${period})`, warmUp: 2 * period, start: () => adxState(period) });
};
