import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const examples = readdirSync(`${root}docs/examples`).filter((name) => name.endsWith('.ts'));

/** Runs an example as a user would, against the built package, and gives what it printed. */
const run = async (name: string): Promise<{ code: number | null; out: string; err: string }> => {
  const outfile = `${root}.bench/examples/${name.replace(/\.ts$/, '.mjs')}`;
  await build({ entryPoints: [`${root}docs/examples/${name}`], outfile, format: 'esm', platform: 'node' });
  const child = spawn(process.execPath, [outfile], { cwd: root, timeout: 30_000 });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out, err };
};

describe('the examples in docs', () => {
  it('exist', () => {
    expect(examples).toContain('watch.ts');
  });

  it.each(examples)('%s runs, prints and ends by itself', async (name) => {
    const { code, out, err } = await run(name);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.trim().split('\n').length).toBeGreaterThanOrEqual(5);
  });
});
