import type { Indicator } from './indicator.js';
import { bars, type Bar } from './input.js';
import { checkFactors } from './parameters.js';
import { steps, type State } from './state.js';

export interface ParabolicSar {
  /** Stop and reverse: below the price in a rising trend, above it in a falling one. */
  readonly sar: number;
  readonly trend: 'up' | 'down';
  /** Whether the trend turned with this candle. */
  readonly reversed: boolean;
}

interface Memory {
  readonly last: Bar;
  readonly secondLast: Bar | undefined;
  readonly sar: number;
  readonly isUp: boolean;
  /** Highest high of a rising, lowest low of a falling trend. */
  readonly extreme: number;
  readonly acceleration: number;
  readonly reversed: boolean;
  /** How often the trend has turned; the first one was a guess. */
  readonly turns: number;
}

const begin = (bar: Bar, step: number): Memory => ({
  last: bar,
  secondLast: undefined,
  sar: bar.low,
  isUp: true,
  extreme: bar.high,
  acceleration: step,
  reversed: false,
  turns: 0,
});

/** The stop never enters the range of the last two candles. */
const bounded = ({ isUp, last, secondLast }: Memory, sar: number): number => {
  if (secondLast === undefined) return sar;
  return isUp ? Math.min(sar, last.low, secondLast.low) : Math.max(sar, last.high, secondLast.high);
};

/** The first candle of the other trend, whose first stop is the extreme of this one. */
const turn = ({ last, isUp, extreme, turns }: Memory, bar: Bar, step: number): Memory => ({
  last: bar,
  secondLast: last,
  sar: extreme,
  isUp: !isUp,
  extreme: isUp ? bar.low : bar.high,
  acceleration: step,
  reversed: true,
  turns: turns + 1,
});

const proceed = (memory: Memory, bar: Bar, step: number, limit: number): Memory => {
  const { last, isUp, extreme, acceleration, turns } = memory;
  const sar = bounded(memory, memory.sar + acceleration * (extreme - memory.sar));
  if (isUp ? bar.low < sar : bar.high > sar) return turn(memory, bar, step);
  const best = isUp ? Math.max(extreme, bar.high) : Math.min(extreme, bar.low);
  return {
    last: bar,
    secondLast: last,
    sar,
    isUp,
    extreme: best,
    acceleration: best === extreme ? acceleration : Math.min(acceleration + step, limit),
    reversed: false,
    turns,
  };
};

/** The trend before the first turn is a guess, and the stop at that turn rests on it. */
const read = (memory: Memory | undefined): ParabolicSar | undefined => {
  if (memory === undefined || memory.turns === 0 || (memory.turns === 1 && memory.reversed)) return undefined;
  return { sar: memory.sar, trend: memory.isUp ? 'up' : 'down', reversed: memory.reversed };
};

const sarState = (step: number, limit: number): State<Bar, ParabolicSar> =>
  steps<Bar, ParabolicSar, Memory | undefined>(
    undefined,
    (memory, bar) => (memory === undefined ? begin(bar, step) : proceed(memory, bar, step, limit)),
    read,
  );

/**
 * Parabolic stop and reverse after Wilder: a stop that follows the trend, faster with every new extreme (by `step`, up to
 * `limit`), and changes sides when the price reaches it. The first trend is taken to rise, which is a guess: values come
 * after it has turned for the first time. Warm-up at least 3, as long as the first trend lasts.
 */
export const parabolicSar = (step = 0.02, limit = 0.2): Indicator<Bar, ParabolicSar> => {
  checkFactors('parabolicSar', { step, limit });
  return bars({ name: `parabolicSar(${step}, ${limit})`, warmUp: 3, start: () => sarState(step, limit) });
};
