const ms = (value: unknown): number => (typeof value === 'string' ? Date.parse(value) : NaN);

/**
 * How long a `Retry-After` header asks to stay away, ms: a number of seconds, or a date, which is read against the
 * reply's own `Date` so that a wrong clock of ours does not matter, or else against `now`, ms UTC. `undefined` when it
 * is absent, unreadable or not ahead. Header names are in lower case.
 */
export const retryAfter = (headers: Readonly<Record<string, unknown>>, now: number): number | undefined => {
  const value = headers['retry-after'];
  if (typeof value !== 'string') return undefined;
  const sent = ms(headers['date']);
  const wait = /^\s*\d+(\.\d+)?\s*$/.test(value)
    ? Number(value) * 1_000
    : ms(value) - (Number.isNaN(sent) ? now : sent);
  return wait > 0 ? wait : undefined;
};
