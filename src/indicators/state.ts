/**
 * How many candles, the newest included, a late change may still touch. Windows keep that much more than they need, so
 * that any of the states of that many candles can be gone back to.
 */
export const REVISABLE = 8;

/**
 * What an indicator knows after some inputs. A state never changes: `next` gives another one. Going back is therefore
 * going on from an earlier state, which is how a candle that changes is replaced.
 *
 * Windows share their storage between the states of one line. Of two states that follow the same one, only the later is
 * to be gone on from, and no state older than `REVISABLE` inputs.
 */
export interface State<In, Out> {
  /** What the indicator says; `undefined` while it warms up, and where its formula has no answer. */
  readonly value: Out | undefined;
  /** The state after one more input. */
  next(input: In): State<In, Out>;
}

/** An indicator by itself, apart from any stream. */
export interface Machine<In, Out> {
  /** What errors call it. */
  readonly name: string;
  /** Inputs up to and including the one that gives the first value. */
  readonly warmUp: number;
  /** The state before any input; every stream gets its own. */
  start(): State<In, Out>;
}

class Stepped<In, Out, Memory> implements State<In, Out> {
  readonly value: Out | undefined;

  constructor(
    private readonly memory: Memory,
    private readonly step: (memory: Memory, input: In) => Memory,
    private readonly read: (memory: Memory) => Out | undefined,
  ) {
    this.value = read(memory);
  }

  next(input: In): State<In, Out> {
    return new Stepped(this.step(this.memory, input), this.step, this.read);
  }
}

/**
 * The first state of an indicator that is described by what it remembers: `step` gives the memory after an input and
 * leaves the one before as it was, `read` what a memory says.
 *
 * ```ts
 * const count = steps(0, (seen: number, _input: number) => seen + 1, (seen) => seen);
 * ```
 */
export const steps = <In, Out, Memory>(
  memory: Memory,
  step: (memory: Memory, input: In) => Memory,
  read: (memory: Memory) => Out | undefined,
): State<In, Out> => new Stepped(memory, step, read);

class Chained<In, Mid, Out> implements State<In, Out> {
  constructor(
    private readonly first: State<In, Mid>,
    private readonly second: State<Mid, Out>,
    readonly value: Out | undefined,
  ) {}

  next(input: In): State<In, Out> {
    const first = this.first.next(input);
    if (first.value === undefined) return new Chained(first, this.second, undefined);
    const second = this.second.next(first.value);
    return new Chained(first, second, second.value);
  }
}

/** Feeds what `first` says to `second`; where `first` says nothing, `second` is not asked. */
export const chained = <In, Mid, Out>(first: State<In, Mid>, second: State<Mid, Out>): State<In, Out> =>
  new Chained(first, second, undefined);
