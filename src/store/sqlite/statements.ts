import type BetterSqlite3 from 'better-sqlite3';
import type { Candle } from '../../model/events.js';
import type { Series } from '../candle-store.js';
import type { TimeRange } from '../time-range.js';

/** A series as the first values of every statement. */
type Key = [exchange: string, market: string, interval: string];
type Bound = [...Key, ...number[]];

export interface CandleRow {
  readonly open_time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly turnover: number;
  readonly timestamp: number;
  readonly received_at: number;
  readonly revised: number;
}

const COLUMNS = 'open_time, open, high, low, close, volume, turnover, timestamp, received_at, revised';
const SERIES = 'exchange = ? AND market = ? AND interval = ?';

/** Everything that is ever asked of the file, compiled once. */
export const prepare = (database: BetterSqlite3.Database) => ({
  insert: database.prepare<Bound>(
    `INSERT INTO candles (exchange, market, interval, ${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  ),
  candleAt: database.prepare<Bound, CandleRow>(`SELECT ${COLUMNS} FROM candles WHERE ${SERIES} AND open_time = ?`),
  revise: database.prepare<[...number[], ...Key, openTime: number]>(
    `UPDATE candles SET open = ?, high = ?, low = ?, close = ?, volume = ?, turnover = ?, timestamp = ?, received_at = ?,
     revised = 1 WHERE ${SERIES} AND open_time = ?`,
  ),
  remove: database.prepare<Bound>(`DELETE FROM candles WHERE ${SERIES} AND open_time = ?`),
  range: database.prepare<Bound, CandleRow>(
    `SELECT ${COLUMNS} FROM candles WHERE ${SERIES} AND open_time >= ? AND open_time < ? ORDER BY open_time`,
  ),
  latest: database.prepare<Bound, CandleRow>(
    `SELECT ${COLUMNS} FROM candles WHERE ${SERIES} AND open_time < ? ORDER BY open_time DESC LIMIT ?`,
  ),
  coverage: database.prepare<Bound, TimeRange>(
    `SELECT from_time AS "from", to_time AS "to" FROM coverage WHERE ${SERIES} ORDER BY from_time`,
  ),
  /** Those that overlap a range, or touch it. */
  coverageNear: database.prepare<Bound, TimeRange>(
    `SELECT from_time AS "from", to_time AS "to" FROM coverage WHERE ${SERIES} AND from_time <= ? AND to_time >= ?
     ORDER BY from_time`,
  ),
  cover: database.prepare<Bound>(
    'INSERT INTO coverage (exchange, market, interval, from_time, to_time) VALUES (?, ?, ?, ?, ?)',
  ),
  uncover: database.prepare<Bound>(`DELETE FROM coverage WHERE ${SERIES} AND from_time = ?`),
  series: database.prepare<[], Series>(
    `SELECT exchange, market, interval FROM candles GROUP BY exchange, market, interval
     UNION SELECT exchange, market, interval FROM coverage ORDER BY exchange, market, interval`,
  ),
  kind: database.prepare<[string], { readonly simulated: number }>(
    'SELECT simulated FROM exchanges WHERE exchange = ?',
  ),
  setKind: database.prepare<[string, number]>('INSERT INTO exchanges (exchange, simulated) VALUES (?, ?)'),
});

export type Statements = ReturnType<typeof prepare>;

export const keyOf = ({ exchange, market, interval }: Series): Key => [exchange, market, interval];

export const toCandle = (row: CandleRow, { exchange, market, interval }: Series, simulated: boolean): Candle => ({
  type: 'candle',
  exchange,
  market,
  timestamp: row.timestamp,
  receivedAt: row.received_at,
  origin: simulated ? 'simulation' : 'database',
  tier: 'warm-cache',
  interval,
  openTime: row.open_time,
  open: row.open,
  high: row.high,
  low: row.low,
  close: row.close,
  volume: row.volume,
  turnover: row.turnover,
  state: row.revised === 0 ? 'final' : 'revised',
});
