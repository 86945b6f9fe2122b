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

interface Step extends Ranked {
  readonly place: number;
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
  { head: 'TIER', align: 'left', cell: ({ tier }) => tier },
  { head: 'SCORE', cell: ({ score, excluded }) => (excluded === undefined ? score.toFixed(3) : '') },
  { head: 'OUTCOME', align: 'left', cell: outcome },
  { head: 'MS', cell: ({ attempt }) => (attempt === undefined ? '' : String(Math.round(attempt.elapsed))) },
  { head: 'WHY', align: 'left', spare: 1, cell: ({ excluded, attempt }) => excluded ?? attempt?.reason ?? '' },
];

/** How an answer was found, for reading: the tiers in the order of trying, and why the answer may be believed. */
export const explanationTable = ({ trust, ranking, attempts }: How, options: TableOptions): string => {
  const steps = ranking.map((ranked, i): Step => {
    const attempt = attempts.find(({ tier }) => tier === ranked.tier);
    return { ...ranked, place: i + 1, attempt };
  });
  return `${renderTable(STEPS, steps, options)}\n\n ${options.colors.dim('trusted because')} ${trust}`;
};
