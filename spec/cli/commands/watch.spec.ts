import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type Simulator } from '../../../src/simulator/index.js';
import { pointingAt, runCli, startCli, until } from '../run-cli.js';

describe('watch', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ activity: 5 });
  });
  afterAll(() => simulator.close());

  const here = () => ({ env: pointingAt(simulator) });

  it.each([
    ['ticker', '', ['price', 'changeRate', 'volume24h', 'turnover24h']],
    ['trade', '', ['id', 'price', 'volume', 'side']],
    ['orderbook', ' --depth 5', ['bids', 'asks', 'level']],
    ['candle', ' --interval 3m', ['interval', 'openTime', 'close', 'state']],
  ])('prints %s events as they are, one a line, in a pipe', async (channel, flags, fields) => {
    const { code, stdout, stderr } = await runCli(`watch KRW-BTC --channel ${channel}${flags} --count 2`, here());
    expect(code).toBe(0);
    expect(stderr.text).toBe('');
    expect(stdout.values).toHaveLength(2);
    for (const event of stdout.values) {
      expect(event).toMatchObject({ type: channel, exchange: 'upbit', market: 'KRW-BTC', tier: 'live-subscription' });
      expect(Object.keys(event)).toEqual(expect.arrayContaining([...fields, 'timestamp', 'receivedAt', 'origin']));
    }
  });

  it('watches a handful of markets when none is named, of an exchange inside the process', async () => {
    const { code, stdout } = await runCli('watch --exchange simulated --seed 3 --count 5');
    expect(code).toBe(0);
    expect(new Set(stdout.values.map(({ market }) => market)).size).toBeGreaterThan(1);
    expect(stdout.values[0]).toMatchObject({ exchange: 'simulated', origin: 'simulation' });
  });

  it('ends by itself after the time it was given', async () => {
    const started = Date.now();
    const { code, stdout } = await runCli('watch KRW-BTC --for 700ms --json', here());
    expect(code).toBe(0);
    expect(stdout.values.length).toBeGreaterThan(0);
    expect(Date.now() - started).toBeGreaterThanOrEqual(700);
  });

  it('ends with code 0 and closes its socket when the user stops it', async () => {
    const cli = startCli('watch KRW-BTC', here());
    await until('an event', () => cli.stdout.lines.length > 0);
    cli.stop();
    await expect(cli.exitCode).resolves.toBe(0);
    await until('the socket to be closed', () => simulator.stats().socketsOpen === 0);
  });

  it('refuses markets that are not listed, with the nearest one that is', async () => {
    const { code, stdout, stderr } = await runCli('watch KRW-BTC KRW-BTX', here());
    expect(stderr.text).toMatch(/^error: the exchange does not list KRW-BTX; did you mean KRW-[A-Z]+\?\n$/);
    expect(stdout.text).toBe('');
    expect(code).toBe(1);
  });

  it('fails when nothing at all comes within the time', async () => {
    const silent = await startSimulator();
    silent.setFault('quiet');
    silent.setFault('lost-snapshot');
    const { code, stdout, stderr } = await runCli('watch KRW-BTC --for 300ms', { env: pointingAt(silent) });
    await silent.close();
    expect(stderr.text).toBe('error: no ticker of KRW-BTC arrived within 0.3 s\n');
    expect(stdout.text).toBe('');
    expect(code).toBe(1);
  });

  it('watches without a list of markets as long as the socket delivers', async () => {
    const partial = await startSimulator();
    partial.setFault('rest-500', { group: 'market' });
    const { code, stdout } = await runCli('watch KRW-BTC --count 1', { env: pointingAt(partial) });
    await partial.close();
    expect(stdout.values).toHaveLength(1);
    expect(code).toBe(0);
  });

  it('goes on through a lost connection and tells about it once', async () => {
    const cli = startCli('watch KRW-BTC KRW-ETH', here());
    const tiers = (): readonly unknown[] => cli.stdout.values.map(({ tier }) => tier);
    await until('a live event', () => tiers().includes('live-subscription'));
    simulator.setFault('drop-connections');
    await until('the connection to be back', () => cli.stderr.text.includes('the connection is back'));
    const seen = tiers().length;
    await until('a live event again', () => tiers().slice(seen).includes('live-subscription'));
    cli.stop();
    await expect(cli.exitCode).resolves.toBe(0);
    expect(cli.stderr.lines[0]).toMatch(/^the connection is lost, polling until it is back: /);
    expect(cli.stderr.lines).toHaveLength(2);
  });

  describe('on a terminal', () => {
    const onTerminal = (columns: number, rows: number) => ({ ...here(), terminal: [columns, rows] as const });

    it('draws a table over itself, leaves the last one, and gives the cursor back', async () => {
      const { code, stdout } = await runCli('watch KRW-BTC KRW-ETH --for 900ms', onTerminal(120, 24));
      expect(code).toBe(0);
      expect(stdout.plain).toContain('upbit, simulated · ticker');
      for (const head of ['MARKET', 'PRICE', 'CHANGE', 'TURNOVER 24H', 'TIER', 'AGE', 'MSG/S']) {
        expect(stdout.plain).toContain(head);
      }
      expect(stdout.plain).toMatch(/KRW-BTC +[\d,]+ +[+-]?\d+\.\d\d%.* live /);
      expect(stdout.plain).toMatch(/● connected {2}\d+ frames · 0 rejected/);
      expect(stdout.text.indexOf('\u001B[?25l')).toBeGreaterThanOrEqual(0);
      expect(stdout.text.lastIndexOf('\u001B[?25h')).toBeGreaterThan(stdout.text.lastIndexOf('\u001B[?25l'));
    });

    it.each([
      ['trade', 'SIDE'],
      ['orderbook', 'SPREAD'],
      ['candle', 'OPENED (UTC)'],
    ])('has columns of its own for %s', async (channel, head) => {
      const { stdout } = await runCli(`watch KRW-BTC --channel ${channel} --for 500ms`, onTerminal(120, 24));
      expect(stdout.plain).toContain(head);
      expect(stdout.plain).toMatch(/KRW-BTC +.* live /);
    });

    it('prints lines instead when asked for JSON', async () => {
      const { stdout } = await runCli('watch KRW-BTC --json --count 1', onTerminal(120, 24));
      expect(stdout.values).toHaveLength(1);
    });

    it('uses no colour where none is wanted', async () => {
      const { stdout } = await runCli('watch KRW-BTC --for 500ms', {
        env: { ...pointingAt(simulator), NO_COLOR: '1' },
        terminal: [120, 24],
      });
      expect(stdout.text).not.toMatch(/\u001B\[\d+m/);
    });
  });
});
