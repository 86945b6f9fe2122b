import type { Attempt } from '../../errors.js';
import type { Ranked } from '../../routing/policy.js';
import type { Routed } from '../../routing/router.js';
import type { Colors } from '../session.js';
import { renderTable, type Column, type TableOptions } from './table.js';

type How = Omit<Routed, 'events'>;

/** How an answer was found, as one JSON value beside the events. */
export const explanationValue = ({ trust, ranking, attempts }: How): object => ({
  type: 'explanation',
  trust,
  ranking,
  attempts: attempts.map(({ error, ...attempt }) =>
    error === undefined ? attempt : { ...attempt, code: error.code, retryable: error.retryable },
  ),
});

/** A tier of the ranking, or a road outside of it that was tried; only the former has a score. */
interface Step extends Pick<Ranked, 'excluded'> {
  readonly place: number;
  readonly tier: string;
  readonly score?: number;
  readonly attempt: Attempt | undefined;
}

const outcome = ({ excluded, attempt }: Step, { green, yellow, red, dim }: Colors): string => {
  if (excluded !== undefined) return dim('left out');
  if (attempt === undefined) return dim('not needed');
  const color = { answered: green, missed: yellow, failed: red }[attempt.outcome];
  return color(attempt.outcome);
};

const STEPS: readonly Column<Step>[] = [
  { head: '#', cell: ({ place, excluded }) => (excluded === undefined ? String(place) : '') },
  { head: 'TIER', align: 'left', least: 17, cell: ({ tier }) => tier },
  { head: 'SCORE', least: 5, cell: ({ score, excluded }) => (excluded === undefined ? (score?.toFixed(3) ?? '') : '') },
  { head: 'OUTCOME', align: 'left', least: 10, cell: outcome },
  { head: 'MS', least: 5, cell: ({ attempt }) => (attempt === undefined ? '' : String(Math.round(attempt.elapsed))) },
];
/** Width of the columns above, with the gaps between them. */
const STEPS_WIDTH = 50;

/** Reasons may be long; the whole of them is in the JSON form. */
const why = (width: number): Column<Step> => ({
  head: 'WHY',
  align: 'left',
  cell: ({ excluded, attempt }) => {
    const reason = excluded ?? attempt?.reason ?? '';
    const room = Math.max(20, width - STEPS_WIDTH);
    return reason.length <= room ? reason : `${reason.slice(0, room - 1)}…`;
  },
});

/** An answer straight from the exchange was not ranked, and then there are only the attempts. */
const stepsOf = ({ ranking, attempts }: How): readonly Step[] => {
  const ranked = ranking.map((each) => ({ ...each, attempt: attempts.find(({ tier }) => tier === each.tier) }));
  const unranked = attempts.filter(({ tier }) => ranking.every((each) => each.tier !== tier));
  return [...ranked, ...unranked.map((attempt) => ({ tier: attempt.tier, attempt }))].map((step, i) => ({
    ...step,
    place: i + 1,
  }));
};

/** How an answer was found, for reading: the tiers in the order of trying, and why the answer may be believed. */
export const explanationTable = (how: How, options: TableOptions): string => {
  const table = renderTable([...STEPS, why(options.width)], stepsOf(how), options);
  return `${table}\n\n ${options.colors.dim('trusted because')} ${how.trust}`;
};
