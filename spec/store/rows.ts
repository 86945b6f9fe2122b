import type { Candle } from '../../src/model/events.js';
import type { Series } from '../../src/store/candle-store.js';
import { candle } from '../events.js';

export const MINUTE = 60_000;

export const minutes: Series = { exchange: 'test', market: 'KRW-BTC', interval: '1m' };

/** A minute's candle that is done, as REST tells it; `minute` counts from 1970. */
export const row = (minute: number, fields: Partial<Candle> = {}): Candle =>
  candle({
    openTime: minute * MINUTE,
    timestamp: minute * MINUTE + 59_000,
    receivedAt: 1_000_000_000,
    origin: 'rest',
    tier: 'cold-rest',
    state: 'final',
    close: 100 + (minute % 7),
    ...fields,
  });

/** The rows of the minutes from `from` on and before `to`. */
export const rows = (from: number, to: number): readonly Candle[] =>
  Array.from({ length: to - from }, (_, i) => row(from + i));

export const span = (from: number, to: number) => ({ from: from * MINUTE, to: to * MINUTE });

export const opened = (candles: readonly Candle[]): readonly number[] =>
  candles.map(({ openTime }) => openTime / MINUTE);
