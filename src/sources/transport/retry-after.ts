const ms = (value: unknown): number => (typeof value === 'string' ? Date.parse(value) : NaN);

/** Longest that is believed, ms. */
const MOST = 3_600_000;
/** Longest that is obeyed, ms. */
const LONGEST_STAY = 60_000;

/**
 * How long a `Retry-After` header asks to stay away, ms: a number of seconds, or a date, which is read against the
 * reply's own `Date` so that a wrong clock of ours does not matter, or else against `now`, ms UTC. `undefined` when it
 * is absent, unreadable or not ahead; at most an hour. Header names are in lower case.
 */
export const retryAfter = (headers: Readonly<Record<string, unknown>>, now: number): number | undefined => {
  const value = headers['retry-after'];
  if (typeof value !== 'string') return undefined;
  const sent = ms(headers['date']);
  const wait = /^\s*\d+(\.\d+)?\s*$/.test(value)
    ? Number(value) * 1_000
    : ms(value) - (Number.isNaN(sent) ? now : sent);
  return wait > 0 ? Math.min(wait, MOST) : undefined;
};

/** As much of a wait as is obeyed where the exchange's own rules say nothing: no nonsense may silence us for long. */
export const obeyed = (wait: number | undefined): number | undefined =>
  wait === undefined ? undefined : Math.min(wait, LONGEST_STAY);
