import { describe, expect, it } from '@jest/globals';
import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import { renderTable, type Column } from '../../../src/cli/output/table.js';

interface Row {
  readonly name: string;
  readonly value: number;
}

const COLUMNS: readonly Column<Row>[] = [
  { head: 'NAME', align: 'left', cell: ({ name }) => name },
  { head: 'VALUE', least: 8, cell: ({ value }, { green }) => green(String(value)) },
  { head: 'TWICE', spare: 1, cell: ({ value }) => String(2 * value) },
  { head: 'THRICE', spare: 2, cell: ({ value }) => String(3 * value) },
];
const ROWS: readonly Row[] = [
  { name: 'one', value: 1 },
  { name: 'thousand', value: 1000 },
];

describe('renderTable', () => {
  const colors = pc.createColors(true);
  const plain = (width: number): readonly string[] =>
    stripVTControlCharacters(renderTable(COLUMNS, ROWS, { colors, width })).split('\n');

  it('aligns texts left and numbers right, coloured or not', () => {
    expect(plain(80)).toEqual([
      ' NAME         VALUE  TWICE  THRICE',
      ' one              1      2       3',
      ' thousand      1000   2000    3000',
    ]);
  });

  it.each([
    [34, ['NAME', 'VALUE', 'TWICE', 'THRICE']],
    [33, ['NAME', 'VALUE', 'TWICE']],
    [20, ['NAME', 'VALUE']],
    [5, ['NAME', 'VALUE']],
  ])('keeps within %d characters what is least spare', (width, heads) => {
    expect(plain(width)[0]?.trim().split(/ +/)).toEqual(heads);
  });

  it('shows the headings of an empty table', () => {
    expect(stripVTControlCharacters(renderTable(COLUMNS, [], { colors, width: 80 }))).toContain('NAME');
  });
});
