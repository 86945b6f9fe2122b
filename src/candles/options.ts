import { InvalidRequestError } from '../errors.js';
import { INTERVALS, parseInterval, type Interval } from '../model/interval.js';

/** The interval a text names; throws `InvalidRequestError` when it names none. */
export const intervalOf = (name: string): Interval => {
  const interval = parseInterval(name);
  if (interval !== undefined) return interval;
  throw new InvalidRequestError(`interval must be one of ${INTERVALS.join(' ')}, not ${name}`, { interval: name });
};

/** Milliseconds of grace; throws `InvalidRequestError` when they are none. */
export const graceOf = (grace: number): number => {
  if (grace >= 0 && grace < Infinity) return grace;
  throw new InvalidRequestError(`grace must be milliseconds, 0 or more, not ${grace}`, { grace });
};
