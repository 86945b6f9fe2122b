import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(root + path, 'utf8');

describe('README', () => {
  it('shows the example that is in docs, word for word', () => {
    expect(read('README.md')).toContain(read('docs/examples/watch.ts').trim());
  });

  it("shows the command line's own help", () => {
    const help = execFileSync(process.execPath, [`${root}dist/cli/main.js`, '--help'], { encoding: 'utf8' });
    expect(read('README.md')).toContain(help.trim());
  });

  it.each(['README.md', 'docs/architecture.md', 'docs/life-of-a-trade.md', 'docs/decisions.md'])(
    'links only to what exists, in %s',
    (page) => {
      const folder = page.includes('/') ? 'docs/' : '';
      const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path = '']) => path);
      expect(links.filter((path) => !existsSync(root + folder + path))).toEqual([]);
    },
  );

  it('names only files that exist in the life of a trade', () => {
    const named = [...read('docs/life-of-a-trade.md').matchAll(/`(src\/[a-z0-9/.-]+\.ts)`/g)].map(
      ([, path = '']) => path,
    );
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((path) => !existsSync(root + path))).toEqual([]);
  });
});
