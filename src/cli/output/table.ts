import Table from 'cli-table3';
import { stripVTControlCharacters } from 'node:util';
import type { Colors } from '../session.js';

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row, colors: Colors) => string;
  /** Text is read from the left, numbers are compared from the right. Default `right`. */
  readonly align?: 'left' | 'right';
  /** Fewest characters: keeps a column whose values change length from making the table jump. */
  readonly least?: number;
  /** Which columns leave first where the terminal is narrow: the highest. 0, the default, never leaves. */
  readonly spare?: number;
}

export interface TableOptions {
  readonly colors: Colors;
  /** Most characters in a line. */
  readonly width: number;
}

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' ',
};

/** Rows under dimmed headings, without a single line drawn; columns that do not fit are left out, the spare ones first. */
export const renderTable = <Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  { colors, width }: TableOptions,
): string => {
  const text = draw(columns, rows, colors);
  const widest = Math.max(...text.split('\n').map((line) => stripVTControlCharacters(line).length));
  const spare = Math.max(...columns.map((column) => column.spare ?? 0));
  if (widest <= width || spare === 0) return text;
  const kept = columns.filter((column) => column.spare !== spare);
  return renderTable(kept, rows, { colors, width });
};

const draw = <Row>(columns: readonly Column<Row>[], rows: readonly Row[], colors: Colors): string => {
  const table = new Table({
    head: columns.map(({ head, least = 0, align = 'right' }) =>
      colors.dim(align === 'right' ? head.padStart(least) : head.padEnd(least)),
    ),
    colAligns: columns.map(({ align = 'right' }) => align),
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 1, 'padding-right': 0, compact: true },
  });
  table.push(...rows.map((row) => columns.map(({ cell }) => cell(row, colors))));
  return table.toString();
};
