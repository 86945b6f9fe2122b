import type { ExitPhase } from '../model/signals.js';
import { milliseconds, wholeNumber } from './ranges.js';

export interface ExitLimits {
  /** Router failures in a row after which requests go direct. Those of requests under way together are one. Default 3. */
  readonly failures: number;
  /** Longest time without a success while there were requests, ms in total. Default 300,000. */
  readonly withoutSuccess: number;
  /** Time from leaving the router, or from its last failed try, to the next try, ms. Default 300,000. */
  readonly tryEvery: number;
}

export const EXIT_LIMITS: ExitLimits = { failures: 3, withoutSuccess: 300_000, tryEvery: 300_000 };

/** Fills in the defaults; throws `InvalidRequestError` when a limit is out of range. */
export const completeLimits = (limits: Partial<ExitLimits> = {}): ExitLimits => ({
  failures: wholeNumber('exit.failures', limits.failures ?? EXIT_LIMITS.failures),
  withoutSuccess: milliseconds('exit.withoutSuccess', limits.withoutSuccess ?? EXIT_LIMITS.withoutSuccess),
  tryEvery: milliseconds('exit.tryEvery', limits.tryEvery ?? EXIT_LIMITS.tryEvery),
});

/** Who left sooner than this, ms, says nothing about the router. */
const IMPATIENT = 1_000;

interface Common {
  readonly phase: ExitPhase;
  /** Why it is in this phase. */
  readonly reason: string;
  /** Grows with each failure counted, so that requests under way at that moment are not counted again. */
  readonly round: number;
}

interface OnRouter extends Common {
  readonly phase: 'routed';
  /** In a row. */
  readonly failures: number;
  /** When the first request since the last success began that was left unanswered, ms. */
  readonly since: number | undefined;
}

interface OnDirect extends Common {
  readonly phase: 'switching' | 'stabilising';
  /** Whether the next request is to try the router. */
  readonly due: boolean;
  /** Grows with each wait for a try, so that each gets its own timer. */
  readonly turn: number;
}

interface OnTrial extends Common {
  readonly phase: 'trying';
  /** What it goes back to when the router fails again. */
  readonly resume: OnDirect;
}

export type ExitState = OnRouter | OnDirect | OnTrial;

/** What a request is told when it begins, and brings back when it has ended. */
export interface Ask {
  readonly road: 'router' | 'direct' | 'trial';
  readonly round: number;
  readonly startedAt: number;
}

export interface Ending {
  /** `refused`: by no fault of the router, but of the request or the budget; `left`: the caller did not wait for the answer. */
  readonly how: 'answered' | 'failed' | 'refused' | 'left';
  readonly at: number;
  /** What went wrong, in words. */
  readonly why: string;
}

export const ROUTED: ExitState = {
  phase: 'routed',
  reason: 'nothing has failed',
  round: 0,
  failures: 0,
  since: undefined,
};

/** A request begins: which road it takes, and the state from then on. */
export const begin = (state: ExitState, at: number): readonly [ExitState, Ask] => {
  const { round } = state;
  if (state.phase === 'routed') return [state, { road: 'router', round, startedAt: at }];
  if (state.phase === 'trying' || !state.due) return [state, { road: 'direct', round, startedAt: at }];
  const trial: OnTrial = { phase: 'trying', reason: 'a real request tries the router again', round, resume: state };
  return [trial, { road: 'trial', round, startedAt: at }];
};

/** The next request, and if none comes the last one once more, is to try the router. */
export const becomeDue = (state: ExitState): ExitState =>
  state.phase === 'routed' || state.phase === 'trying' || state.due
    ? state
    : { ...state, due: true, turn: state.turn + 1 };

/** A request has ended: the state from then on. Pure, as everything here. */
export const end = (state: ExitState, ask: Ask, ending: Ending, limits: ExitLimits = EXIT_LIMITS): ExitState => {
  switch (ask.road) {
    case 'router':
      // Who was under way when the router was left says nothing new about it.
      return state.phase === 'routed' ? endOnRouter(state, ask, ending, limits) : state;
    case 'direct':
      return ending.how === 'answered' ? stabilise(state) : state;
    case 'trial':
      return state.phase === 'trying' ? endOfTrial(state, ending) : state;
  }
};

const endOnRouter = (state: OnRouter, ask: Ask, ending: Ending, limits: ExitLimits): ExitState => {
  const { how, at, why } = ending;
  if (how === 'answered') {
    // Most answers change nothing.
    return state.failures === 0 && state.since === undefined ? state : { ...state, failures: 0, since: undefined };
  }
  if (how === 'refused' || (how === 'left' && at - ask.startedAt < IMPATIENT)) return state;
  // A clock that was set back starts the count anew.
  const since = Math.min(state.since ?? ask.startedAt, ask.startedAt);
  const counts = how === 'failed' && ask.round === state.round;
  const failures = state.failures + Number(counts);
  const round = state.round + Number(counts);
  if (failures >= limits.failures) return leave(round, `${failures} failures in a row, the last: ${why}`);
  if (at - since >= limits.withoutSuccess) return leave(round, `no success for ${(at - since) / 1_000} s: ${why}`);
  return { ...state, failures, round, since };
};

const leave = (round: number, reason: string): OnDirect => ({
  phase: 'switching',
  reason,
  round: round + 1,
  due: false,
  turn: 0,
});

const stabilise = (state: ExitState): ExitState => {
  if (state.phase === 'trying') return { ...state, resume: settled(state.resume) };
  return state.phase === 'switching' ? settled(state) : state;
};

const settled = (state: OnDirect): OnDirect => ({
  ...state,
  phase: 'stabilising',
  reason: 'the exchange answers directly',
});

const endOfTrial = ({ resume, round }: OnTrial, { how, why }: Ending): ExitState => {
  if (how === 'answered') {
    return { ...ROUTED, reason: 'the router answers again', round: round + 1 };
  }
  const turn = resume.turn + 1;
  // A caller who leaves has not let the router speak, so that the next one asks it.
  if (how === 'left') return { ...resume, turn, due: true, reason: 'the request that tried the router was given up' };
  return { ...resume, turn, due: false, reason: `the router failed again: ${why}` };
};
