import type { Database, Statement } from 'better-sqlite3';
import type { Candle } from '../../model/events.js';
import type { Series } from '../candle-store.js';
import type { TimeRange } from '../time-range.js';

/** A series as the first values of every statement. */
type Key = [exchange: string, market: string, interval: string];
type Bound = [...Key, ...number[]];

interface CandleRow {
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

interface Kind {
  /** 1 when the exchange's candles are simulated, 0 when they are real. */
  readonly simulated: number;
}

const COLUMNS = 'open_time, open, high, low, close, volume, turnover, timestamp, received_at, revised';
const SERIES = 'exchange = ? AND market = ? AND interval = ?';

type Change = Statement<Bound>;
type Query<Row> = Statement<Bound, Row>;

/** Everything that is ever asked of the file, compiled once. */
export interface Statements {
  readonly insert: Change;
  readonly candleAt: Query<CandleRow>;
  readonly revise: Statement<[...number[], ...Key, openTime: number]>;
  readonly remove: Change;
  readonly range: Query<CandleRow>;
  readonly latest: Query<CandleRow>;
  readonly coverage: Query<TimeRange>;
  /** Those that begin at the first instant or before, and end at the second or after. */
  readonly coverageNear: Query<TimeRange>;
  readonly cover: Change;
  readonly uncover: Change;
  readonly kind: Statement<[exchange: string], Kind>;
  readonly setKind: Statement<[exchange: string, simulated: number]>;
}

export const prepare = (database: Database): Statements => ({
  insert: database.prepare(
    `INSERT INTO candles (exchange, market, interval, ${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  ),
  candleAt: database.prepare<Bound, CandleRow>(`SELECT ${COLUMNS} FROM candles WHERE ${SERIES} AND open_time = ?`),
  revise: database.prepare(
    `UPDATE candles SET open = ?, high = ?, low = ?, close = ?, volume = ?, turnover = ?, timestamp = ?, received_at = ?,
     revised = 1 WHERE ${SERIES} AND open_time = ?`,
  ),
  remove: database.prepare(`DELETE FROM candles WHERE ${SERIES} AND open_time = ?`),
  range: database.prepare<Bound, CandleRow>(
    `SELECT ${COLUMNS} FROM candles WHERE ${SERIES} AND open_time >= ? AND open_time < ? ORDER BY open_time`,
  ),
  latest: database.prepare<Bound, CandleRow>(
    `SELECT ${COLUMNS} FROM candles WHERE ${SERIES} AND open_time < ? ORDER BY open_time DESC LIMIT ?`,
  ),
  coverage: database.prepare<Bound, TimeRange>(
    `SELECT from_time AS "from", to_time AS "to" FROM coverage WHERE ${SERIES} ORDER BY from_time`,
  ),
  coverageNear: database.prepare<Bound, TimeRange>(
    `SELECT from_time AS "from", to_time AS "to" FROM coverage WHERE ${SERIES} AND from_time <= ? AND to_time >= ?
     ORDER BY from_time`,
  ),
  cover: database.prepare(
    'INSERT INTO coverage (exchange, market, interval, from_time, to_time) VALUES (?, ?, ?, ?, ?)',
  ),
  uncover: database.prepare(`DELETE FROM coverage WHERE ${SERIES} AND from_time = ?`),
  kind: database.prepare<[string], Kind>('SELECT simulated FROM exchanges WHERE exchange = ?'),
  setKind: database.prepare('INSERT INTO exchanges (exchange, simulated) VALUES (?, ?)'),
});

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
