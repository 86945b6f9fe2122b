import { inspect } from 'node:util';
import { Random } from './random.js';

/*
 * Fuzzing by number: case n is the same input on every machine, and a failure names its number.
 *
 *   FUZZ_RUNS=3000000 npm run spec -- spec/fuzz     more cases for each parser than the 100,000 of every test run
 *   FUZZ_FROM=73210 FUZZ_RUNS=1 npm run spec -- …   one case again
 */

const whole = (name: string, otherwise: number): number => {
  const text = process.env[name] ?? '';
  if (text === '') return otherwise;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${name} must be a whole number, not '${text}'`);
  return Number(text);
};

const RUNS = whole('FUZZ_RUNS', 100_000);
const FROM = whole('FUZZ_FROM', 0);

/** The built-in prototypes as they must be afterwards too. */
const builtins = (): string =>
  [Object.prototype, Array.prototype, String.prototype, Number.prototype, Function.prototype]
    .map((prototype) => Reflect.ownKeys(prototype).map(String).join())
    .join('\n');

const runCase = <Input>(n: number, input: Input, check: (input: Input) => void): void => {
  try {
    check(input);
  } catch (error) {
    const told = Buffer.isBuffer(input) ? input.toString() : inspect(input, { depth: 5, maxStringLength: 3_000 });
    throw new Error(`case ${n}: ${String(error)}\n${told.slice(0, 3_000)}`, { cause: error });
  }
};

/** Makes and checks every case; what `check` throws is told with the case's number and input. */
export const fuzz = <Input>(make: (random: Random) => Input, check: (input: Input) => void): void => {
  const before = builtins();
  const { stackTraceLimit } = Error;
  // Most inputs are no JSON, and the traces of those errors would take longer than everything else.
  Error.stackTraceLimit = 0;
  try {
    for (let n = FROM; n < FROM + RUNS; n += 1) runCase(n, make(new Random(n)), check);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  if (builtins() !== before) throw new Error('a built-in prototype has been changed');
};

/** An invariant: `what` is found when it does not hold. */
export const must = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(what);
};

/** One more of an outcome. */
export const count = (seen: Map<string, number>, outcome: string): void =>
  void seen.set(outcome, 1 + (seen.get(outcome) ?? 0));

/** Fails unless every outcome has come often enough for its checks to mean something; one case proves nothing of that. */
export const expectAll = (seen: ReadonlyMap<string, number>, ...outcomes: readonly string[]): void => {
  if (RUNS < 10_000) return;
  for (const outcome of outcomes) {
    if ((seen.get(outcome) ?? 0) < RUNS / 1_000)
      throw new Error(`too few were ${outcome}: ${String(seen.get(outcome))}`);
  }
};
