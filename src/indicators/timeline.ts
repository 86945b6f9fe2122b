import { InvalidRequestError } from '../errors.js';
import type { Candle } from '../model/events.js';
import { REVISABLE, type State } from './state.js';

/** What says which candle an input is. */
interface Timed extends Partial<Pick<Candle, 'market' | 'interval'>> {
  readonly openTime: number;
}

/** An input whose place in time is known, and the state before it. */
interface Placed<In, Out> {
  input: In & Timed;
  before: State<In, Out>;
}

const isTimed = <In>(input: In): input is In & Timed =>
  typeof input === 'object' && input !== null && 'openTime' in input && typeof input.openTime === 'number';

const nameOf = ({ market, interval }: Timed): string => `${market ?? 'no market'} ${interval ?? 'of no interval'}`;

const checkSeries = (input: Timed, last: Timed): void => {
  if (input.market === last.market && input.interval === last.interval) return;
  throw new InvalidRequestError(
    `an indicator runs over one market and interval: expected ${nameOf(last)}, got ${nameOf(input)} (groupBy parts them)`,
    { expected: nameOf(last), got: nameOf(input) },
  );
};

/**
 * Takes inputs in time order however they come, and gives the indicator's value at the newest. A candle with the open
 * time of one before replaces it, one that belongs between two is put there, and what came after it is gone through
 * again. The last `REVISABLE` candles can be changed like that; an older one is passed over, with no value. What has no
 * open time is always the next.
 */
export const timeline = <In, Out>(start: State<In, Out>): ((input: In) => Out | undefined) => {
  let state = start;
  let isComplete = true;
  const placed: Placed<In, Out>[] = [];

  const replay = (from: number): void => {
    state = placed[from]?.before ?? state;
    for (let i = from; i < placed.length; i += 1) {
      const place = placed[i];
      if (place === undefined) break;
      place.before = state;
      state = state.next(place.input);
    }
  };

  const append = (input: In & Timed): void => {
    const before = state;
    state = before.next(input);
    placed.push({ input, before });
    if (placed.length <= REVISABLE) return;
    placed.shift();
    isComplete = false;
  };

  /** Puts a candle that is not newer than the last where it belongs; false when that is too long ago. */
  const place = (input: In & Timed): boolean => {
    let at = placed.length - 1;
    while (at >= 0 && (placed[at]?.input.openTime ?? -Infinity) > input.openTime) at -= 1;
    const same = placed[at];
    if (same?.input.openTime === input.openTime) {
      same.input = input;
      replay(at);
      return true;
    }
    const after = placed[at + 1];
    if (after === undefined || (at < 0 && !isComplete)) return false;
    placed.splice(at + 1, 0, { input, before: after.before });
    replay(at + 1);
    if (placed.length > REVISABLE) {
      placed.shift();
      isComplete = false;
    }
    return true;
  };

  return (input) => {
    if (!isTimed(input)) {
      state = state.next(input);
      return state.value;
    }
    const last = placed.at(-1);
    if (!Number.isFinite(input.openTime)) {
      throw new InvalidRequestError(`a candle's openTime must be a time in ms, got ${input.openTime}`);
    }
    if (last !== undefined) checkSeries(input, last.input);
    if (last === undefined || input.openTime > last.input.openTime) append(input);
    else if (!place(input)) return undefined;
    return state.value;
  };
};
