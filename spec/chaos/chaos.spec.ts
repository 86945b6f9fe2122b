import { execFile } from 'node:child_process';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Summary } from './output/summary.js';

const OUT = '.chaos/short.js';

const run = (file: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    execFile(file, [...args], { timeout: 100_000, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      // A broken promise is told by the exit code as well, and judged here.
      if (stdout === '' && error !== null) reject(new Error(`${error.message}\n${stderr}`));
      else resolve(stdout);
    });
  });

const chaos = async (...args: readonly string[]): Promise<Summary> =>
  JSON.parse(await run(process.execPath, [OUT, '--json', ...args])) as Summary;

/** On a busy machine only the facts are judged, not how long they took. */
const broken = ({ violations }: Summary): string[] =>
  violations
    .filter(({ rule }) => rule !== 'recovery')
    .map(({ rule, what, during }) => `${rule}: ${what} [${during.join(', ')}]`);

describe('an engine to which everything happens', () => {
  beforeAll(async () => {
    const flags = ['--bundle', '--packages=external', '--platform=node', '--format=esm', '--log-level=error'];
    await run('node_modules/.bin/esbuild', ['spec/chaos/main.ts', `--outfile=${OUT}`, ...flags]);
  });

  it('keeps its promises, by the exchange’s own account', async () => {
    const summary = await chaos('--seed', '7', '--minutes', '0.3', '--lanes', '3');
    expect(broken(summary)).toEqual([]);
    expect(summary.struck).toBeGreaterThan(12);
    expect(summary.trades.made).toBeGreaterThan(500);
    expect(Math.max(summary.open.p99, summary.back.p99)).toBeLessThan(15_000);
  }, 120_000);

  it('keeps them when the exchange stands still, and when it dies', async () => {
    const summary = await chaos('--fault', 'exchange-stopped', '--fault', 'exchange-restarted', '--minutes', '0.2');
    expect(broken(summary)).toEqual([]);
    expect(summary.struck).toBeGreaterThanOrEqual(2);
    expect(summary.trades.made).toBeGreaterThan(100);
  }, 120_000);
});
