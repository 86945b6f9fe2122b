import { getTypicalPrice } from 'trading-signals';
import { InvalidRequestError } from '../errors.js';
import { INTERVALS, openTimeOf, type Interval } from '../model/interval.js';
import type { Indicator } from './indicator.js';
import { bars, type Bar } from './input.js';
import { steps, type State } from './state.js';
import { NOTHING, amount, plus, type Total } from './total.js';

/** How long prices are gathered before it starts afresh: an interval of UTC time, or `all`, from the first candle on. */
export type Session = Interval | 'all';

interface Memory {
  readonly session: number;
  readonly money: Total;
  readonly volume: Total;
}

const vwapState = (session: Session): State<Bar, number> =>
  steps<Bar, number, Memory>(
    { session: -Infinity, money: NOTHING, volume: NOTHING },
    (memory, bar) => {
      const start = session === 'all' ? 0 : openTimeOf(session, bar.openTime);
      const { money, volume } = start === memory.session ? memory : { money: NOTHING, volume: NOTHING };
      return {
        session: start,
        money: plus(money, getTypicalPrice(bar) * bar.volume),
        volume: plus(volume, bar.volume),
      };
    },
    ({ money, volume }) => {
      const base = amount(volume);
      return base === 0 ? undefined : amount(money) / base;
    },
  );

/**
 * Volume-weighted average of typical prices since the session began; sessions are intervals of UTC time. No value before
 * something was traded in a session. Warm-up 1.
 *
 * ```ts
 * candles$.pipe(vwap()); // of the day, which begins at 00:00 UTC
 * ```
 */
export const vwap = (session: Session = '1d'): Indicator<Bar, number> => {
  if (session !== 'all' && !INTERVALS.includes(session)) {
    throw new InvalidRequestError(`vwap: session must be one of ${INTERVALS.join(', ')} or all, got ${session}`);
  }
  return bars({ name: `vwap(${session})`, warmUp: 1, start: () => vwapState(session) });
};
