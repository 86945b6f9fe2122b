import { InvalidRequestError } from '../errors.js';
import type { Candle } from '../model/events.js';
import { indicator, type Indicator } from './indicator.js';
import type { Machine, State } from './state.js';

/** What indicators read of a candle; every `Candle` is one. Market and interval, when there, must stay the same. */
export interface Bar
  extends
    Pick<Candle, 'openTime' | 'open' | 'high' | 'low' | 'close' | 'volume'>,
    Partial<Pick<Candle, 'market' | 'interval'>> {}

/** Picks the number that an indicator runs over. */
export type Select<In> = (input: In) => number;

/** A number is taken as it is, of a candle its close. */
const price: Select<Bar | number> = (input) => (typeof input === 'number' ? input : input.close);

/** Reads its inputs by way of another machine's. */
class Reading<In, Read, Out> implements State<In, Out> {
  readonly value: Out | undefined;

  constructor(
    private readonly inner: State<Read, Out>,
    private readonly read: (input: In) => Read,
  ) {
    this.value = inner.value;
  }

  next(input: In): State<In, Out> {
    return new Reading(this.inner.next(this.read(input)), this.read);
  }
}

const overNumbers = <In, Out>(machine: Machine<number, Out>, select: Select<In>): Indicator<In, Out> => {
  const read = (input: In): number => {
    const value = select(input);
    if (Number.isFinite(value)) return value;
    throw new InvalidRequestError(`${machine.name}: every input must be a finite number, got ${value}`, { value });
  };
  return indicator({ ...machine, start: () => new Reading(machine.start(), read) });
};

/** The operator of a machine over one number per input: candles' closes, plain numbers, or what `select` picks. */
export function numbers<In, Out>(
  machine: Machine<number, Out>,
  select: Select<In> | undefined,
): Indicator<In, Out> | Indicator<Bar | number, Out> {
  return select === undefined ? overNumbers(machine, price) : overNumbers(machine, select);
}

const FIELDS = ['open', 'high', 'low', 'close', 'volume'] as const;

/** The operator of a machine over whole candles. */
export const bars = <Out>(machine: Machine<Bar, Out>): Indicator<Bar, Out> => {
  const read = (bar: Bar): Bar => {
    // One look for nearly every candle; five for one that may be bad.
    if (Number.isFinite(bar.open + bar.high + bar.low + bar.close + bar.volume)) return bar;
    const bad = FIELDS.find((field) => !Number.isFinite(bar[field]));
    if (bad === undefined) return bar;
    throw new InvalidRequestError(`${machine.name}: ${bad} of every candle must be a finite number, got ${bar[bad]}`, {
      openTime: bar.openTime,
      [bad]: bar[bad],
    });
  };
  return indicator({ ...machine, start: () => new Reading(machine.start(), read) });
};
