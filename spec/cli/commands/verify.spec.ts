import { describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { runCli } from '../run-cli.js';
import { collectingGround } from './collecting.js';

const MORNING = '--from 2026-09-01 --to 2026-09-01T06:00:00Z';
const at = (hour: number, minute: number): number => Date.UTC(2026, 8, 1, hour, minute);

describe('verify and repair', () => {
  const { file, here, asked } = collectingGround();

  /** A morning of minutes and hours, and what another hand does to it. */
  const collected = async (name: string, ...tampering: readonly string[]): Promise<string> => {
    const path = file(`${name}.sqlite`);
    for (const interval of ['1m', '1h']) {
      await runCli(`backfill KRW-BTC --interval ${interval} ${MORNING} --store ${path}`, here());
    }
    const raw = new Database(path);
    for (const sql of tampering) raw.exec(sql);
    raw.close();
    return path;
  };

  it('find nothing where all is well', async () => {
    const path = await collected('well');
    for (const command of ['verify', 'repair']) {
      const { code, stdout, stderr } = await runCli(`${command} KRW-BTC --store ${path}`, here());
      expect([code, stderr.text]).toEqual([0, '']);
      expect(stdout.values.at(-1)).toMatchObject({
        type: 'verification',
        market: 'KRW-BTC',
        interval: '1m',
        from: at(0, 0),
        to: at(6, 0),
        windows: 360,
        candles: 360,
        findings: 0,
      });
    }
  });

  it('find what is wrong, each in its way, and mend it', async () => {
    const path = await collected(
      'ill',
      `UPDATE candles SET high = low - 1 WHERE interval = '1m' AND open_time = ${at(1, 5)}`,
      `UPDATE candles SET volume = volume + 1 WHERE interval = '1h' AND open_time = ${at(3, 0)}`,
      `DELETE FROM candles WHERE interval = '1m' AND open_time = ${at(4, 30)}`,
      `DELETE FROM coverage WHERE interval = '1m'`,
      `INSERT INTO coverage VALUES ('upbit', 'KRW-BTC', '1m', ${at(0, 0)}, ${at(5, 30)})`,
      `INSERT INTO candles SELECT exchange, market, interval, open_time + 1, open, high, low, close, volume, turnover,
         timestamp, received_at, revised FROM candles WHERE interval = '1m' AND open_time = ${at(2, 0)}`,
    );
    const { code, stdout } = await runCli(`verify KRW-BTC ${MORNING} --store ${path}`, here());
    expect(code).toBe(1);
    const kinds = new Set(stdout.values.map(({ kind }) => kind));
    expect(kinds).toEqual(
      new Set(['gap', 'duplicate', 'misplaced', 'flaw', 'disagreement', 'difference', 'missed', undefined]),
    );
    expect(stdout.values).toContainEqual(
      expect.objectContaining({ kind: 'disagreement', interval: '1h', lower: '1m', from: at(3, 0), to: at(4, 0) }),
    );
    expect(stdout.values).toContainEqual(expect.objectContaining({ kind: 'gap', from: at(5, 30), to: at(6, 0) }));
    expect(stdout.values.at(-1)).toMatchObject({ type: 'verification', findings: stdout.values.length - 1 });

    const mended = await runCli(`repair KRW-BTC ${MORNING} --store ${path}`, here());
    expect(mended.code).toBe(0);
    expect(mended.stdout.values.at(-1)).toMatchObject({ step: 'left', candles: 360, findings: 0 });
    for (const interval of ['1m', '1h']) {
      const after = await runCli(`verify KRW-BTC --interval ${interval} ${MORNING} --store ${path}`, here());
      expect(after.code).toBe(0);
    }
  });

  it('ask the exchange nothing when told not to', async () => {
    const path = await collected('quiet');
    const before = asked();
    const { code } = await runCli(`verify KRW-BTC --sample 0 --store ${path}`, {
      env: { UPBIT_REST_URL: 'http://127.0.0.1:9', UPBIT_WS_URL: 'ws://127.0.0.1:9' },
    });
    expect([code, asked()]).toEqual([0, before]);
  });

  it('tell it in tables on a terminal', async () => {
    const path = await collected(
      'shown',
      `UPDATE candles SET close = 0 WHERE interval = '1m' AND open_time = ${at(1, 5)}`,
    );
    const found = await runCli(`verify KRW-BTC --store ${path}`, here([120, 40]));
    expect(found.code).toBe(1);
    expect(found.stdout.plain).toMatch(
      /KRW-BTC 1m {2}2026-09-01 00:00:00 to 2026-09-01 06:00:00 UTC {2}360 candles in 360 windows/,
    );
    expect(found.stdout.plain).toMatch(/MARKET +INTERVAL +FROM \(UTC\) +FINDING +WHY/);
    expect(found.stdout.plain).toMatch(/ KRW-BTC +1m +2026-09-01 01:05:00 +flaw +close 0 is not within/);
    const mended = await runCli(`repair KRW-BTC --store ${path}`, here([120, 40]));
    expect(mended.code).toBe(0);
    expect(mended.stdout.plain).toMatch(/fetching KRW-BTC 1m again/);
    expect(mended.stdout.plain).toMatch(/360 candles in 360 windows {2}all is well\n$/);
  });

  it('say that there is no store, and make none', async () => {
    const { code, stderr } = await runCli(`verify KRW-BTC --store ${file('none.sqlite')}`, here());
    expect(code).toBe(1);
    expect(stderr.lines).toEqual([expect.stringMatching(/^error: there is no candle store at .*backfill/)]);
  });

  it('find that of a market nothing is stored', async () => {
    const path = await collected('other');
    const { code, stdout } = await runCli(`verify KRW-ETH --store ${path}`, here());
    expect(code).toBe(1);
    expect(stdout.values[0]).toMatchObject({ type: 'finding', kind: 'gap', reason: 'nothing is stored' });
  });
});
