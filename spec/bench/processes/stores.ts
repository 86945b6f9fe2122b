import Database from 'better-sqlite3';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type * as stores from '../../../src/store/index.js';
import { serve } from './serve.js';

/* Minutes of one market written page by page, each page one transaction, and read again stretch by stretch. */

type Stores = Pick<typeof stores, 'memoryStore' | 'sqliteStore'>;
type Minute = stores.CandleBatch['candles'][number];

/** Candles a call gives. */
const PAGE = 200;
/** Candles read at once. */
const STRETCH = 1_000;
const MINUTE = 60_000;

const isModule = (value: unknown): value is Stores =>
  typeof value === 'object' && value !== null && 'memoryStore' in value && 'sqliteStore' in value;

const built: unknown = await import(new URL('../../dist/store/index.js', import.meta.url).href);
if (!isModule(built)) throw new Error('the built package has no stores where they used to be');

const series = { exchange: 'upbit', market: 'KRW-BTC', interval: '1m' } as const;
const minute = (n: number): Minute => ({
  type: 'candle',
  ...series,
  timestamp: n * MINUTE + 59_000,
  receivedAt: 1_788_220_859_412,
  origin: 'rest',
  tier: 'cold-rest',
  openTime: n * MINUTE,
  open: 106_600_000 + n,
  high: 106_700_000 + n,
  low: 106_590_000 + n,
  close: 106_691_000 + n,
  volume: 2.00123456,
  turnover: 213_412_345.6789012,
  state: 'final',
});

/** Takes pages, gives stretches: how many rows it gave. */
interface Contestant {
  readonly write: (page: readonly Minute[]) => void;
  readonly read: (from: number, to: number) => number;
  readonly close: () => void;
}

const bare = (path: string): Contestant => {
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL');
  database.exec(`CREATE TABLE candles (market TEXT, open_time INTEGER, open REAL, high REAL, low REAL, close REAL,
    volume REAL, turnover REAL, timestamp INTEGER, received_at INTEGER, PRIMARY KEY (market, open_time)) WITHOUT ROWID`);
  const insert = database.prepare('INSERT INTO candles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const range = database.prepare('SELECT * FROM candles WHERE market = ? AND open_time >= ? AND open_time < ?');
  const write = database.transaction((page: readonly Minute[]) => {
    for (const { market, openTime, open, high, low, close, volume, turnover, timestamp, receivedAt } of page) {
      insert.run(market, openTime, open, high, low, close, volume, turnover, timestamp, receivedAt);
    }
  });
  return { write, read: (from, to) => range.all(series.market, from, to).length, close: () => database.close() };
};

const ours = (store: stores.CandleStore): Contestant => ({
  write: (candles) => {
    const [first, last] = [candles[0]?.openTime ?? 0, candles.at(-1)?.openTime ?? 0];
    store.write({ series, candles, covered: [{ from: first, to: last + MINUTE }] });
  },
  read: (from, to) => store.range(series, { from, to }).length,
  close: () => store.close(),
});

const WAYS = { bare, sqlite: (path: string) => ours(built.sqliteStore(path)), memory: () => ours(built.memoryStore()) };

const question = z.object({ way: z.enum(['bare', 'sqlite', 'memory']), candles: z.int() });

/** Candles a second. */
serve((message) => {
  const { way, candles } = question.parse(message);
  const folder = mkdtempSync(join(tmpdir(), 'bench-store-'));
  try {
    const pages = Array.from({ length: candles / PAGE }, (_, page) =>
      Array.from({ length: PAGE }, (_each, i) => minute(page * PAGE + i)),
    );
    const contestant = WAYS[way](join(folder, 'candles.sqlite'));
    const started = performance.now();
    // Newest first, as a backfill does.
    for (const page of pages.toReversed()) contestant.write(page);
    const written = performance.now();
    let rows = 0;
    for (let from = 0; from < candles; from += STRETCH) {
      rows += contestant.read(from * MINUTE, (from + STRETCH) * MINUTE);
    }
    const read = performance.now();
    contestant.close();
    if (rows !== candles) throw new Error(`${way}: ${rows} of ${candles} candles were read again`);
    return Promise.resolve({
      written: (candles / (written - started)) * 1_000,
      read: (candles / (read - written)) * 1_000,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
