import { storeFailed } from '../failure.js';
import type { Database } from './driver.js';

/** Marks a file as one of ours: `MDBc` as a number. */
const APPLICATION = 0x4d44_4263;

/**
 * What each version adds to the one before; a file's `user_version` says how many of them it has been through. Never
 * change one that was published: add another.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE exchanges (
    exchange TEXT PRIMARY KEY,
    simulated INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE candles (
    exchange TEXT NOT NULL,
    market TEXT NOT NULL,
    interval TEXT NOT NULL,
    open_time INTEGER NOT NULL,
    open REAL NOT NULL,
    high REAL NOT NULL,
    low REAL NOT NULL,
    close REAL NOT NULL,
    volume REAL NOT NULL,
    turnover REAL NOT NULL,
    timestamp INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    revised INTEGER NOT NULL,
    PRIMARY KEY (exchange, market, interval, open_time)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE coverage (
    exchange TEXT NOT NULL,
    market TEXT NOT NULL,
    interval TEXT NOT NULL,
    from_time INTEGER NOT NULL,
    to_time INTEGER NOT NULL CHECK (to_time > from_time),
    PRIMARY KEY (exchange, market, interval, from_time)
  ) STRICT, WITHOUT ROWID;
  `,
];

/** Brings a file to the newest version, all steps or none; throws when it is from a newer one, or not ours. */
export const migrate = (database: Database, migrations: readonly string[] = MIGRATIONS): void => {
  // Readers go on while one writes, and what is committed outlives the process.
  database.pragma('journal_mode = WAL');
  // Synced when the log is merged into the file, and not at each commit: a power failure may take back the newest
  // commits, rows and coverage together, so they are fetched again. The death of the process takes back nothing.
  database.pragma('synchronous = NORMAL');
  if (versionOf(database) === migrations.length) return;
  database
    .transaction(() => {
      // Another process may have done it while we waited for our turn.
      const version = versionOf(database);
      if (version > migrations.length) throw fromTheFuture(database, version, migrations.length);
      for (const step of migrations.slice(version)) database.exec(step);
      database.pragma(`application_id = ${APPLICATION}`);
      database.pragma(`user_version = ${migrations.length}`);
    })
    .immediate();
};

const versionOf = (database: Database): number => {
  const version = Number(database.pragma('user_version', { simple: true }));
  const application = Number(database.pragma('application_id', { simple: true }));
  const tables = database.prepare<[], { count: number }>('SELECT count(*) AS count FROM sqlite_schema').get();
  const isNew = version === 0 && application === 0 && tables?.count === 0;
  if (isNew || application === APPLICATION) return version;
  throw storeFailed(`${database.name} is a database of something else, not a candle store`, {
    details: { path: database.name, application },
  });
};

const fromTheFuture = (database: Database, version: number, ours: number): Error =>
  storeFailed(
    `the candle store ${database.name} has version ${version}, and this program knows versions up to ${ours}: update it`,
    { details: { path: database.name, version, known: ours } },
  );
