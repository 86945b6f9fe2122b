import type { Finding, Verification } from '../../store/index.js';
import { count, counted, utc } from './numbers.js';
import { renderTable, type Column, type TableOptions } from './table.js';

/** More than this nobody reads on a terminal; the JSON form has them all. */
const MOST = 50;

/** Width of the columns before the reason, with the gaps between them. */
const BEFORE_REASON = 61;

const columns = (width: number): readonly Column<Finding>[] => [
  { head: 'MARKET', align: 'left', least: 9, cell: ({ market }) => market },
  {
    head: 'INTERVAL',
    align: 'left',
    cell: ({ interval, lower }) => (lower === undefined ? interval : `${interval}/${lower}`),
  },
  { head: 'FROM (UTC)', align: 'left', least: 19, cell: ({ from }) => utc(from) },
  { head: 'FINDING', align: 'left', least: 12, cell: ({ kind }, { red }) => red(kind) },
  {
    head: 'WHY',
    align: 'left',
    cell: ({ reason }) => {
      const room = Math.max(20, width - BEFORE_REASON);
      return reason.length <= room ? reason : `${reason.slice(0, room - 1)}…`;
    },
  },
];

/** What was looked at and what was found, for reading. */
export const verificationText = (
  { market, interval, from, to, windows, candles, findings }: Verification,
  look: TableOptions,
): string => {
  const { bold, dim, green, red } = look.colors;
  const time = windows === 0 ? '' : `  ${dim(`${utc(from)} to ${utc(to)} UTC`)}`;
  const head = ` ${bold(`${market} ${interval}`)}${time}  ${counted(candles, 'candle')} in ${counted(windows, 'window')}`;
  if (findings.length === 0) return `${head}  ${green('all is well')}\n`;
  const shown = findings.slice(0, MOST);
  const left = findings.length - shown.length;
  const table = renderTable(columns(look.width), shown, look);
  const more = left === 0 ? '' : `\n${dim(` … and ${count(left)} more; --json shows them all`)}`;
  return `${head}  ${red(counted(findings.length, 'finding'))}\n\n${table}${more}\n\n`;
};

/** The same as JSON values: each finding, then the sum. */
export const verificationValues = (
  { findings, ...verification }: Verification,
  when?: 'found' | 'left',
): readonly object[] => {
  const step = when === undefined ? {} : { step: when };
  return [
    ...findings.map((finding) => ({ type: 'finding', ...step, ...finding })),
    { type: 'verification', ...step, ...verification, findings: findings.length },
  ];
};
