import type { Candle } from '../model/events.js';
import type { Origin } from '../model/provenance.js';
import { amountOf, plus, toNumber, type Amount } from './amount.js';
import { mixedOrigin } from './origin.js';

/** The figures of one or more candles of a series, exact. */
export interface Bar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly volume: Amount;
  readonly turnover: Amount;
  readonly origin: Origin;
  /** When the newest part was received, ms UTC. */
  readonly receivedAt: number;
  /** The candle that says how it ends. */
  readonly last: Candle;
}

export const barOf = (candle: Candle): Bar => {
  const { open, high, low, origin, receivedAt } = candle;
  const [volume, turnover] = [amountOf(candle.volume), amountOf(candle.turnover)];
  return { open, high, low, volume, turnover, origin, receivedAt, last: candle };
};

/** A bar continued by a later candle. */
export const joined = (bar: Bar | undefined, later: Candle): Bar =>
  bar === undefined
    ? barOf(later)
    : {
        open: bar.open,
        high: Math.max(bar.high, later.high),
        low: Math.min(bar.low, later.low),
        volume: plus(bar.volume, amountOf(later.volume)),
        turnover: plus(bar.turnover, amountOf(later.turnover)),
        origin: mixedOrigin(bar.origin, later.origin),
        receivedAt: Math.max(bar.receivedAt, later.receivedAt),
        last: later,
      };

/** A bar as the candle of a window. */
export const candleOf = (bar: Bar, window: Pick<Candle, 'interval' | 'openTime' | 'state'>): Candle => {
  const { exchange, market, timestamp, tier, close } = bar.last;
  return {
    type: 'candle',
    exchange,
    market,
    timestamp,
    receivedAt: bar.receivedAt,
    origin: bar.origin,
    tier,
    interval: window.interval,
    openTime: window.openTime,
    open: bar.open,
    high: bar.high,
    low: bar.low,
    close,
    volume: toNumber(bar.volume),
    turnover: toNumber(bar.turnover),
    state: window.state,
  };
};

/** Whether two candles say the same about what was traded. */
export const sameFigures = (a: Candle, b: Candle): boolean =>
  a.open === b.open &&
  a.high === b.high &&
  a.low === b.low &&
  a.close === b.close &&
  a.volume === b.volume &&
  a.turnover === b.turnover;
