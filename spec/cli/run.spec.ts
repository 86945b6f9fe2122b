import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Socket } from 'node:net';
import { FakeOutput, runCli, startCli } from './run-cli.js';

/** An address at which nothing listens. */
const NOBODY = { UPBIT_REST_URL: 'http://127.0.0.1:9/v1', UPBIT_WS_URL: 'ws://127.0.0.1:9/websocket/v1' };

describe('run', () => {
  const MISUSES: readonly (readonly [argv: string, sentence: RegExp])[] = [
    ['wach', /unknown command 'wach' \(Did you mean watch\?\)/],
    ['watch --cuont 3', /unknown option '--cuont' \(Did you mean --count\?\)/],
    ['watch --count', /option '--count <n>' argument missing/],
    ['watch --count 0', /--count must be a whole number of 1 or more, not '0'/],
    ['watch --count 1.5', /--count must be a whole number of 1 or more, not '1\.5'/],
    ['watch --for 5', /--for must be a time such as 500ms, 10s, 5m or 1h, not '5'/],
    ['watch --for 0s', /--for must be a time/],
    ['watch --for 9999h', /--for must be a time/],
    ['watch --channel tickers', /--channel must be one of ticker, trade, orderbook, candle, not 'tickers'/],
    ['watch --exchange binance', /--exchange must be one of upbit, simulated, not 'binance'/],
    ['watch --channel candle --interval 2m', /--interval must be one of 1s 1m 3m/],
    ['watch --interval 1m', /--interval only goes with --channel candle/],
    ['watch --depth 5', /--depth only goes with --channel orderbook/],
    ['watch --channel orderbook --depth 31', /--depth must be a whole number from 1 to 30, not '31'/],
    ['watch --channel orderbook --level -1', /--level must be a price step of 0 or more, not '-1'/],
    ['watch --seed 3', /--seed only goes with --exchange simulated/],
    ['watch krw-btc', /'krw-btc' is not a market.*did you mean KRW-BTC\?/],
    ['watch bitcoin', /'bitcoin' is not a market: expected QUOTE-BASE/],
    ['fetch', /missing required argument 'markets'/],
    ['fetch KRW-BTC --count 5', /--count above 1 only goes with --channel trade or --channel candle/],
    ['fetch KRW-BTC --to 2026-09-01', /--to only goes with --channel candle or --channel trade/],
    ['fetch KRW-BTC --channel trade --to 2026-02-30', /--to must be an instant such as 2026-09-01T00:00:00Z/],
    ['fetch KRW-BTC --channel trade --to yesterday', /--to must be an instant such as 2026-09-01T00:00:00Z/],
    ['fetch KRW-BTC --channel trade --to 2026-09-01T00:00:00', /--to must be an instant such as/],
    ['fetch KRW-BTC --channel trade --count 2 --via websocket', /a socket has no history/],
    ['fetch KRW-BTC --context gambling', /--context must be one of trading, monitoring/],
    ['fetch KRW-BTC --via carrier-pigeon', /--via must be one of auto, rest, websocket/],
    ['fetch KRW-BTC --max-age soon', /--max-age must be milliseconds, or a time such as 10s or 5m, not 'soon'/],
    ['simulate --port 70000', /--port must be a whole number from 0 to 65,535, not '70000'/],
    ['simulate --markets 0', /--markets must be a whole number from 1 to 330, not '0'/],
    ['simulate --activity lots', /--activity must be a number of 0 or more, not 'lots'/],
    ['simulate --speed 2', /--speed only goes with --replay/],
    ['simulate --replay no-such-file.jsonl', /--replay must be a file that can be read, not 'no-such-file.jsonl'/],
    ['simulate extra', /too many arguments/],
    ['doctor --verbose', /unknown option '--verbose'/],
  ];

  it.each(MISUSES)('answers `%s` with one sentence and code 2', async (argv, sentence) => {
    const { code, stdout, stderr } = await runCli(argv);
    expect(stderr.lines).toHaveLength(1);
    expect(stderr.lines[0]).toMatch(sentence);
    expect(stderr.lines[0]).toMatch(/^error: /);
    expect(stdout.text).toBe('');
    expect(code).toBe(2);
  });

  it.each(['UPBIT_REST_URL', 'UPBIT_WS_URL'])('names %s when it is no address', async (name) => {
    for (const wrong of ['ftp://example.com', 'ws://example.com/#x', 'http://example.com/?x']) {
      const { code, stderr } = await runCli('fetch KRW-BTC', { env: { [name]: wrong } });
      expect(stderr.lines).toEqual([expect.stringContaining(`${name} must be a URL such as `)]);
      expect(code).toBe(2);
    }
  });

  it.each([
    ['UPBIT_WS_URL', 'UPBIT_REST_URL'],
    ['UPBIT_REST_URL', 'UPBIT_WS_URL'],
  ] as const)('wants %s too where %s is set', async (missing, given) => {
    for (const absent of [{}, { [missing]: '' }]) {
      for (const command of ['fetch KRW-BTC', 'doctor', 'backfill KRW-BTC']) {
        const { code, stdout, stderr } = await runCli(command, { env: { [given]: NOBODY[given], ...absent } });
        expect(stderr.lines).toEqual([expect.stringMatching(new RegExp(`^error: ${missing} must be set .*${given}`))]);
        expect([code, stdout.text]).toEqual([2, '']);
      }
    }
  });

  it.each(['watch KRW-BTC', 'fetch KRW-BTC', 'fetch KRW-BTC --channel candle --count 300'])(
    'says where nobody answers `%s`, within a few seconds',
    async (argv) => {
      const started = Date.now();
      const { code, stdout, stderr } = await runCli(argv, { env: NOBODY });
      expect(stderr.lines).toEqual([expect.stringContaining(`cannot be reached at ${NOBODY.UPBIT_REST_URL}`)]);
      expect(stdout.text).toBe('');
      expect(code).toBe(1);
      expect(Date.now() - started).toBeLessThan(10_000);
    },
  );

  describe('with an exchange that takes calls and never answers', () => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => sockets.add(socket));
    let url = '';
    beforeAll(async () => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      url = typeof address === 'object' && address !== null ? `127.0.0.1:${address.port}` : '';
    });
    afterAll(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });

    it.each(['watch KRW-BTC', 'fetch KRW-BTC'])('does not hang on `%s`', async (argv) => {
      const env = { UPBIT_REST_URL: `http://${url}/v1`, UPBIT_WS_URL: `ws://${url}/websocket/v1` };
      const { code, stderr } = await runCli(argv, { env });
      expect(stderr.lines).toEqual([expect.stringMatching(/cannot be reached at .* \(no answer within 3 s\)/)]);
      expect(code).toBe(1);
    });
  });

  it('prints the version of the package', async () => {
    const { code, stdout } = await runCli('--version');
    expect(stdout.text).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(code).toBe(0);
  });

  it.each(['watch', 'fetch', 'simulate', 'doctor'])('shows examples in the help of %s', async (command) => {
    const { code, stdout } = await runCli(`${command} --help`);
    expect(stdout.text).toContain(`Usage: market-data-backbone ${command}`);
    expect(stdout.text).toContain(`$ market-data-backbone ${command}`);
    expect(code).toBe(0);
  });

  it('lets the last of two equal flags win', async () => {
    const { code, stdout } = await runCli('watch --exchange upbit --exchange simulated --count 2 --count 1 --json');
    expect(stdout.values).toEqual([expect.objectContaining({ exchange: 'simulated' })]);
    expect(code).toBe(0);
  });

  it('ends with code 0 when it is stopped before it has begun', async () => {
    const cli = startCli('watch KRW-BTC --exchange simulated');
    cli.stop();
    await expect(cli.exitCode).resolves.toBe(0);
    expect(cli.stderr.text).toBe('');
  });

  it.each([
    ['EPIPE', 0, ''],
    ['ENOSPC', 1, 'error: the output cannot be written: ENOSPC\n'],
  ])('ends with the output when that fails with %s', async (failure, expected, sentence) => {
    const stdout = new FakeOutput();
    stdout._write = (_chunk, _encoding, done: (error?: Error) => void) =>
      done(Object.assign(new Error(failure), { code: failure }));
    const { code, stderr } = await runCli('watch --exchange simulated', { stdout });
    expect(code).toBe(expected);
    expect(stderr.text).toBe(sentence);
  });
});
