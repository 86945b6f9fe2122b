import type { FaultRow, Summary, Times } from './summary.js';

const columns = (rows: readonly (readonly (string | number)[])[]): string => {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => String(row[i] ?? '').length)));
  const draw = (row: readonly (string | number)[]): string =>
    row
      .map((cell, i) => (i === 0 ? String(cell).padEnd(widths[i] ?? 0) : String(cell).padStart(widths[i] ?? 0)))
      .join('   ');
  return rows.map((row) => `  ${draw(row)}`).join('\n');
};

const cells = ({ count, p50, p99 }: Times): readonly (string | number)[] => [
  count,
  ...(count === 0 ? ['–', '–'] : [p50, p99]),
];

const faultRow = ({ fault, times, open, back }: FaultRow): readonly (string | number)[] => [
  fault,
  times,
  ...cells(open),
  ...cells(back),
];

const HEAD = ['fault', 'times', 'topics', 'p50 ms', 'p99 ms', 'after both', 'p50 ms', 'p99 ms'];
const MOST_SHOWN = 40;

/** The summary for people. */
export const tables = (summary: Summary, startedAt: number): string => {
  const { trades, violations, fetches } = summary;
  const totals: readonly (readonly [string, string | number])[] = [
    ['faults', summary.struck],
    ['trades made', trades.made],
    ['trades delivered', trades.delivered],
    ['of these late, by REST', trades.late],
    ['trades declared missing', trades.declared],
    ['trades omitted on a talking stream', trades.omitted],
    ['trades lost', trades.made - trades.delivered - trades.declared - trades.omitted],
    ['trades duplicated', summary.duplicated],
    ['stale as fresh', summary.staleAsFresh],
    ['limit violations', summary.overLimits],
    ['unhandled rejections', summary.unhandled],
    ['frames and bodies rejected', summary.rejected],
    ['tier changes', summary.tierChanges],
    ['fetches answered, failed', `${fetches.answered}, ${fetches.failed}`],
    ['violations', violations.length],
  ];
  const shown = violations.slice(0, MOST_SHOWN).map(({ rule, at, what, lane, during }) => {
    const time = ((at - startedAt) / 1000).toFixed(2);
    const where = lane < 0 ? '' : ` lane ${lane}`;
    return `  ${time} s${where} ${rule}: ${what}${during.length === 0 ? '' : ` [${during.join(', ')}]`}`;
  });
  const more = violations.length > MOST_SHOWN ? [`  and ${violations.length - MOST_SHOWN} more`] : [];
  return [
    '\nTime to the first fresh datum, topic by topic: while some road was open, and after none was\n',
    columns([
      HEAD,
      ...summary.faults.map(faultRow),
      ['all', summary.struck, ...cells(summary.open), ...cells(summary.back)],
    ]),
    `\nSeed ${summary.seed}\n`,
    columns(totals),
    ...(violations.length === 0 ? [] : ['\nBroken promises\n', ...shown, ...more]),
  ].join('\n');
};
