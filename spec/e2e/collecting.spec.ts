import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulator, type Simulator } from '../../src/simulator/index.js';
import { sqliteStore } from '../../src/store/index.js';
import { pointingAt, runCli, until } from '../cli/run-cli.js';

const MAIN = 'dist/cli/main.js';
const RANGE = { from: Date.parse('2026-09-01'), to: Date.parse('2026-09-03') };
const MARKETS = ['KRW-BTC', 'KRW-ETH'] as const;

/** A backfill as a process of its own, over real sockets. */
describe('collecting', () => {
  let exchange: Simulator;
  let folder: string;
  const children = new Set<ChildProcess>();
  beforeAll(async () => {
    exchange = await startSimulator();
    folder = await mkdtemp(join(tmpdir(), 'collecting-'));
  });
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    children.clear();
  });
  afterAll(async () => {
    await exchange.close();
    await rm(folder, { recursive: true, force: true });
  });

  const argv = (path: string): string =>
    `backfill ${MARKETS.join(' ')} --from 2026-09-01 --to 2026-09-03 --store ${path}`;
  const start = (path: string) => {
    const child = spawn(process.execPath, [MAIN, ...argv(path).split(' ')], {
      env: { ...process.env, ...pointingAt(exchange) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.add(child);
    const texts = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.err += text));
    return { child, texts, ended: once(child, 'close').then(([code, signal]: unknown[]) => code ?? signal) };
  };
  const lines = (text: string): number => text.split('\n').length - 1;

  it.each(['SIGKILL', 'SIGINT'] as const)(
    'goes on after %s with what it had, to the same rows',
    async (signal) => {
      const path = join(folder, `${signal}.sqlite`);
      const { child, texts, ended } = start(path);
      await until('a few calls', () => lines(texts.out) > 4, 15_000);
      const asked = Date.now();
      child.kill(signal);
      expect(await ended).toBe(signal === 'SIGINT' ? 0 : signal);
      expect(Date.now() - asked).toBeLessThan(2_000);

      const raw = new Database(path);
      expect(raw.pragma('integrity_check', { simple: true })).toBe('ok');
      raw.close();
      const before = sqliteStore(path);
      const had = MARKETS.map((market) => before.range({ exchange: 'upbit', market, interval: '1m' }, RANGE));
      before.close();
      expect(had.flat().length).toBeGreaterThan(0);

      const { code, stdout } = await runCli(argv(path), { env: pointingAt(exchange) });
      expect(code).toBe(0);
      expect(stdout.values[0]).toMatchObject({ windows: 2 * 2_880 - had.flat().length });
      const check = await runCli(`verify ${MARKETS.join(' ')} --sample 100 --store ${path}`, {
        env: pointingAt(exchange),
      });
      expect(check.stdout.values).toMatchObject(
        MARKETS.map((market) => ({ market, ...RANGE, windows: 2_880, candles: 2_880, findings: 0 })),
      );
    },
    60_000,
  );
});
