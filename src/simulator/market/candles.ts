import { mixWide } from '../random.js';
import type { Ledger } from './ledger.js';
import { DAY } from './price-path.js';
import type { Tally } from './tally.js';
import type { Windows } from './windows.js';

/** One candle: the tally of a window that has at least one trade. */
export interface Candle {
  readonly start: number;
  readonly tally: Tally;
  /** When its last trade was stored, ms; it may be some ms past the window's end. */
  readonly storedAt: number;
}

const SLOWEST_STORE = 55;
const DAYS_A_TURN = 6;

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const storedAt = (ledger: Ledger, tally: Tally, until: number): number => {
  const delay = mixWide(ledger.series.key, tally.lastTime + tally.lastOrder) % SLOWEST_STORE;
  return Math.min(tally.lastTime + delay, Math.max(tally.lastTime, until - 1));
};

/** The candle of the window that begins at `start`, as it stands when only trades before `until` have happened. */
export const candleAt = (ledger: Ledger, windows: Windows, start: number, until: number): Candle | undefined => {
  const tally = ledger.sum(start, Math.min(windows.endOf(start), until));
  return tally && { start, tally, storedAt: storedAt(ledger, tally, until) };
};

/** The newest candle that has a trade before `until`. */
export const newestCandle = (ledger: Ledger, windows: Windows, until: number): Candle | undefined => {
  const trade = ledger.lastBefore(until);
  return trade && candleAt(ledger, windows, windows.startOf(trade.time), until);
};

/** Sums a long window day by day, so that other work gets its turn. */
const prepareDays = async (ledger: Ledger, from: number, until: number): Promise<void> => {
  const first = Math.max(from, ledger.series.instrument.listedAt);
  for (let day = first, n = 1; day + DAY <= until; day += DAY, n += 1) {
    ledger.sum(day, day + DAY);
    if (n % DAYS_A_TURN === 0) await nextTurn();
  }
};

/** Which candles are wanted. */
interface CandleQuery {
  /** Only windows that start before this. */
  readonly to: number;
  readonly count: number;
  /** Only trades before this have happened. */
  readonly until: number;
  /** Only windows that start at or after this. */
  readonly floor?: number;
}

/** Candles newest first. Windows without trades have none. */
export const candlesBefore = async (ledger: Ledger, windows: Windows, query: CandleQuery): Promise<Candle[]> => {
  const { to, count, until, floor = 0 } = query;
  const found: Candle[] = [];
  // The window that contains the instant just before `to` starts before `to`, so all of its trades count.
  let cursor = Math.min(windows.endOf(windows.startOf(to - 1)), until);
  while (found.length < count) {
    const trade = ledger.lastBefore(cursor);
    if (trade === undefined) break;
    const start = windows.startOf(trade.time);
    if (start < floor) break;
    const end = windows.endOf(start);
    if (end - start >= DAY) await prepareDays(ledger, start, Math.min(end, until));
    else if (found.length % 100 === 99) await nextTurn();
    const candle = candleAt(ledger, windows, start, until);
    if (candle !== undefined) found.push(candle);
    cursor = start;
  }
  return found;
};
