import { getTrueRange } from 'trading-signals';
import type { Bar } from './input.js';
import { steps, type State } from './state.js';

interface Memory {
  readonly close: number | undefined;
  readonly range: number | undefined;
}

/** How far the price went since the candle before closed. The first candle has none. */
export const trueRangeState = (): State<Bar, number> =>
  steps<Bar, number, Memory>(
    { close: undefined, range: undefined },
    ({ close }, bar) => ({ close: bar.close, range: close === undefined ? undefined : getTrueRange(bar, close) }),
    ({ range }) => range,
  );
