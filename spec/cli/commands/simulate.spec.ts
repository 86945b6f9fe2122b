import { describe, expect, it } from '@jest/globals';
import { createServer } from 'node:net';
import { runCli, startCli, until } from '../run-cli.js';

describe('simulate', () => {
  it('prints where it is as one JSON line in a pipe, serves there, and ends when stopped', async () => {
    const cli = startCli('simulate --port 0 --markets 5 --seed 11');
    await until('the addresses', () => cli.stdout.lines.length > 0);
    const [addresses] = cli.stdout.values;
    const rest = String(addresses?.['rest']);
    expect(rest).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
    expect(addresses?.['ws']).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/websocket\/v1$/);

    const env = { UPBIT_REST_URL: rest, UPBIT_WS_URL: String(addresses?.['ws']) };
    const { code, stdout } = await runCli('watch KRW-BTC --count 1', { env });
    expect(code).toBe(0);
    expect(stdout.values).toHaveLength(1);

    cli.stop();
    await expect(cli.exitCode).resolves.toBe(0);
    await expect(fetch(`${rest}/market/all`)).rejects.toThrow();
    expect(cli.stdout.lines).toHaveLength(1);
  });

  it('tells a person at a terminal how to point a client at it', async () => {
    const cli = startCli('simulate --port 0', { terminal: [120, 30] });
    await until('the words', () => cli.stdout.plain.includes('Ctrl-C ends it.'));
    cli.stop();
    await expect(cli.exitCode).resolves.toBe(0);
    expect(cli.stdout.plain).toMatch(
      /UPBIT_REST_URL=http:\S+\/v1 UPBIT_WS_URL=ws:\S+\/websocket\/v1 market-data-backbone watch KRW-BTC/,
    );
    expect(cli.stdout.plain).toContain('seed 7, 200 won markets');
  });

  it('says in one sentence that a port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { code, stderr } = await runCli(`simulate --port ${port}`);
    await new Promise((resolve) => other.close(resolve));
    expect(stderr.text).toBe(
      `error: port ${port} is in use: choose another with --port, or --port 0 for any free one\n`,
    );
    expect(code).toBe(1);
  });
});
