import { getTypicalPrice } from 'trading-signals';
import type { Indicator } from './indicator.js';
import { bars, type Bar } from './input.js';
import { checkPeriods } from './parameters.js';
import { steps, type State } from './state.js';
import { slidingSum } from './windows/sliding.js';

interface Memory {
  readonly last: number | undefined;
  readonly inflows: State<number, number>;
  readonly outflows: State<number, number>;
}

const next = ({ last, inflows, outflows }: Memory, bar: Bar): Memory => {
  const price = getTypicalPrice(bar);
  if (last === undefined) return { last: price, inflows, outflows };
  const flow = price * bar.volume;
  return {
    last: price,
    inflows: inflows.next(price > last ? flow : 0),
    outflows: outflows.next(price < last ? flow : 0),
  };
};

const share = (inflow: number | undefined, outflow: number | undefined): number | undefined => {
  if (inflow === undefined || outflow === undefined) return undefined;
  const all = inflow + outflow;
  return all === 0 ? undefined : (100 * inflow) / all;
};

const mfiState = (period: number): State<Bar, number> =>
  steps<Bar, number, Memory>(
    { last: undefined, inflows: slidingSum(period), outflows: slidingSum(period) },
    next,
    ({ inflows, outflows }) => share(inflows.value, outflows.value),
  );

/**
 * Money flow index, 0 to 100: of typical price × volume over the last `period` candles, the share of those whose typical
 * price rose; candles in which it stayed count for neither. No value when it stayed in all. Warm-up `period` + 1.
 */
export const mfi = (period = 14): Indicator<Bar, number> => {
  checkPeriods('mfi', { period });
  return bars({ name: `mfi(${period})`, warmUp: period + 1, start: () => mfiState(period) });
};
