import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');
const page = read('../../docs/add-an-indicator.md');

describe('docs/add-an-indicator.md', () => {
  it('shows an indicator that is compiled and checked, word for word, as a user would import it', () => {
    const code = read('./documented/efficiency-ratio.ts').replace(
      '../../../src/indicators/index.js',
      'market-data-backbone',
    );
    expect(page).toContain(code);
  });

  it('shows the spec that it keeps to', () => {
    const spec = read('./documented/efficiency-ratio.spec.ts');
    expect(page).toContain(spec.slice(spec.indexOf('describe(')));
  });
});
