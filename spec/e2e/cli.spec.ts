import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { startSimulator, type Simulator } from '../../src/simulator/index.js';
import { parseLine, pointingAt, until } from '../cli/run-cli.js';

const MAIN = 'dist/cli/main.js';

interface Process {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  readonly lines: () => readonly string[];
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<unknown>;
}

const started = new Set<ChildProcess>();

const start = (
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Process => {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  started.add(child);
  const texts = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.err += text));
  const ended = once(child, 'close').then(([code, signal]: unknown[]) => code ?? signal);
  const lines = (): readonly string[] => texts.out.split('\n').slice(0, -1);
  return { child, out: () => texts.out, err: () => texts.err, lines, ended };
};

const cli = (argv: string, env: Readonly<Record<string, string | undefined>> = {}): Process =>
  start(process.execPath, [MAIN, ...argv.split(' ')], env);

const tierOf = (line: string): unknown => parseLine(line)['tier'];

describe('the command line as a process', () => {
  beforeAll(async () => {
    await access(MAIN).catch(() => {
      throw new Error(`${MAIN} is missing: run 'npm run build' first`);
    });
  });
  afterEach(() => {
    for (const child of started) child.kill('SIGKILL');
    started.clear();
  });

  it.each([
    ['watch --exchange simulated --json', 'SIGINT'],
    ['watch --exchange simulated --json', 'SIGTERM'],
    ['simulate --port 0', 'SIGINT'],
  ] as const)('ends `%s` with code 0 within two seconds of %s', async (argv, signal) => {
    const { child, lines, err, ended } = cli(argv);
    await until('output', () => lines().length > 0);
    const asked = Date.now();
    child.kill(signal);
    expect(await ended).toBe(0);
    expect(Date.now() - asked).toBeLessThan(2_000);
    expect(err()).toBe('');
  });

  it('takes the same signal twice, as npm sends it, for one', async () => {
    const { child, lines, ended } = cli('watch --exchange simulated --json');
    await until('output', () => lines().length > 0);
    child.kill('SIGINT');
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  });

  it('ends by itself, with every line whole, when its time is over', async () => {
    const { lines, out, err, ended } = cli('watch --exchange simulated --exchange simulated --for 1s --json');
    expect(await ended).toBe(0);
    expect(lines().length).toBeGreaterThan(0);
    for (const line of lines()) expect(JSON.parse(line)).toMatchObject({ type: 'ticker', origin: 'simulation' });
    expect(out().endsWith('\n')).toBe(true);
    expect(err()).toBe('');
  });

  it('leaves quietly when its reader has enough', async () => {
    const argv = `"$NODE" ${MAIN} watch --exchange simulated --channel orderbook --json`;
    const { lines, err, ended } = start('bash', ['-c', `set -o pipefail; ${argv} | head -1`], {
      NODE: process.execPath,
    });
    expect(await ended).toBe(0);
    expect(lines()).toHaveLength(1);
    expect(err()).toBe('');
  });

  it('writes a long answer through a pipe to its last line', async () => {
    const { lines, ended } = cli('fetch KRW-BTC --exchange simulated --channel candle --count 1000');
    expect(await ended).toBe(0);
    expect(lines()).toHaveLength(1_000);
  });

  it('lives through a restart of the exchange and is live again when it is back', async () => {
    const first = await startSimulator({ activity: 20 });
    const { child, lines, err, ended } = cli('watch KRW-BTC KRW-ETH --json', pointingAt(first));
    const liveSince = (instant: number): boolean =>
      lines()
        .map(parseLine)
        .some(({ tier, receivedAt }) => tier === 'live-subscription' && Number(receivedAt) > instant);
    await until('a live event', () => liveSince(0));

    await first.close();
    await until('the loss to be told', () => err().includes('the connection is lost'));
    const lost = Date.now();
    const second = await restart(first);
    await until('a live event again', () => liveSince(lost), 15_000);
    expect(err()).toContain('the connection is back');

    child.kill('SIGINT');
    expect(await ended).toBe(0);
    await second.close();
  });

  it('polls while only the socket is away', async () => {
    const simulator = await startSimulator({ activity: 20 });
    const { child, lines, ended } = cli('watch KRW-BTC --json', pointingAt(simulator));
    const since = (seen: number): readonly unknown[] => lines().slice(seen).map(tierOf);
    await until('a live event', () => since(0).includes('live-subscription'));
    simulator.setFault('handshake-503');
    simulator.setFault('drop-connections');
    const isPolled = (tier: unknown): boolean => tier === 'batch-snapshot' || tier === 'cold-rest';
    const seen = lines().length;
    await until('a polled event', () => since(seen).some(isPolled), 15_000);
    simulator.clearFaults();
    const polled = lines().length;
    await until('a live event again', () => since(polled).includes('live-subscription'), 15_000);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    await simulator.close();
  });
});

/** Another exchange at the address of one that was closed. */
const restart = ({ rest }: Simulator): Promise<Simulator> =>
  startSimulator({ port: Number(new URL(rest).port), activity: 20 });
