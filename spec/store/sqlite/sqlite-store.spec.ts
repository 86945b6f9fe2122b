import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CandleStore } from '../../../src/store/candle-store.js';
import { sqliteStore } from '../../../src/store/sqlite/sqlite-store.js';
import { minutes, opened, row, rows, span } from '../rows.js';

const BUILT = pathToFileURL('dist/store/index.js').href;
const BATCH = 20;

describe('sqliteStore', () => {
  let folder: string;
  const children = new Set<ChildProcess>();
  const stores: CandleStore[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'candles-'));
  });
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    children.clear();
    for (const store of stores.splice(0)) store.close();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const file = (name: string): string => join(folder, `${name}.sqlite`);
  const open = (path: string): CandleStore => {
    const store = sqliteStore(path);
    stores.push(store);
    return store;
  };
  const run = (...args: readonly string[]) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    children.add(child);
    const texts = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.err += text));
    const ended = once(child, 'close').then(([code, signal]: unknown[]) => code ?? signal);
    return { child, texts, ended };
  };
  const write = (path: string, first: number, step: number, last: number) =>
    run('spec/store/sqlite/writer.mjs', BUILT, path, String(first), String(step), String(last));

  it('finds again what it had when it was closed', () => {
    const path = file('reopened');
    const first = open(path);
    first.write({ series: minutes, candles: rows(0, 3), covered: [span(0, 4)] });
    const before = first.range(minutes, span(0, 9));
    first.close();
    const second = open(path);
    expect(second.range(minutes, span(0, 9))).toEqual(before);
    expect(second.coverage(minutes)).toEqual([span(0, 4)]);
    expect(() => second.write({ series: minutes, candles: [row(9, { origin: 'simulation' })] })).toThrow('are real');
  });

  it('lets two of its kind see what the other writes', () => {
    const path = file('shared');
    const [one, other] = [open(path), open(path)];
    one.write({ series: minutes, candles: rows(0, 2), covered: [span(0, 2)] });
    other.write({ series: minutes, candles: rows(2, 4), covered: [span(2, 4)] });
    expect(opened(one.range(minutes, span(0, 9)))).toEqual([0, 1, 2, 3]);
    expect(one.coverage(minutes)).toEqual([span(0, 4)]);
  });

  it('keeps its rows in the order of their key, logs ahead, and syncs at checkpoints', () => {
    const path = file('laid-out');
    open(path).write({ series: minutes, candles: rows(0, 1) });
    const raw = new Database(path);
    expect(raw.pragma('journal_mode', { simple: true })).toBe('wal');
    const sql = raw.prepare<[], { sql: string }>("SELECT sql FROM sqlite_schema WHERE name = 'candles'").get()?.sql;
    raw.close();
    expect(sql).toMatch(/PRIMARY KEY \(exchange, market, interval, open_time\)\s+\) STRICT, WITHOUT ROWID/);
  });

  describe('of a file that is not what it should be', () => {
    const failure = (path: string): unknown => {
      try {
        open(path);
      } catch (error) {
        return error;
      }
      return undefined;
    };

    it('says that a folder is missing', () => {
      const path = join(folder, 'no', 'where.sqlite');
      expect(failure(path)).toMatchObject({ code: 'STORE_FAILED', retryable: false });
    });

    it('says that it is no database, and leaves it as it is', async () => {
      const path = file('text');
      await writeFile(path, 'not a database, but long enough to be taken for one '.repeat(50));
      expect(failure(path)).toMatchObject({
        code: 'STORE_FAILED',
        details: { path, sqlite: 'SQLITE_NOTADB' },
        message: expect.stringContaining(`the candle store ${path} cannot be opened`),
      });
    });

    it('leaves the database of another program alone', () => {
      const path = file('foreign');
      const raw = new Database(path);
      raw.exec('CREATE TABLE theirs (x)');
      raw.close();
      expect(failure(path)).toMatchObject({ message: `${path} is a database of something else, not a candle store` });
    });

    it('refuses one that a newer version has written', () => {
      const path = file('newer');
      open(path).close();
      const raw = new Database(path);
      raw.pragma('user_version = 99');
      raw.close();
      expect(failure(path)).toMatchObject({
        details: { path, version: 99 },
        message: expect.stringContaining('update'),
      });
    });
  });

  describe('beside and after other processes', () => {
    beforeAll(async () => {
      await access('dist/store/index.js').catch(() => {
        throw new Error("dist/store is missing: run 'npm run build' first");
      });
    });

    /** Everything that is covered is there, whole, and so is everything that was said to be written. */
    const check = (path: string, said: readonly number[]): number => {
      const raw = new Database(path);
      expect(raw.pragma('integrity_check', { simple: true })).toBe('ok');
      raw.close();
      const store = sqliteStore(path);
      const covered = store.coverage(minutes);
      const known = new Set(opened(store.range(minutes, span(0, 1e6))));
      store.close();
      const expected = covered.flatMap(({ from, to }) =>
        Array.from({ length: (to - from) / 60_000 }, (_, i) => from / 60_000 + i),
      );
      expect([...known].sort((a, b) => a - b)).toEqual(expected);
      expect(said.filter((batch) => !known.has(batch * BATCH) || !known.has(batch * BATCH + BATCH - 1))).toEqual([]);
      return known.size / BATCH;
    };

    it('loses no committed candle and breaks nothing when it is killed, again and again', async () => {
      const path = file('killed');
      const said: number[] = [];
      let first = 0;
      for (let round = 0; round < 8; round += 1) {
        const { child, texts, ended } = write(path, first, 1, 1_000_000);
        await once(child.stdout, 'data');
        await new Promise((resolve) => setTimeout(resolve, 10 + 17 * round));
        child.kill('SIGKILL');
        expect(await ended).toBe('SIGKILL');
        said.push(...texts.out.split('\n').slice(0, -1).map(Number));
        first = check(path, said);
      }
      expect(said.length).toBeGreaterThan(8);
    });

    it('shares one file with another process that writes at the same time', async () => {
      const path = file('two');
      const both = [write(path, 0, 2, 398), write(path, 1, 2, 399)];
      expect(await Promise.all(both.map(({ ended }) => ended))).toEqual([0, 0]);
      expect(both.map(({ texts }) => texts.err)).toEqual(['', '']);
      expect(
        check(
          path,
          Array.from({ length: 400 }, (_, batch) => batch),
        ),
      ).toBe(400);
    });

    it('is made once when several processes open it at the same moment', async () => {
      const path = file('race');
      const all = [0, 1, 2, 3].map((batch) => write(path, batch, 4, batch));
      expect(await Promise.all(all.map(({ ended }) => ended))).toEqual([0, 0, 0, 0]);
      expect(check(path, [0, 1, 2, 3])).toBe(4);
    });

    it('says what to do when the optional package is absent, and only when a file is wanted', async () => {
      const hide = `data:text/javascript,${encodeURIComponent(`
        import Module from 'node:module';
        const resolve = Module._resolveFilename;
        Module._resolveFilename = (name, ...more) => {
          if (name === 'better-sqlite3') throw new Error('Cannot find module');
          return resolve(name, ...more);
        };`)}`;
      const script = `
        const { memoryStore, sqliteStore } = await import('${BUILT}');
        memoryStore().close();
        try { sqliteStore(':memory:') } catch ({ code, message, details }) {
          console.log(JSON.stringify({ code, message, remedy: details.remedy }));
        }`;
      const { texts, ended } = run('--import', hide, '--input-type=module', '-e', script);
      expect(await ended).toBe(0);
      expect(JSON.parse(texts.out)).toEqual({
        code: 'STORE_FAILED',
        message: expect.stringMatching(/needs the optional package better-sqlite3.*npm install better-sqlite3@12/),
        remedy: 'npm install better-sqlite3@12',
      });
    });
  });
});
