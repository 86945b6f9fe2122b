import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Findings } from './leaks/process.js';

const run = promisify(execFile);
const OUT = '.chaos/leaks.js';
const MEGABYTE = 2 ** 20;

const findingsOf = async (what: 'cycles' | 'reconnects'): Promise<Findings> => {
  const { stdout } = await run(process.execPath, ['--expose-gc', OUT, what], { timeout: 60_000 });
  return JSON.parse(stdout) as Findings;
};

describe('a process that works hard and then rests', () => {
  beforeAll(async () => {
    const flags = ['--bundle', '--packages=external', '--platform=node', '--format=esm', '--log-level=error'];
    await run('node_modules/.bin/esbuild', ['spec/e2e/leaks/process.ts', `--outfile=${OUT}`, ...flags]);
  });

  it('holds nothing more after 10,000 subscriptions came and went', async () => {
    const { before, after, times, socketsOpen, warnings } = await findingsOf('cycles');
    expect(times).toBe(10_000);
    expect(after.resources).toEqual(before.resources);
    expect(after.listeners).toBe(before.listeners);
    expect(socketsOpen).toBe(0);
    expect(warnings).toEqual([]);
    expect((after.heap - before.heap) / MEGABYTE).toBeLessThan(2);
  }, 90_000);

  it('holds nothing more after 200 reconnects', async () => {
    const { before, after, times, socketsOpen, warnings } = await findingsOf('reconnects');
    expect(times).toBeGreaterThanOrEqual(200);
    expect(after.resources).toEqual(before.resources);
    expect(after.listeners).toBe(before.listeners);
    expect(socketsOpen).toBe(0);
    expect(warnings).toEqual([]);
    expect((after.heap - before.heap) / MEGABYTE).toBeLessThan(2);
  }, 90_000);
});
