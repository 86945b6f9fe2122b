import { describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { MIGRATIONS, migrate } from '../../../src/store/sqlite/schema.js';

const STEP = 'CREATE TABLE later (x INTEGER) STRICT';

const tables = (database: Database.Database): readonly string[] =>
  database
    .prepare<[], { name: string }>('SELECT name FROM sqlite_schema ORDER BY name')
    .all()
    .map(({ name }) => name);

describe('migrate', () => {
  it('takes an older file through the steps it lacks, keeping what is in it', () => {
    const database = new Database(':memory:');
    migrate(database);
    database.exec("INSERT INTO exchanges VALUES ('test', 1)");
    migrate(database, [...MIGRATIONS, STEP]);
    expect(database.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length + 1);
    expect(database.prepare('SELECT * FROM exchanges').all()).toEqual([{ exchange: 'test', simulated: 1 }]);
    expect(tables(database)).toContain('later');
  });

  it('does nothing to a file that is up to date', () => {
    const database = new Database(':memory:');
    migrate(database, [STEP]);
    migrate(database, [STEP]);
    expect(tables(database)).toEqual(['later']);
  });

  it('leaves a file as it was when a step fails', () => {
    const database = new Database(':memory:');
    migrate(database);
    const before = tables(database);
    expect(() => migrate(database, [...MIGRATIONS, STEP, 'nonsense'])).toThrow('nonsense');
    expect(tables(database)).toEqual(before);
    expect(database.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length);
  });
});
