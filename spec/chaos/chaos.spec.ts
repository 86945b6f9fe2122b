import { execFile } from 'node:child_process';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Summary } from './output/summary.js';

const OUT = '.chaos/short.js';

/** Faults that one can know of: something breaks, is refused, comes late, or is not as documented. */
const PLAIN = [
  ...['drop-connections', 'refuse-connections', 'close-frame', 'close-1000', 'error-frame', 'half-open'],
  ...['handshake-429', 'handshake-502', 'handshake-hang', 'no-compression', 'stale-after-resubscribe', 'slow-frames'],
  ...[
    'socket-cut',
    'socket-half-open',
    'socket-refused',
    'socket-lag',
    'socket-split',
    'socket-lumped',
    'frames-doubled',
  ],
  ...[
    'rest-500',
    'rest-html',
    'rest-429',
    'rest-truncated',
    'rest-lag',
    'network-down',
    'rest-missing-market',
    'delisted',
  ],
];
/** Faults that leave something out of a stream that goes on, or spoil what it says. */
const SPOILING = [
  ...[
    'trade-gap',
    'frames-lost',
    'lost-snapshot',
    'garbage-frame',
    'wrong-types',
    'oversized-frame',
    'socket-corrupted',
  ],
];

const run = (file: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile(file, [...args], { timeout: 100_000, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      // A broken promise is told by the exit code as well, and judged here.
      if (stdout === '' && error !== null) reject(new Error(`${error.message}\n${stderr}`));
      else resolve(stdout);
    });
  });

const chaos = async (faults: readonly string[], ...args: readonly string[]): Promise<Summary> => {
  const named = faults.flatMap((fault) => ['--fault', fault]);
  return JSON.parse(
    await run(process.execPath, [OUT, '--json', '--more', '--settling', '10', ...named, ...args]),
  ) as Summary;
};

/** On a busy machine the facts are judged, not how long they took. */
const broken = ({ violations }: Summary, ...forgiven: readonly string[]): string[] =>
  violations
    .filter(({ rule }) => !['recovery', 'flapping', ...forgiven].includes(rule))
    .map(({ rule, what, during }) => `${rule}: ${what} [${during.join(', ')}]`);

describe('an engine to which everything happens', () => {
  let plain: Summary;
  let spoiled: Summary;
  let stopped: Summary;

  // Side by side, since most of the time is waiting.
  beforeAll(async () => {
    const flags = ['--bundle', '--packages=external', '--platform=node', '--format=esm', '--log-level=error'];
    await run('node_modules/.bin/esbuild', ['spec/chaos/main.ts', `--outfile=${OUT}`, ...flags]);
    [plain, spoiled, stopped] = await Promise.all([
      chaos(PLAIN, '--seed', '7', '--minutes', '0.3', '--lanes', '2'),
      chaos(SPOILING, '--seed', '12', '--minutes', '0.25'),
      chaos(['exchange-stopped', 'exchange-restarted', 'network-frozen'], '--seed', '3', '--minutes', '0.25'),
    ]);
  }, 120_000);

  it('keeps its promises, by the exchange’s own account, through 27 kinds of faults', () => {
    expect(broken(plain)).toEqual([]);
    expect(plain.struck).toBeGreaterThan(8);
    expect(plain.trades.made).toBeGreaterThan(300);
    expect(Math.max(plain.open.p99, plain.back.p99)).toBeLessThan(15_000);
  });

  it('keeps them when the exchange stands still, dies, or cannot be reached', () => {
    // What was sent meanwhile is all counted in the second in which the exchange goes on: one or two too many may be among it.
    expect(broken(stopped, 'limits')).toEqual([]);
    expect(stopped.overLimits).toBeLessThanOrEqual(4);
    expect(stopped.struck).toBeGreaterThanOrEqual(2);
    expect(stopped.trades.made).toBeGreaterThan(100);
  });

  it('keeps them when frames are spoiled, and loses none but what nobody could notice', () => {
    expect(broken(spoiled)).toEqual([]);
    expect(spoiled.rejected).toBeGreaterThan(0);
  });
});
