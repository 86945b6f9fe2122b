import {
  Observable,
  asyncScheduler,
  type SchedulerLike,
  type Subscriber,
  type Subscription,
  type TimestampProvider,
} from 'rxjs';
import { MarketDataError } from '../../errors.js';
import { WaitingLine, type Priority } from './waiting-line.js';

/** At most `limit` permits in any `per` ms. */
export interface RateWindow {
  readonly limit: number;
  readonly per: number;
}

/** Names what is counted together. A symbol for what exists once, e.g. the messages of one socket. */
export type Group = string | symbol;

export interface Budget {
  readonly windows: readonly RateWindow[];
  /** What is blocked together with this group. */
  readonly scope: Group;
}

/** To be called once when what was permitted has left, or never will. Until then it counts as about to be sent. */
export type Sent = () => void;

interface Account {
  readonly budget: Budget;
  readonly line: WaitingLine<Subscriber<Sent>>;
  /** When the latest were sent; infinitely late what is about to be. */
  permits: { at: number }[];
  stoppedUntil: number;
  wake: Subscription | undefined;
  /** While permits are being given, so that one that is used at once does not begin to give the next by itself. */
  giving: boolean;
}

/** Who would have to wait longer than this for a group that was stopped is told so instead, ms. */
const LONGEST_WAIT = 10_000;

/**
 * Budgets of requests per group. Each `acquire` emits once when sending keeps within every window of its group. What the
 * exchange says about the remaining budget overrules our own count when it is lower, and never raises it.
 *
 * Windows are counted from when a request has left, not from when it was permitted: connections that take long to open
 * would otherwise let two bursts arrive as one.
 *
 * `clock` should be one that nobody sets, such as `performance`. Steps back are taken out of any other; a step forward
 * cannot be told from time that has passed.
 */
export class RateLimiter {
  private readonly accounts = new Map<Group, Account>();
  private readonly blockedUntil = new Map<Group, number>();
  private reading: number;
  private elapsed = 0;

  constructor(
    private readonly budgetOf: (group: Group) => Budget,
    private readonly scheduler: SchedulerLike = asyncScheduler,
    private readonly clock: TimestampProvider = scheduler,
  ) {
    this.reading = clock.now();
  }

  /**
   * Emits and completes when one request of the group may be sent: critical ones before high before normal before low,
   * see `WaitingLine`. Errors with `BLOCKED` while the exchange blocks us, with `RATE_LIMITED` while it has stopped the
   * group for longer than 10 s, each with `details.retryAfter`, ms.
   */
  acquire(group: Group, priority: Priority = 'normal'): Observable<Sent> {
    return new Observable((subscriber) => {
      const account = this.account(group);
      const refusal = this.refusal(account);
      if (refusal !== undefined) {
        subscriber.error(refusal);
        return;
      }
      const leave = account.line.enter(subscriber, priority);
      // Who finds somebody waiting for the clock has nothing to hope for before them.
      if (account.wake === undefined) this.drain(account);
      return () => {
        leave();
        if (account.line.size === 0) rest(account);
      };
    });
  }

  /** The exchange said, in its answer to a request sent `age` ms ago, how many were left in its window. */
  learn(group: Group, remaining: number, age = 0): void {
    const account = this.account(group);
    const surplus = this.remaining(account) - Math.max(0, remaining);
    // As if they had been sent by somebody else together with the request that was answered.
    const at = this.now() - age;
    for (let i = 0; i < surplus; i += 1) account.permits.push({ at });
    this.prune(account);
  }

  /** Nothing of the group may be sent for `ms`. */
  stop(group: Group, ms: number): void {
    const account = this.account(group);
    account.stoppedUntil = Math.max(account.stoppedUntil, this.now() + ms);
    this.dismiss(account);
  }

  /** The exchange refuses everything in the group's scope for `ms`: who waits, and who asks before then, is told. */
  block(group: Group, ms: number): void {
    const { scope } = this.account(group).budget;
    this.blockedUntil.set(scope, Math.max(this.blockedUntil.get(scope) ?? 0, this.now() + ms));
    for (const account of this.accounts.values()) this.dismiss(account);
  }

  /** Share of the group's tightest window in use, 0 to 1. */
  usage(group: Group): number {
    const account = this.account(group);
    const [first] = account.budget.windows;
    return first === undefined ? 0 : 1 - this.remaining(account) / first.limit;
  }

  /** The group will not be used again. */
  forget(group: Group): void {
    this.accounts.get(group)?.wake?.unsubscribe();
    this.accounts.delete(group);
  }

  private now(): number {
    const reading = this.clock.now();
    this.elapsed += Math.max(0, reading - this.reading);
    this.reading = reading;
    return this.elapsed;
  }

  private account(group: Group): Account {
    const known = this.accounts.get(group);
    if (known !== undefined) return known;
    const line = new WaitingLine<Subscriber<Sent>>();
    const account = {
      budget: this.budgetOf(group),
      line,
      permits: [],
      stoppedUntil: 0,
      wake: undefined,
      giving: false,
    };
    this.accounts.set(group, account);
    return account;
  }

  private refusal({ budget, stoppedUntil }: Account): MarketDataError | undefined {
    const blocked = (this.blockedUntil.get(budget.scope) ?? 0) - this.now();
    if (blocked > 0) return refused('BLOCKED', 'the exchange blocks requests from here', blocked);
    const stopped = stoppedUntil - this.now();
    return stopped > LONGEST_WAIT
      ? refused('RATE_LIMITED', 'the exchange has stopped these requests', stopped)
      : undefined;
  }

  /** Tells everybody who waits, when there is something to tell. */
  private dismiss(account: Account): void {
    const refusal = this.refusal(account);
    if (refusal === undefined) return;
    rest(account);
    for (const subscriber of account.line.clear()) subscriber.error(refusal);
  }

  private remaining({ budget, permits }: Account): number {
    const now = this.now();
    const left = budget.windows.map(({ limit, per }) => limit - permits.filter(({ at }) => at > now - per).length);
    return Math.max(0, Math.min(...left));
  }

  private readyAt({ budget, permits, stoppedUntil }: Account): number {
    const sent = permits.map(({ at }) => at).sort((a, b) => a - b);
    return Math.max(stoppedUntil, ...budget.windows.map(({ limit, per }) => (sent.at(-limit) ?? -Infinity) + per));
  }

  private prune(account: Account): void {
    const longest = Math.max(...account.budget.windows.map(({ per }) => per));
    const since = this.now() - longest;
    account.permits = account.permits.filter(({ at }) => at > since);
  }

  private drain(account: Account): void {
    if (account.giving) return;
    rest(account);
    account.giving = true;
    let wait = 0;
    while (account.line.size > 0) {
      wait = this.readyAt(account) - this.now();
      if (wait > 0) break;
      this.give(account);
    }
    account.giving = false;
    // Without end as long as nothing of the last burst has left; then its leaving goes on from here.
    if (account.line.size > 0 && wait < Infinity) {
      account.wake = this.scheduler.schedule(() => this.drain(account), wait);
    }
  }

  private give(account: Account): void {
    const permit = { at: Infinity };
    this.prune(account);
    account.permits.push(permit);
    const subscriber = account.line.next();
    subscriber?.next(() => {
      if (permit.at < Infinity) return;
      permit.at = this.now();
      if (account.wake === undefined) this.drain(account);
    });
    subscriber?.complete();
  }
}

const rest = (account: Account): void => {
  account.wake?.unsubscribe();
  account.wake = undefined;
};

const refused = (code: 'BLOCKED' | 'RATE_LIMITED', what: string, ms: number): MarketDataError =>
  new MarketDataError(`${what} for another ${Math.ceil(ms / 1_000)} s`, {
    code,
    retryable: true,
    details: { retryAfter: Math.ceil(ms) },
  });
