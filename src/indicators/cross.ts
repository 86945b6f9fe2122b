import type { OperatorFunction } from 'rxjs';
import { InvalidRequestError } from '../errors.js';
import { indicator, machineOf, type Indicator } from './indicator.js';
import { steps, type Machine, type State } from './state.js';

/** A number that stays, or an indicator over the same inputs. */
export type Line<In> = number | OperatorFunction<In, number>;

interface Memory<In> {
  readonly one: State<In, number>;
  readonly other: State<In, number>;
  /** First less second line, at the input before and now; `undefined` where one of them says nothing. */
  readonly before: number | undefined;
  readonly now: number | undefined;
}

const constant = <In>(value: number, where: string): Machine<In, number> => {
  if (!Number.isFinite(value)) throw new InvalidRequestError(`${where} must be a finite number, got ${value}`);
  return {
    name: String(value),
    warmUp: 1,
    start: () =>
      steps<In, number, number>(
        value,
        () => value,
        () => value,
      ),
  };
};

const lineOf = <In>(line: Line<In>, where: string): Machine<In, number> =>
  typeof line === 'number' ? constant(line, where) : machineOf(line, where);

/** Whether one line, not above the other at the input before, is above it now. */
export const crossing = <In>(name: string, a: Line<In>, b: Line<In>): Indicator<In, boolean> => {
  const one = lineOf(a, `${name}: the first line`);
  const other = lineOf(b, `${name}: the second line`);
  return indicator({
    name: `${name}(${one.name}, ${other.name})`,
    warmUp: Math.max(one.warmUp, other.warmUp) + 1,
    start: () =>
      steps<In, boolean, Memory<In>>(
        { one: one.start(), other: other.start(), before: undefined, now: undefined },
        (memory, input) => {
          const first = memory.one.next(input);
          const second = memory.other.next(input);
          const isKnown = first.value !== undefined && second.value !== undefined;
          const now = isKnown ? first.value - second.value : undefined;
          return { one: first, other: second, before: memory.now ?? memory.before, now };
        },
        ({ before, now }) => (before === undefined || now === undefined ? undefined : before <= 0 && now > 0),
      ),
  });
};
