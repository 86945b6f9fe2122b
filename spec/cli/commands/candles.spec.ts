import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { parquetReadObjects } from 'hyparquet';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { runCli, startCli } from '../run-cli.js';
import { collectingGround } from './collecting.js';

const FROM = '2026-09-01T00:00:00Z';
const MORNING = `KRW-BTC --from ${FROM} --to 2026-09-01T05:00:00Z`;

describe('candles', () => {
  const { file, here, asked } = collectingGround();

  it('fetches what is not stored, and prints all of it, oldest first', async () => {
    const { code, stdout, stderr } = await runCli(`candles ${MORNING}`, here());
    expect(code).toBe(0);
    const opened = stdout.values.map(({ openTime }) => Number(openTime));
    expect(opened).toEqual(Array.from({ length: 300 }, (_, i) => Date.parse(FROM) + i * 60_000));
    expect(stdout.values[0]).toMatchObject({ type: 'candle', market: 'KRW-BTC', state: 'final', origin: 'simulation' });
    expect(stderr.lines).toEqual(['fetching 300 windows not stored yet: 2 calls, at least 0.2s']);
  });

  it('asks for nothing twice', async () => {
    await runCli(`candles ${MORNING}`, here());
    const before = asked();
    const { stdout, stderr } = await runCli(`candles ${MORNING}`, here());
    expect(stdout.lines).toHaveLength(300);
    expect(stderr.text).toBe('');
    expect(asked()).toBe(before);
  });

  it('prints the last 200 that are done when no time is given', async () => {
    const { stdout } = await runCli('candles KRW-ETH --interval 1h', here());
    expect(stdout.values).toHaveLength(200);
    expect(Number(stdout.values.at(-1)?.['openTime'])).toBeLessThanOrEqual(Date.now() - 3_600_000);
    expect(new Set(stdout.values.map(({ state }) => state))).toEqual(new Set(['final']));
  });

  it('prints CSV with every digit', async () => {
    const { stdout } = await runCli(`candles ${MORNING} --format csv`, here());
    const json = await runCli(`candles ${MORNING}`, here());
    const rows: unknown = parse(stdout.text, {
      columns: true,
      cast: (value) => (Number(value) > 0 ? Number(value) : value),
    });
    expect(rows).toMatchObject(
      json.stdout.values.map(({ openTime, open, high, low, close, volume, turnover }) => ({
        exchange: 'upbit',
        market: 'KRW-BTC',
        interval: '1m',
        openTime,
        opened: new Date(Number(openTime)).toISOString(),
        open,
        high,
        low,
        close,
        volume,
        turnover,
        state: 'final',
        origin: 'simulation',
      })),
    );
  });

  it('writes a Parquet file that others read', async () => {
    const path = file('morning.parquet');
    const { code, stdout } = await runCli(`candles ${MORNING} --output ${path}`, here());
    expect([code, stdout.text]).toEqual([0, '']);
    const json = await runCli(`candles ${MORNING}`, here());
    const { buffer, byteOffset, byteLength } = await readFile(path);
    const rows = await parquetReadObjects({ file: buffer.slice(byteOffset, byteOffset + byteLength) });
    expect(rows).toEqual(
      json.stdout.values.map(({ exchange, market, interval, openTime, open, high, low, close, volume, turnover }) => ({
        exchange,
        market,
        interval,
        openTime: new Date(Number(openTime)),
        open,
        high,
        low,
        close,
        volume,
        turnover,
        state: 'final',
        origin: 'simulation',
      })),
    );
  });

  it('writes a file in the form its name says, whole or not at all', async () => {
    const path = file('morning.csv');
    await runCli(`candles ${MORNING} --output ${path}`, here());
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(302);
    expect(existsSync(`${path}.part`)).toBe(false);
    const nowhere = await runCli(`candles ${MORNING} --output ${file('no/where.csv')}`, here());
    expect(nowhere.code).toBe(1);
    expect(nowhere.stderr.lines).toEqual([expect.stringMatching(/^error: --output .* cannot be written/)]);
  });

  it('draws a table on a terminal, and the progress beside it', async () => {
    const argv = 'candles KRW-XRP --interval 5m --from 2026-09-01 --to 2026-09-01T01:00:00Z';
    const { code, stdout, stderr } = await runCli(argv, here([160, 40]));
    expect(code).toBe(0);
    expect(stdout.plain).toMatch(/MARKET +OPENED \(UTC\) +OPEN/);
    expect(stdout.plain.match(/^ KRW-XRP +2026-09-01 00:/gm)).toHaveLength(12);
    expect(stderr.plain).toContain('1/1 calls');
  });

  it.each([
    [`candles ${MORNING} --format parquet`, '--format parquet is not for reading'],
    [`candles ${MORNING} --format csv --json`, '--json does not go with --format csv'],
    [`candles ${MORNING} --format excel`, '--format must be one of table, json, csv, parquet'],
    [`candles ${MORNING} --days 3`, '--days does not go with --from'],
    ['candles KRW-BTC --from 2026-09-02 --to 2026-09-01', '--from must lie before --to'],
    ['candles KRW-BTC --interval 2m', '--interval must be one of'],
    ['candles', "missing required argument 'markets'"],
  ])('refuses `%s`', async (argv, complaint) => {
    const { code, stdout, stderr } = await runCli(argv, here([100, 30]));
    expect(code).toBe(2);
    expect(stdout.text).toBe('');
    expect(stderr.text).toContain(complaint);
  });

  it('names a market the exchange does not list', async () => {
    const { code, stderr } = await runCli('candles KRW-BTX', here());
    expect(code).toBe(1);
    expect(stderr.lines.at(-1)).toMatch(/^error: the exchange does not list KRW-BTX; did you mean KRW-[A-Z]+\?$/);
  });

  it('says that the exchange cannot be reached, but needs none for what is stored', async () => {
    await runCli(`candles ${MORNING} --store ${file('own.sqlite')}`, here());
    const env = { UPBIT_REST_URL: 'http://127.0.0.1:9/v1', UPBIT_WS_URL: 'ws://127.0.0.1:9/websocket/v1' };
    const stored = await runCli(`candles ${MORNING} --store ${file('own.sqlite')}`, { env });
    expect([stored.code, stored.stdout.lines.length]).toEqual([0, 300]);
    const other = await runCli(`candles KRW-ETH --store ${file('own.sqlite')}`, { env });
    expect(other.code).toBe(1);
    expect(other.stderr.lines.at(-1)).toMatch(/^error: the exchange cannot be reached at http:\/\/127.0.0.1:9\/v1/);
  });

  it('ends at once, and with code 0, when the user does not want to wait', async () => {
    const cli = startCli('candles KRW-DOGE --days 30', here());
    setTimeout(() => cli.stop(), 600);
    const asked = Date.now();
    expect(await cli.exitCode).toBe(0);
    expect(Date.now() - asked).toBeLessThan(2_600);
    expect(cli.stdout.text).toBe('');
  });
});
