import { defer, mergeMap, type OperatorFunction } from 'rxjs';
import type { Objective, SloChange } from '../model/signals.js';
import { milliseconds, share, wholeNumber } from './ranges.js';

/** What became of one request, as its caller saw it. */
export interface Outcome {
  /** When it ended, ms UTC. */
  readonly at: number;
  readonly ok: boolean;
  /** From asking to the end, ms. */
  readonly elapsed: number;
}

export interface SloOptions {
  /** Least share of requests that are answered, 0 to 1. Default 0.95. */
  readonly success: number;
  /** An answer within this time is in time, ms; the same share of answers must be. Default 1,000. */
  readonly response: number;
  /** How far back requests are looked at, ms. Default 60,000. */
  readonly window: number;
  /** Fewer requests than this in the window are judged by nobody. Default 20. */
  readonly minimum: number;
}

export const SLO: SloOptions = { success: 0.95, response: 1_000, window: 60_000, minimum: 20 };

/** `unknown` until enough has been asked; afterwards what was judged last. */
export type SloState = 'unknown' | 'met' | 'breached';

/** How one objective stands. */
export interface ObjectiveReport {
  readonly state: SloState;
  /** Share of the window's requests that were as they should be; `undefined` when there were none. */
  readonly measured: number | undefined;
  readonly target: number;
}

export interface SloReport {
  readonly success: ObjectiveReport;
  /** Of the answered requests, those answered in time. At least 0.95 of them says the same as a 95th percentile within the limit. */
  readonly response: ObjectiveReport;
  /** Requests in the window. */
  readonly count: number;
}

/** Fills in the defaults; throws `InvalidRequestError` when one is out of range. */
export const completeSlo = (options: Partial<SloOptions> = {}): SloOptions => ({
  success: share('slo.success', options.success ?? SLO.success),
  response: milliseconds('slo.response', options.response ?? SLO.response),
  window: milliseconds('slo.window', options.window ?? SLO.window),
  minimum: wholeNumber('slo.minimum', options.minimum ?? SLO.minimum),
});

/** The window moves on in this many steps. */
const STEPS = 60;
/** What was breached is met again this share of the window later at the earliest, so that it does not flap. */
const HOLD = 1 / 6;

interface Tally {
  asked: number;
  answered: number;
  inTime: number;
}

/** Objectives over a sliding window, counted in steps of time: constant memory, constant work per outcome. */
export class SloWindow {
  private readonly steps: (Tally & { readonly step: number })[] = [];
  private readonly total: Tally = { asked: 0, answered: 0, inTime: 0 };
  private readonly judged: Record<Objective, { state: SloState; since: number }> = {
    success: { state: 'unknown', since: 0 },
    response: { state: 'unknown', since: 0 },
  };

  constructor(private readonly options: SloOptions) {}

  /** Counts an outcome, and tells which objectives are breached, or met again, because of it. */
  note({ at, ok, elapsed }: Outcome): readonly SloChange[] {
    const { total } = this;
    const tally = this.tallyAt(at);
    for (const counts of [tally, total]) {
      counts.asked += 1;
      counts.answered += Number(ok);
      counts.inTime += Number(ok && elapsed <= this.options.response);
    }
    const success = this.judge('success', total.answered, total.asked, at);
    const response = this.judge('response', total.inTime, total.answered, at);
    if (success === undefined) return response === undefined ? NONE : [response];
    return response === undefined ? [success] : [success, response];
  }

  report(at: number): SloReport {
    this.forget(this.stepOf(at));
    const { asked, answered, inTime } = this.total;
    const target = this.options.success;
    return {
      success: { state: this.judged.success.state, measured: shareOf(answered, asked), target },
      response: { state: this.judged.response.state, measured: shareOf(inTime, answered), target },
      count: asked,
    };
  }

  private judge(objective: Objective, good: number, all: number, at: number): SloChange | undefined {
    const { success: target, window, minimum } = this.options;
    const { state: before, since } = this.judged[objective];
    if (all < minimum) return undefined;
    const measured = good / all;
    const state = measured >= target ? 'met' : 'breached';
    if (state === before || (before === 'breached' && Math.abs(at - since) < window * HOLD)) return undefined;
    this.judged[objective] = { state, since: at };
    // That all is well from the beginning is no news.
    return before === 'unknown' && state === 'met'
      ? undefined
      : { type: 'slo', at, objective, state, measured, target };
  }

  private stepOf(at: number): number {
    return Math.floor(at / (this.options.window / STEPS));
  }

  private tallyAt(at: number): Tally {
    const step = this.stepOf(at);
    this.forget(step);
    const newest = this.steps.at(-1);
    if (newest?.step === step) return newest;
    const tally = { step, asked: 0, answered: 0, inTime: 0 };
    this.steps.push(tally);
    return tally;
  }

  /** Lets go of what has left the window and, when the clock was set back, of what seems to lie in the future. */
  private forget(now: number): void {
    const { steps, total } = this;
    const drop = ({ asked, answered, inTime }: Tally): void => {
      total.asked -= asked;
      total.answered -= answered;
      total.inTime -= inTime;
    };
    for (let last = steps.at(-1); last !== undefined && last.step > now; last = steps.at(-1)) drop(steps.pop() ?? last);
    for (let first = steps[0]; first !== undefined && first.step <= now - STEPS; first = steps[0])
      drop(steps.shift() ?? first);
  }
}

const NONE: readonly SloChange[] = [];

const shareOf = (part: number, whole: number): number | undefined => (whole === 0 ? undefined : part / whole);

/**
 * Watches over service level objectives: every request's outcome in, a breach or the end of one out.
 *
 * @example
 * outcomes$.pipe(slo({ response: 500 })).subscribe(({ objective, state, measured }) => console.log(objective, state, measured));
 */
export const slo = (options: Partial<SloOptions> = {}): OperatorFunction<Outcome, SloChange> => {
  const complete = completeSlo(options);
  return (source) =>
    defer(() => {
      const window = new SloWindow(complete);
      return source.pipe(mergeMap((outcome) => window.note(outcome)));
    });
};
