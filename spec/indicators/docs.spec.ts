import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import * as exported from '../../src/indicators/index.js';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const page = readFileSync(`${docs}indicators.md`, 'utf8');
const table = page.slice(page.indexOf('## The table'), page.indexOf('## Where the numbers'));

/** Exported to build indicators with, and no indicators themselves. */
const PARTS = [
  'bars',
  'chained',
  'checkFactors',
  'checkPeriods',
  'delayed',
  'indicator',
  'numbers',
  'sliding',
  'slidingMax',
  'slidingMin',
  'slidingSum',
  'steps',
];

describe('docs/indicators.md', () => {
  it('has every indicator in its table, and no other', () => {
    const named = [...table.matchAll(/`([a-zA-Z]+)\([^`]*\)`/g)].map(([, name]) => name);
    const indicators = Object.keys(exported).filter((name) => !PARTS.includes(name));
    expect([...new Set(named)].sort()).toEqual(indicators.sort());
  });

  it.each(['indicators.md', 'add-an-indicator.md'])('links only to what exists, in %s', (name) => {
    const links = [...readFileSync(docs + name, 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)].map(
      ([, path = '']) => path,
    );
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((path) => !existsSync(docs + path))).toEqual([]);
  });
});
