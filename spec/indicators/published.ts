import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { Bar, Indicator } from '../../src/indicators/index.js';
import { expectClose, valuesOf } from './contract.js';

const folder = fileURLToPath(new URL('../fixtures/indicators/', import.meta.url));
const rowsOf = (name: string): Record<string, string>[] =>
  z
    .array(z.record(z.string(), z.string()))
    .parse(parse(readFileSync(`${folder}${name}.csv`, 'utf8'), { columns: true, skip_empty_lines: false }));

const cell = z.string().transform((text) => (text === '' ? undefined : Number(text)));

/** 502 daily bars of a share, for which results have been published. */
export const quotes: readonly Bar[] = rowsOf('quotes').map(({ date, ...row }) => ({
  openTime: Date.parse(`${date ?? ''}T00:00:00Z`),
  ...z
    .object({
      open: z.coerce.number(),
      high: z.coerce.number(),
      low: z.coerce.number(),
      close: z.coerce.number(),
      volume: z.coerce.number(),
    })
    .parse(row),
}));

/**
 * Holds an indicator against published results: `columns` says which column holds what of its value. Where the indicator
 * has no value the column is not asked, since of several columns one may begin before the others.
 */
export const expectPublished = <Out>(
  name: string,
  operator: Indicator<Bar, Out>,
  columns: Readonly<Record<string, (value: Out) => number | undefined>>,
): void => {
  const rows = rowsOf(name);
  const values = valuesOf(operator, quotes);
  expect(rows).toHaveLength(quotes.length);
  expect(values.filter((value) => value !== undefined)).toHaveLength(quotes.length - operator.warmUp + 1);
  values.forEach((value, i) => {
    if (value === undefined) return;
    for (const [column, pick] of Object.entries(columns)) expectClose(pick(value), cell.parse(rows[i]?.[column]));
  });
};
