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
  readonly plusDI: number | undefined;
  readonly minusDI: number | undefined;
  readonly strength: State<number, number>;
}

const next = ({ last, ranges, ups, downs, strength }: Memory, bar: Bar): Memory => {
  if (last === undefined) return { last: bar, ranges, ups, downs, strength, plusDI: undefined, minusDI: undefined };
  const up = bar.high - last.high;
  const down = last.low - bar.low;
  const moved = {
    last: bar,
    ranges: ranges.next(getTrueRange(bar, last.close)),
    ups: ups.next(up > down ? Math.max(up, 0) : 0),
    downs: downs.next(down > up ? Math.max(down, 0) : 0),
  };
  const [range, plus, minus] = [moved.ranges.value, moved.ups.value, moved.downs.value];
  // Without any range there is no share of it: the averages wait.
  if (range === undefined || range === 0 || plus === undefined || minus === undefined) {
    return { ...moved, strength, plusDI: undefined, minusDI: undefined };
  }
  const dx = plus === minus ? 0 : (100 * Math.abs(plus - minus)) / (plus + minus);
  return { ...moved, strength: strength.next(dx), plusDI: (100 * plus) / range, minusDI: (100 * minus) / range };
};

const adxState = (period: number): State<Bar, Adx> => {
  const averages = () => rmaState(period);
  return steps<Bar, Adx, Memory>(
    {
      last: undefined,
      ranges: averages(),
      ups: averages(),
      downs: averages(),
      strength: averages(),
      plusDI: undefined,
      minusDI: undefined,
    },
    next,
    ({ strength: { value: adx }, plusDI, minusDI }) =>
      adx === undefined || plusDI === undefined || minusDI === undefined ? undefined : { adx, plusDI, minusDI },
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
