import { describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storePath, withExistingStore, withStore } from '../../src/cli/store-path.js';

const HOME = { HOME: '/home/me' };
const DATA = '/home/me/.local/share/market-data-backbone';

describe('storePath', () => {
  it.each([
    ['a file of its own for each exchange', { exchange: 'upbit' }, HOME, `${DATA}/upbit.sqlite`],
    [
      'one for each seed of the simulated one',
      { exchange: 'simulated', seed: 42 },
      HOME,
      `${DATA}/simulated-42.sqlite`,
    ],
    ['seed 7 where none is given', { exchange: 'simulated' }, HOME, `${DATA}/simulated-7.sqlite`],
    [
      'one for each other address of Upbit',
      { exchange: 'upbit' },
      { ...HOME, UPBIT_REST_URL: 'http://127.0.0.1:8080/v1', UPBIT_WS_URL: 'ws://127.0.0.1:8080/websocket/v1' },
      `${DATA}/upbit-at-127.0.0.1-8080.sqlite`,
    ],
    [
      "the user's place for data",
      { exchange: 'upbit' },
      { ...HOME, XDG_DATA_HOME: '/data' },
      '/data/market-data-backbone/upbit.sqlite',
    ],
    [
      'the usual place where that one is relative',
      { exchange: 'upbit' },
      { ...HOME, XDG_DATA_HOME: 'x' },
      `${DATA}/upbit.sqlite`,
    ],
    ['the file that is asked for', { exchange: 'upbit', store: 'mine.sqlite' }, HOME, 'mine.sqlite'],
  ] as const)('is %s', (_, choice, env, expected) => {
    expect(storePath(choice, env)).toBe(expected);
  });
});

describe('withStore', () => {
  it('makes the usual folder, but no other', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'data-'));
    const env = { XDG_DATA_HOME: join(folder, 'new') };
    await withStore({ exchange: 'upbit' }, env, (_, path) => {
      expect(existsSync(path)).toBe(true);
      return Promise.resolve();
    });
    const elsewhere = { exchange: 'upbit', store: join(folder, 'no', 'where.sqlite') } as const;
    await expect(withStore(elsewhere, env, () => Promise.resolve())).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await rm(folder, { recursive: true });
  });

  it('says that the usual folder cannot be made', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'data-'));
    await writeFile(join(folder, 'file'), '');
    const env = { XDG_DATA_HOME: join(folder, 'file') };
    await expect(withStore({ exchange: 'upbit' }, env, () => Promise.resolve())).rejects.toThrow(
      /choose another .*--store/,
    );
    await rm(folder, { recursive: true });
  });

  it('makes none where there should be one', async () => {
    const choice = { exchange: 'upbit', store: '/nowhere/at/all.sqlite' } as const;
    await expect(withExistingStore(choice, {}, () => Promise.resolve())).rejects.toThrow('there is no candle store at');
  });
});
