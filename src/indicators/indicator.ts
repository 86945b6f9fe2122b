import { NEVER, defer, filter, map, type Observable, type OperatorFunction } from 'rxjs';
import { InvalidRequestError } from '../errors.js';
import { chained, type Machine } from './state.js';
import { timeline } from './timeline.js';

/** A pipeable operator that carries an indicator. */
export interface Indicator<In, Out> extends OperatorFunction<In, Out> {
  /** Inputs up to and including the one that gives the first value. */
  readonly warmUp: number;
}

/**
 * The values of an indicator over inputs. It knows both, so that an indicator piped behind another becomes one with it:
 * a candle that changes then changes the value before it instead of adding one.
 */
interface Indicated<In, Out> extends Observable<Out> {
  readonly inputs: Observable<In>;
  readonly machine: Machine<In, Out>;
}

const indicate = <In, Out>(inputs: Observable<In>, machine: Machine<In, Out>): Indicated<In, Out> => {
  const values$ = defer(() => inputs.pipe(map(timeline(machine.start())))).pipe(filter((value) => value !== undefined));
  return Object.assign(values$, { inputs, machine });
};

const isIndicated = <Out>(stream: Observable<Out>): stream is Indicated<unknown, Out> =>
  'inputs' in stream && 'machine' in stream;

const isOver = <In, Out>(stream: Observable<Out>, inputs: Observable<In>): stream is Indicated<In, Out> =>
  isIndicated(stream) && stream.inputs === inputs;

const chain = <In, Mid, Out>(first: Machine<In, Mid>, second: Machine<Mid, Out>): Machine<In, Out> => ({
  name: `${second.name} of ${first.name}`,
  warmUp: first.warmUp + second.warmUp - 1,
  start: () => chained(first.start(), second.start()),
});

/**
 * The operator of a machine. It gives one value per input once the machine is warm; nothing for an input at which the
 * formula has no answer. Candles are told apart by their open time: see `timeline`. Directly behind another indicator,
 * as in `candles$.pipe(ema(12), slope())` and `pipe(ema(12), slope())`, it runs in step with that one.
 *
 * Errors with `InvalidRequestError` when an input is not finite, or a candle of another market or interval comes.
 */
export const indicator = <In, Out>(machine: Machine<In, Out>): Indicator<In, Out> =>
  Object.assign(
    (source: Observable<In>): Observable<Out> =>
      isIndicated(source) ? indicate(source.inputs, chain(source.machine, machine)) : indicate(source, machine),
    { warmUp: machine.warmUp },
  );

/** The machine of an indicator, or of several behind each other in a `pipe`. */
export const machineOf = <In, Out>(operator: OperatorFunction<In, Out>, where: string): Machine<In, Out> => {
  const stream = operator(NEVER);
  if (isOver<In, Out>(stream, NEVER)) return stream.machine;
  throw new InvalidRequestError(
    `${where} must be an indicator, or a pipe of nothing but indicators: any other operator would lose a changing candle`,
    { where },
  );
};
