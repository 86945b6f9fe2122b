import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type Simulator } from '../../../src/simulator/index.js';
import { FakeOutput, pointingAt, runCli, startCli } from '../run-cli.js';

describe('fetch', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator();
  });
  afterAll(() => simulator.close());

  const here = () => ({ env: pointingAt(simulator) });

  it('answers for several markets with one line each, in the order asked', async () => {
    const { code, stdout, stderr } = await runCli('fetch KRW-ETH KRW-BTC', here());
    expect(code).toBe(0);
    expect(stderr.text).toBe('');
    expect(stdout.values.map(({ type, market }) => [type, market])).toEqual([
      ['ticker', 'KRW-ETH'],
      ['ticker', 'KRW-BTC'],
    ]);
  });

  it('fetches more candles than one call gives, oldest first', async () => {
    const { code, stdout } = await runCli('fetch KRW-BTC --channel candle --interval 1m --count 450', here());
    const opened = stdout.values.map(({ openTime }) => Number(openTime));
    expect(code).toBe(0);
    expect(opened).toHaveLength(450);
    expect(opened).toEqual([...new Set(opened)].sort((a, b) => a - b));
  });

  it('fetches only what lies before an instant', async () => {
    const day = new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000).toISOString().slice(0, 10);
    const argv = `fetch KRW-BTC --channel candle --interval 1h --count 3 --to ${day}T00:00:00Z`;
    const { stdout } = await runCli(argv, here());
    const opened = stdout.values.map(({ openTime }) => Number(openTime));
    expect(opened).toHaveLength(3);
    expect(Math.max(...opened)).toBeLessThan(Date.parse(day));
  });

  it('fetches the trades of several markets', async () => {
    const { stdout } = await runCli('fetch KRW-BTC KRW-ETH --channel trade --count 5', here());
    expect(stdout.values.map(({ market }) => market)).toEqual([
      ...Array<string>(5).fill('KRW-BTC'),
      ...Array<string>(5).fill('KRW-ETH'),
    ]);
  });

  it('cuts an order book to the depth asked', async () => {
    const { stdout } = await runCli('fetch KRW-BTC --channel orderbook --depth 2', here());
    expect(stdout.values[0]).toMatchObject({ bids: [{}, {}], asks: [{}, {}], level: 0 });
  });

  it.each([
    ['rest', /^(batch-snapshot|cold-rest)$/],
    ['websocket', /^live-subscription$/],
  ])('takes the road that --via %s allows', async (via, tier) => {
    const { code, stdout } = await runCli(`fetch KRW-BTC --via ${via} --context research --max-age 0`, here());
    expect(code).toBe(0);
    expect(stdout.values[0]).toMatchObject({ tier: expect.stringMatching(tier) });
  });

  it('explains, as one more line, how the answer was found', async () => {
    const { stdout } = await runCli('fetch KRW-BTC --explain', here());
    expect(stdout.values).toHaveLength(2);
    expect(stdout.values[1]).toMatchObject({
      type: 'explanation',
      trust: expect.any(String),
      ranking: expect.arrayContaining([expect.objectContaining({ tier: 'hot-cache', score: expect.any(Number) })]),
      attempts: expect.arrayContaining([expect.objectContaining({ outcome: 'answered' })]),
    });
  });

  it.each([
    ['fetch KRW-BTX', 'KRW-BTX'],
    ['fetch KRW-BTC KRW-BTX --channel candle', 'KRW-BTX'],
  ])('names the market that makes `%s` impossible', async (argv, market) => {
    const { code, stdout, stderr } = await runCli(argv, here());
    expect(stderr.lines).toEqual([
      expect.stringMatching(new RegExp(`^error: the exchange does not list ${market}; did you mean KRW-[A-Z]+\\?$`)),
    ]);
    expect(stdout.text).toBe('');
    expect(code).toBe(1);
  });

  it('says in one sentence what every tier answered when none could serve', async () => {
    const broken = await startSimulator();
    broken.setFault('rest-500');
    const argv = 'fetch KRW-BTC --channel candle --count 2';
    const { code, stderr } = await runCli(argv, { env: pointingAt(broken) });
    await broken.close();
    expect(stderr.lines).toEqual([expect.stringMatching(/^error: no tier could serve .*cold-rest: .*HTTP 500/)]);
    expect(code).toBe(1);
  });

  it('refuses trades the exchange no longer has as a wrong request', async () => {
    const { code, stderr } = await runCli('fetch KRW-BTC --channel trade --to 2020-01-01', here());
    expect(stderr.lines).toEqual([expect.stringContaining('trades before 2020-01-01T00:00:00.000Z are gone')]);
    expect(code).toBe(2);
  });

  it('ends with code 0 when the user does not want to wait', async () => {
    const slow = await startSimulator();
    slow.setFault('rest-hang');
    const cli = startCli('fetch KRW-BTC --channel candle --count 9', { env: pointingAt(slow), terminal: [100, 24] });
    setTimeout(() => cli.stop(), 900);
    await expect(cli.exitCode).resolves.toBe(0);
    await slow.close();
    expect(cli.stdout.text).toBe('');
    expect(cli.stderr.plain).toContain('fetching 9 candles of KRW-BTC … 1 s');
  });

  it('waits for a slow reader and drops nothing', async () => {
    const stdout = new FakeOutput();
    const write = stdout._write.bind(stdout);
    stdout._write = (chunk: unknown, encoding: string, done: () => void) =>
      setTimeout(() => write(chunk, encoding, done), 2);
    const { code } = await runCli('fetch KRW-BTC --channel candle --count 200', { ...here(), stdout });
    expect(stdout.values).toHaveLength(200);
    expect(code).toBe(0);
  });

  describe('on a terminal', () => {
    it('draws a table with where each row came from', async () => {
      const argv = 'fetch KRW-BTC --channel candle --count 3 --explain';
      const { code, stdout } = await runCli(argv, { ...here(), terminal: [160, 40] });
      expect(code).toBe(0);
      expect(stdout.plain).toMatch(
        /MARKET +OPENED \(UTC\) +OPEN +HIGH +LOW +CLOSE +CHANGE +VOLUME +STATE +ORIGIN +TIER/,
      );
      expect(stdout.plain.match(/^ KRW-BTC .* cold-rest *$/gm)).toHaveLength(3);
      expect(stdout.plain).toMatch(/ 2 +cold-rest +[\d.]+ +answered +\d+ +asked of the exchange now/);
      expect(stdout.plain).toMatch(/ live-subscription +left out +a socket has no history/);
      expect(stdout.plain).toContain('trusted because asked of the exchange now');
    });

    it('leaves out columns rather than break lines where it is narrow', async () => {
      const argv = 'fetch KRW-BTC --channel candle --count 3 --explain';
      const { stdout } = await runCli(argv, { ...here(), terminal: [64, 40] });
      expect(
        Math.max(
          ...stdout.plain
            .split('\n')
            .slice(0, 4)
            .map(({ length }) => length),
        ),
      ).toBeLessThanOrEqual(64);
      expect(stdout.plain).toContain('CLOSE');
      expect(stdout.plain).not.toContain('VOLUME');
    });
  });
});
