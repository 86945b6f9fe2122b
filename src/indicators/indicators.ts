import type { OperatorFunction } from 'rxjs';
import { indicator, machineOf, type Indicator } from './indicator.js';
import type { Bar } from './input.js';
import { steps, type Machine, type State } from './state.js';

/** Indicators over the same inputs, by the names their values shall have. */
export type Members<In, Values> = { readonly [Name in keyof Values]: OperatorFunction<In, Values[Name]> };

/** What several indicators say at one input. A member is `undefined` while it warms up and where it has no answer. */
export type Readings<Values> = { readonly [Name in keyof Values]?: Values[Name] | undefined };

type Machines<In, Values> = { [Name in keyof Values]?: Machine<In, Values[Name]> };
type States<In, Values> = { [Name in keyof Values]?: State<In, Values[Name]> };

const machinesOf = <In, Values>(members: Members<In, Values>): Machines<In, Values> => {
  const machines: Machines<In, Values> = {};
  for (const name in members) machines[name] = machineOf(members[name], `indicators: ${name}`);
  return machines;
};

const startAll = <In, Values>(machines: Machines<In, Values>): States<In, Values> => {
  const states: States<In, Values> = {};
  for (const name in machines) states[name] = machines[name]?.start();
  return states;
};

const stepAll = <In, Values>(states: States<In, Values>, input: In): States<In, Values> => {
  const after: States<In, Values> = {};
  for (const name in states) after[name] = states[name]?.next(input);
  return after;
};

const readAll = <In, Values>(states: States<In, Values>): Readings<Values> => {
  const values: { -readonly [Name in keyof Values]?: Values[Name] | undefined } = {};
  for (const name in states) values[name] = states[name]?.value;
  return values;
};

/**
 * Several indicators over one stream, in step: one object per input, from the first on, with every name in it.
 *
 * ```ts
 * candles$
 *   .pipe(indicators({ rsi: rsi(14), fast: ema(12), rise: pipe(ema(12), slope(5)) }))
 *   .subscribe(({ rsi, fast, rise }) => ..); // each number | undefined
 * ```
 *
 * Throws `InvalidRequestError` when a member is anything but an indicator or a pipe of indicators.
 */
export const indicators = <Values, In = Bar>(members: Members<In, Values>): Indicator<In, Readings<Values>> => {
  const machines = machinesOf(members);
  return indicator({
    name: 'indicators',
    warmUp: 1,
    start: () => steps<In, Readings<Values>, States<In, Values>>(startAll(machines), stepAll, readAll),
  });
};
