/** A value of a row; `undefined` where there is none. */
export type Cell = string | number | boolean | undefined;
export type Row = Readonly<Record<string, Cell>>;

/** One promise of the project beside what was measured. */
export interface Verdict {
  readonly promise: string;
  readonly measured: string;
  readonly holds: boolean;
}

export interface Column {
  /** Field of the row. */
  readonly key: string;
  readonly title: string;
  /** Digits after the point. Default 0. */
  readonly digits?: number;
}

export interface Report {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** What one must know to read the numbers. */
  readonly notes: readonly string[];
  readonly verdicts: readonly Verdict[];
}

export interface Printer {
  /** Says what is being measured, to a person who waits. */
  readonly progress: (what: string) => void;
  readonly report: (section: string, report: Report) => void;
}

const show = (value: Cell, digits = 0): string => {
  if (value === undefined) return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
};

/** Columns aligned: numbers to the right, words to the left. */
export const table = (columns: readonly Column[], rows: readonly Row[]): string => {
  const cells = rows.map((row) => columns.map(({ key, digits }) => show(row[key], digits)));
  const lines = [columns.map(({ title }) => title), ...cells];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  const right = columns.map(({ key }) => rows.some((row) => typeof row[key] === 'number'));
  const draw = (line: readonly string[]): string =>
    line
      .map((text, i) => (right[i] === true ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0)))
      .join('   ')
      .trimEnd();
  return lines.map((line) => `  ${draw(line)}`).join('\n');
};

const forPeople = (): Printer => ({
  progress: (what) => process.stderr.isTTY && process.stderr.write(`\r\u001b[K${what}`),
  report: (_, { title, columns, rows, notes }) => {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    console.log([`\n${title}\n`, table(columns, rows), ...notes.map((note) => `  ${note}`)].join('\n'));
  },
});

const forPrograms = (): Printer => ({
  progress: () => undefined,
  report: (section, { rows }) => {
    for (const row of rows) console.log(JSON.stringify({ section, ...row }));
  },
});

export const createPrinter = (json: boolean): Printer => (json ? forPrograms() : forPeople());
