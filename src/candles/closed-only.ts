import { filter, type MonoTypeOperatorFunction } from 'rxjs';
import type { Candle } from '../model/events.js';

/** Whether a candle is done: `final`, or `revised` after it had been. */
export const isClosed = ({ state }: Candle): boolean => state === 'final' || state === 'revised';

/** Only candles that are done: each once when `final`, and again each time it is `revised`. */
export const closedOnly = (): MonoTypeOperatorFunction<Candle> => filter(isClosed);
