import type { Candle } from '../model/events.js';
import type { CandleStore, Series } from './candle-store.js';
import type { TimeRange } from './time-range.js';
import { aligned, windowsBack } from './windows.js';

/** Windows read at once: a few MB. */
const CHUNK = 10_000;

/** The windows of a range in stretches of so many, oldest first. */
export function* stretches({ interval }: Series, range: TimeRange, size: number): Generator<TimeRange> {
  const { from, to } = aligned(interval, range);
  for (let start = from; start < to;) {
    const end = Math.min(to, windowsBack(interval, start, -size));
    yield { from: start, to: end };
    start = end;
  }
}

/** The candles of a range, oldest first, some at a time, so that a long one does not fill the memory. */
export function* chunks(store: CandleStore, series: Series, range: TimeRange): Generator<readonly Candle[]> {
  for (const stretch of stretches(series, range, CHUNK)) {
    const candles = store.range(series, stretch);
    if (candles.length > 0) yield candles;
  }
}
