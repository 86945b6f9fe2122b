export interface PulseOptions {
  /** Time between pings, ms; nothing heard for as long after one means the peer is gone. */
  readonly pingEvery: number;
}

/** Longest time between two looks, ms. */
const TICK = 125;
/** So many ticks in a row with frames, and the connection is a busy one: a tick without is worth a ping. */
const BUSY = 4;
/** A busy connection that answers nothing to a ping for so many ticks is doubtful, or gone. */
const PATIENCE = { doubt: 2, gone: 12 };

/**
 * Whether the peer of a connection is still there, judged tick by tick from whether anything was heard since the tick
 * before. Time is counted in ticks, so that a pause of this very process is not taken for silence of the peer.
 */
export class Pulse {
  /** Time between two looks, ms. */
  readonly every: number;
  private readonly period: number;
  private sincePing = 0;
  /** Ticks that a ping has been waiting for any sign of life; `undefined` when none does. */
  private waited: number | undefined;
  /** Ticks in a row with frames, before the present silence. A new connection that speaks at once is a busy one. */
  private streak = BUSY - 1;
  /** Ticks that the last pong took. */
  private round = 1;
  /** Ticks in a row without any sign of life. */
  private silent = 0;

  constructor({ pingEvery }: PulseOptions) {
    this.every = Math.min(TICK, pingEvery);
    this.period = Math.round(pingEvery / this.every);
  }

  /** How long nothing has been heard, ms. */
  get silentFor(): number {
    return this.silent * this.every;
  }

  /** What is to be done: `frames` says whether any came since the last tick, `pong` whether one was answered. */
  tick(frames: boolean, pong: boolean): 'nothing' | 'ping' | 'doubt' | 'gone' {
    this.sincePing += 1;
    const wasBusy = this.streak >= BUSY;
    if (pong) this.round = this.sincePing;
    if (frames) this.streak += 1;
    else if (pong || !wasBusy) this.streak = 0;
    this.silent = frames || pong ? 0 : this.silent + 1;
    if (frames || pong) this.waited = undefined;
    else if (this.waited !== undefined) {
      this.waited += 1;
      if (this.waited >= (wasBusy ? PATIENCE.gone : this.period)) return 'gone';
      // From far away the answer takes its time.
      return wasBusy && this.waited === Math.max(PATIENCE.doubt, 2 * this.round) ? 'doubt' : 'nothing';
    } else if (wasBusy) return this.ping();
    return this.sincePing >= this.period ? this.ping() : 'nothing';
  }

  private ping(): 'ping' {
    this.sincePing = 0;
    this.waited = 0;
    return 'ping';
  }
}
