import {
  checkPeriods,
  delayed,
  numbers,
  slidingSum,
  steps,
  type Bar,
  type Indicator,
  type Select,
  type State,
} from '../../../src/indicators/index.js';

interface Memory {
  readonly last: number | undefined;
  /** The number `period` inputs ago. */
  readonly past: State<number, number>;
  /** The way gone in the last `period` steps, there and back. */
  readonly way: State<number, number>;
}

const next = ({ last, past, way }: Memory, input: number): Memory => ({
  last: input,
  past: past.next(input),
  way: last === undefined ? way : way.next(Math.abs(input - last)),
});

const read = ({ last, past: { value: past }, way: { value: way } }: Memory): number | undefined => {
  if (last === undefined || past === undefined || way === undefined) return undefined;
  // Who has not moved has not moved efficiently, nor otherwise.
  return way === 0 ? undefined : Math.abs(last - past) / way;
};

const ratioState = (period: number): State<number, number> =>
  steps<number, number, Memory>({ last: undefined, past: delayed(period), way: slidingSum(period) }, next, read);

/** Kaufman's efficiency ratio, 0 to 1: how far the number came of the way it went. Warm-up `period` + 1. */
export function efficiencyRatio(period?: number): Indicator<Bar | number, number>;
export function efficiencyRatio<In = Bar>(period: number, select: Select<In>): Indicator<In, number>;
export function efficiencyRatio<In>(period = 10, select?: Select<In>) {
  checkPeriods('efficiencyRatio', { period });
  return numbers({ name: `efficiencyRatio(${period})`, warmUp: period + 1, start: () => ratioState(period) }, select);
}
