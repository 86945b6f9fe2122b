import { closeTime, openTimeOf } from '../../model/interval.js';
import type { CandleStore, Series } from '../candle-store.js';
import { chunks } from '../chunks.js';
import { flawOf } from '../flaws.js';
import type { TimeRange } from '../time-range.js';
import { windowsIn } from '../windows.js';
import type { Finding } from './finding.js';

/** What can be told of a series from itself alone: gaps, duplicates, candles out of place or that make no sense. */
export const inspect = (
  store: CandleStore,
  series: Series,
  range: TimeRange,
): { readonly candles: number; readonly findings: readonly Finding[] } => {
  const { market, interval } = series;
  const findings: Finding[] = store.gaps(series, range).map((gap) => ({
    kind: 'gap',
    market,
    interval,
    ...gap,
    reason: unknownWindows(windowsIn(interval, gap)),
  }));
  if (range.from === range.to) findings.push({ kind: 'gap', market, interval, ...range, reason: 'nothing is stored' });
  let candles = 0;
  let previous = -Infinity;
  for (const chunk of chunks(store, series, range)) {
    candles += chunk.length;
    for (const candle of chunk) {
      const from = openTimeOf(interval, candle.openTime);
      const note = (kind: Finding['kind'], reason: string): void =>
        void findings.push({ kind, market, interval, from, to: closeTime(interval, from), reason });
      if (from === previous) note('duplicate', `a second candle, of ${candle.openTime}`);
      if (from !== candle.openTime) note('misplaced', `${candle.openTime} is not the start of a window`);
      const flaw = flawOf(candle);
      if (flaw !== undefined) note('flaw', flaw);
      previous = from;
    }
  }
  return { candles, findings };
};

const unknownWindows = (count: number): string =>
  count === 1 ? 'the window is not known' : `${count} windows are not known`;
