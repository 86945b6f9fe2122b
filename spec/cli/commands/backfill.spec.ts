import { describe, expect, it } from '@jest/globals';
import { startSimulator } from '../../../src/simulator/index.js';
import { sqliteStore } from '../../../src/store/index.js';
import { pointingAt, runCli, startCli, until } from '../run-cli.js';
import { HOUR, collectingGround } from './collecting.js';

const DAY = '--from 2026-09-01 --to 2026-09-02';
const RANGE = { from: Date.parse('2026-09-01'), to: Date.parse('2026-09-02') };

describe('backfill', () => {
  const { file, here, asked } = collectingGround();

  it('tells its plan, then how it goes, then the end', async () => {
    const path = file('day.sqlite');
    const { code, stdout, stderr } = await runCli(
      `backfill KRW-BTC KRW-ETH --interval 5m ${DAY} --store ${path}`,
      here(),
    );
    expect([code, stderr.text]).toEqual([0, '']);
    const { values } = stdout;
    expect(values[0]).toEqual({
      type: 'plan',
      exchange: 'upbit',
      interval: '5m',
      ...RANGE,
      store: path,
      windows: 576,
      requests: 4,
      atLeast: Math.round((4 * 1_010) / 9),
      markets: [
        { market: 'KRW-BTC', windows: 288, requests: 2 },
        { market: 'KRW-ETH', windows: 288, requests: 2 },
      ],
    });
    expect(values.filter(({ type, state }) => type === 'progress' && state === 'done')).toHaveLength(2);
    expect(values.at(-1)).toMatchObject({ type: 'done', markets: 2, marketsDone: 2, written: 576, requestsDone: 4 });
    const store = sqliteStore(path);
    const series = { exchange: 'upbit', market: 'KRW-ETH', interval: '5m' } as const;
    expect(store.coverage(series)).toEqual([RANGE]);
    expect(store.range(series, RANGE)).toHaveLength(288);
    expect(store.latest(series, 1)).toMatchObject([{ origin: 'simulation' }]);
    store.close();
  });

  it('fetches only what it lacks', async () => {
    const store = `--store ${file('more.sqlite')}`;
    await runCli(`backfill KRW-BTC --interval 1h ${DAY} ${store}`, here());
    const before = asked();
    const again = await runCli(`backfill KRW-BTC --interval 1h ${DAY} ${store}`, here());
    expect(again.stdout.values[0]).toMatchObject({ type: 'plan', windows: 0, requests: 0 });
    expect(again.stdout.values.at(-1)).toMatchObject({ type: 'done', written: 0 });
    expect(asked()).toBe(before);
    const longer = await runCli(`backfill KRW-BTC --interval 1h --from 2026-08-31 --to 2026-09-03 ${store}`, here());
    expect(longer.stdout.values.at(-1)).toMatchObject({ type: 'done', written: 48, requestsDone: 1 });
  });

  it('takes the last days when told how many, and nothing that is not done', async () => {
    const path = file('days.sqlite');
    const { stdout } = await runCli(`backfill KRW-BTC --interval 4h --days 3 --store ${path}`, here());
    const windows = Number(stdout.values[0]?.['windows']);
    expect(windows).toBeGreaterThanOrEqual(17);
    expect(windows).toBeLessThanOrEqual(18);
    const store = sqliteStore(path);
    const [newest] = store.latest({ exchange: 'upbit', market: 'KRW-BTC', interval: '4h' }, 1);
    store.close();
    expect(newest?.openTime).toBeLessThanOrEqual(Date.now() - 4 * HOUR);
  });

  it('shows the plan, a bar and the end on a terminal', async () => {
    const argv = `backfill KRW-BTC --interval 1h ${DAY} --store ${file('terminal.sqlite')}`;
    const { code, stdout } = await runCli(argv, here([110, 30]));
    expect(code).toBe(0);
    expect(stdout.plain).toMatch(/MARKET +NOT STORED +CALLS\n KRW-BTC +24 +1\n/);
    expect(stdout.plain).toContain('24 windows in 1 call, at least 0:00');
    expect(stdout.plain).toMatch(/100% {2}1\/1 calls {2}[\d.]+\/s {2}0:00 left {2}24 candles/);
    expect(stdout.plain.trimEnd()).toMatch(/Done: 24 candles written in 0:0\d\.$/);
    const again = await runCli(argv, here([110, 30]));
    expect(again.stdout.plain).toContain('All of it is stored already.');
    expect(again.stdout.plain).not.toContain('Done');
  });

  it('goes on where it was stopped', async () => {
    const path = file('stopped.sqlite');
    const argv = `backfill KRW-BTC --from 2026-09-01 --to 2026-09-03 --store ${path}`;
    const cli = startCli(argv, here());
    await until('some candles', () => cli.stdout.lines.length > 3);
    const stopped = Date.now();
    cli.stop();
    expect(await cli.exitCode).toBe(0);
    expect(Date.now() - stopped).toBeLessThan(2_000);
    expect(cli.stderr.lines).toEqual([expect.stringContaining('goes on from there')]);
    const left = await runCli(argv, here());
    const windows = Number(left.stdout.values[0]?.['windows']);
    expect(windows).toBeGreaterThan(0);
    expect(windows).toBeLessThanOrEqual(2_880 - 400);
    expect(left.stdout.values.at(-1)).toMatchObject({ type: 'done', written: windows });
  });

  it('collects from the simulated exchange into a file of its own', async () => {
    const { code, stdout } = await runCli(`backfill KRW-BTC --exchange simulated --interval 1h ${DAY}`, here());
    expect(code).toBe(0);
    expect(stdout.values[0]).toMatchObject({ store: file('market-data-backbone/simulated-7.sqlite') });
    expect(stdout.values.at(-1)).toMatchObject({ type: 'done', written: 24 });
  });

  it('tries again when the exchange fails for a while', async () => {
    const exchange = await startSimulator();
    exchange.setFault('rest-500');
    const cli = startCli(`backfill KRW-BTC --interval 1h ${DAY} --store ${file('broken.sqlite')}`, {
      env: pointingAt(exchange),
    });
    await until('the first call', () => (exchange.stats().requests['candles'] ?? 0) > 0);
    exchange.clearFaults();
    expect(await cli.exitCode).toBe(0);
    await exchange.close();
    expect(cli.stdout.values.at(-1)).toMatchObject({ type: 'done', written: 24 });
  });

  it('names a market the exchange does not list before anything else', async () => {
    const { code, stderr } = await runCli(`backfill KRW-BTC KRW-NOWHERE ${DAY}`, here());
    expect(code).toBe(1);
    expect(stderr.lines).toEqual(['error: the exchange does not list KRW-NOWHERE']);
  });

  it('does not mix what is real with what is simulated', async () => {
    const path = file('real.sqlite');
    const store = sqliteStore(path);
    const real = { exchange: 'upbit', market: 'KRW-BTC', interval: '1m' } as const;
    store.write({
      series: real,
      candles: [
        {
          type: 'candle',
          ...real,
          timestamp: 59_000,
          receivedAt: 70_000,
          origin: 'rest',
          tier: 'cold-rest',
          openTime: 0,
          open: 1,
          high: 1,
          low: 1,
          close: 1,
          volume: 1,
          turnover: 1,
          state: 'final',
        },
      ],
    });
    store.close();
    const { code, stderr } = await runCli(`backfill KRW-BTC --interval 1h ${DAY} --store ${path}`, here());
    expect(code).toBe(2);
    expect(stderr.lines.at(-1)).toContain("the candles of 'upbit' in this store are real, and this is a simulated one");
  });
});
