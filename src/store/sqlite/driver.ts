import { createRequire } from 'node:module';
import type BetterSqlite3 from 'better-sqlite3';
import { MarketDataError } from '../../errors.js';
import { storeFailed } from '../failure.js';

export type Database = BetterSqlite3.Database;
type Driver = typeof BetterSqlite3;

/** Longest wait for another process that is writing, ms. */
const PATIENCE = 10_000;

/**
 * Opens the file, and makes it when there is none. The driver is an optional dependency, loaded only here and only now:
 * whoever stores nothing, or stores in memory, need not have it.
 */
export const openDatabase = (path: string): Database => {
  const Driver = loadDriver();
  return guarded(path, 'opened', () => new Driver(path, { timeout: PATIENCE }));
};

const loadDriver = (): Driver => {
  const load = createRequire(import.meta.url);
  let loaded: unknown;
  try {
    loaded = load('better-sqlite3');
  } catch (cause) {
    throw missingDriver(cause);
  }
  if (isDriver(loaded)) return loaded;
  throw missingDriver(new TypeError('better-sqlite3 is not what it used to be'));
};

const isDriver = (value: unknown): value is Driver => typeof value === 'function';

const missingDriver = (cause: unknown): MarketDataError =>
  storeFailed(
    "storing candles in a file needs the optional package better-sqlite3, which is not installed or was not built for this Node: run 'npm install better-sqlite3@12', or use memoryStore()",
    { details: { dependency: 'better-sqlite3', remedy: 'npm install better-sqlite3@12' }, cause },
  );

/** Does something with the file; what SQLite complains of becomes an error that says which file, and what was tried. */
export const guarded = <T>(path: string, doing: string, work: () => T): T => {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof MarketDataError) throw cause;
    const sqlite = textOf(cause, 'code');
    const reason = textOf(cause, 'message');
    throw storeFailed(`the candle store ${path} cannot be ${doing}: ${reason}`, {
      // Another process writes for longer than we wait.
      retryable: sqlite.startsWith('SQLITE_BUSY') || sqlite.startsWith('SQLITE_LOCKED'),
      details: { path, sqlite },
      cause,
    });
  }
};

/** The driver makes errors where it was loaded first, which may be another realm: they are no `Error` of ours then. */
const textOf = (error: unknown, name: 'code' | 'message'): string => {
  if (typeof error !== 'object' || error === null || !(name in error)) return '';
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : '';
};
