import type { Indicator } from './indicator.js';
import { bars, type Bar } from './input.js';
import { steps, type State } from './state.js';
import { NOTHING, amount, plus, type Total } from './total.js';

interface Memory {
  readonly close: number | undefined;
  readonly total: Total;
}

const obvState = (): State<Bar, number> =>
  steps<Bar, number, Memory>(
    { close: undefined, total: NOTHING },
    ({ close: last, total }, { close, volume }) =>
      last === undefined || close === last
        ? { close, total }
        : { close, total: plus(total, close > last ? volume : -volume) },
    ({ close, total }) => (close === undefined ? undefined : amount(total)),
  );

/**
 * On-balance volume: the volumes of candles that closed higher than the one before, less those of candles that closed
 * lower. 0 at the first candle. Warm-up 1.
 */
export const obv = (): Indicator<Bar, number> => bars({ name: 'obv', warmUp: 1, start: obvState });
