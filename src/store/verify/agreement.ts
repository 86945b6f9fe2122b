import type { Candle } from '../../model/events.js';
import { INTERVALS, openTimeOf, type Interval } from '../../model/interval.js';
import type { CandleStore, Series } from '../candle-store.js';
import { stretches } from '../chunks.js';
import { without, type TimeRange } from '../time-range.js';
import { aligned, firstOpen, nests, windowsBack, windowsIn } from '../windows.js';
import type { Finding } from './finding.js';

/** Shorter candles read at once. */
const MOST_ROWS = 20_000;
/** Adding up doubles in another order than the exchange costs some of the last digits. */
const TOLERANCE = 1e-9;

/** Where a series and another one of its market are both known and do not agree, whichever of them is the longer. */
export const disagreements = (store: CandleStore, series: Series, range: TimeRange): readonly Finding[] =>
  INTERVALS.flatMap((other) => {
    const { interval } = series;
    if (nests(other, interval)) return between(store, series, other, range);
    return nests(interval, other) ? between(store, { ...series, interval: other }, interval, range) : [];
  });

const between = (store: CandleStore, higher: Series, lower: Interval, range: TimeRange): readonly Finding[] => {
  const { market, interval } = higher;
  const shorter = { ...higher, interval: lower };
  const findings: Finding[] = [];
  for (const stretch of bothKnown(store, higher, shorter, range)) {
    const perWindow = windowsIn(lower, { from: stretch.from, to: windowsBack(interval, stretch.from, -1) });
    for (const part of stretches(higher, stretch, Math.max(1, Math.floor(MOST_ROWS / perWindow)))) {
      const stored = new Map(store.range(higher, part).map((candle) => [candle.openTime, candle]));
      const sums = sumUp(store.range(shorter, part), interval);
      for (const { from, to } of stretches(higher, part, 1)) {
        const reason = difference(stored.get(from), sums.get(from));
        if (reason !== undefined) findings.push({ kind: 'disagreement', market, interval, from, to, lower, reason });
      }
    }
  }
  return findings;
};

/** Stretches of whole windows of the longer one. */
const bothKnown = (store: CandleStore, higher: Series, shorter: Series, range: TimeRange): readonly TimeRange[] => {
  const { interval } = higher;
  const wide = aligned(interval, range);
  const unknown = [...store.gaps(higher, wide), ...store.gaps(shorter, wide)];
  return without([wide], unknown)
    .map(({ from, to }) => ({ from: firstOpen(interval, from), to: openTimeOf(interval, to) }))
    .filter(({ from, to }) => from < to);
};

type Numbers = Pick<Candle, 'open' | 'high' | 'low' | 'close' | 'volume' | 'turnover'>;

const sumUp = (rows: readonly Candle[], interval: Interval): ReadonlyMap<number, Numbers> => {
  const sums = new Map<number, Numbers>();
  for (const { openTime, open, high, low, close, volume, turnover } of rows) {
    const window = openTimeOf(interval, openTime);
    const sum = sums.get(window);
    sums.set(
      window,
      sum === undefined
        ? { open, high, low, close, volume, turnover }
        : {
            open: sum.open,
            high: Math.max(sum.high, high),
            low: Math.min(sum.low, low),
            close,
            volume: sum.volume + volume,
            turnover: sum.turnover + turnover,
          },
    );
  }
  return sums;
};

const FIELDS = ['open', 'high', 'low', 'close', 'volume', 'turnover'] as const;

const difference = (candle: Candle | undefined, sum: Numbers | undefined): string | undefined => {
  if (candle === undefined || sum === undefined) {
    if (candle === sum) return undefined;
    return candle === undefined ? 'it is missing, though shorter ones are there' : 'there is no shorter one within it';
  }
  const fields = FIELDS.filter((field) =>
    field === 'volume' || field === 'turnover' ? !isNear(candle[field], sum[field]) : candle[field] !== sum[field],
  );
  if (fields.length === 0) return undefined;
  return fields.map((field) => `${field} is ${candle[field]}, the shorter ones give ${sum[field]}`).join('; ');
};

const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
