import {
  Observable,
  asyncScheduler,
  type SchedulerLike,
  type Subscriber,
  type Subscription,
  type TimestampProvider,
} from 'rxjs';
import { MarketDataError } from '../../errors.js';
import type { Budget, Group } from './budget.js';
import { WaitingLine, type Priority } from './waiting-line.js';

/**
 * To be called once it is known what became of what was permitted: whether the exchange has certainly handled it, or
 * never will. Until then it counts as about to be handled.
 */
export type Settle = (certain: boolean) => void;

interface Permit {
  readonly givenAt: number;
  /** When it was settled, at the latest when it was handled; infinitely late before. */
  at: number;
  /** It is known what became of it, or nobody waits for it any more. */
  isSettled: boolean;
}

interface Account {
  readonly budget: Budget;
  readonly line: WaitingLine<Subscriber<Settle>>;
  /** The latest, in the order given. */
  permits: Permit[];
  givenAt: number;
  stoppedUntil: number;
  /** It was stopped, and nothing has been answered well since: one is tried at a time. */
  isCautious: boolean;
  wake: Subscription | undefined;
  /** While permits are being given, so that one that is settled at once does not begin to give the next by itself. */
  giving: boolean;
}

/** Who would have to wait longer than this for a group that was stopped is told so instead, ms. */
const LONGEST_WAIT = 10_000;
/** Share of a window that may be unanswered at once: a frozen exchange counts all of it in the second in which it wakes. */
const UNANSWERED = 2 / 3;
/** Beyond that one more is tried at least this often, ms, to find out when the exchange is back. */
const TRICKLE = 4_000;
/** What is not answered so long after it was permitted, ms, while something else is, never will be. */
const OVERDUE = 2_000;
/** Most permits remembered that were never answered. */
const MOST = 200;

/**
 * Budgets of requests per group. Each `acquire` emits once when sending keeps within every window of its group. What the
 * exchange says about the remaining budget overrules our own count when it is lower, and never raises it.
 *
 * A window is counted from when a request was answered: it was handled by then. Counted from when it was sent, two bursts
 * would be handled as one when the exchange, the network or this process was held up between them. What nobody
 * waited for, or what is long overdue, counts until something else is answered, since an exchange that stood still then
 * handles all of it at once.
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
  acquire(group: Group, priority: Priority = 'normal'): Observable<Settle> {
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
    for (let i = 0; i < surplus; i += 1) account.permits.push({ givenAt: at, at, isSettled: true });
    this.prune(account);
  }

  /** Nothing of the group may be sent for `ms`; then one at a time, until the exchange answers without stopping it again. */
  stop(group: Group, ms: number): void {
    const account = this.account(group);
    account.isCautious = true;
    account.stoppedUntil = Math.max(account.stoppedUntil, this.now() + ms);
    this.dismiss(account);
  }

  /** The exchange has answered well: unless it has just stopped the group, caution is over. */
  resume(group: Group): void {
    const account = this.account(group);
    if (account.stoppedUntil > this.now()) return;
    account.isCautious = false;
    if (account.line.size > 0) this.drain(account);
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
    const line = new WaitingLine<Subscriber<Settle>>();
    const account = {
      budget: this.budgetOf(group),
      line,
      permits: [],
      givenAt: -Infinity,
      stoppedUntil: 0,
      isCautious: false,
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

  private readyAt({ budget, permits, givenAt, stoppedUntil, isCautious }: Account): number {
    const settled = permits.map(({ at }) => at).sort((a, b) => a - b);
    const open = permits.filter(({ at }) => at === Infinity).length;
    const room = budget.windows.map(({ limit, per }) => {
      const excess = open - (isCautious ? 1 : Math.ceil(limit * UNANSWERED));
      // Less and less often, the longer nothing is answered.
      const trickle = excess < 0 ? -Infinity : givenAt + Math.min(TRICKLE, per * 2 ** excess);
      const at = settled.at(-limit) ?? -Infinity;
      return Math.max(trickle, at < Infinity ? at + per : -Infinity);
    });
    return Math.max(stoppedUntil, ...room);
  }

  private prune(account: Account): void {
    const longest = Math.max(...account.budget.windows.map(({ per }) => per));
    const since = this.now() - longest;
    account.permits = account.permits.filter(({ at }) => at > since).slice(-MOST);
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
    if (account.line.size > 0) account.wake = this.scheduler.schedule(() => this.drain(account), wait);
  }

  private give(account: Account): void {
    this.prune(account);
    account.givenAt = this.now();
    const permit = { givenAt: account.givenAt, at: Infinity, isSettled: false };
    account.permits.push(permit);
    const subscriber = account.line.next();
    subscriber?.next((certain) => this.settle(account, permit, certain));
    subscriber?.complete();
  }

  private settle(account: Account, permit: Permit, certain: boolean): void {
    if (permit.isSettled) return;
    permit.isSettled = true;
    if (!certain) return;
    permit.at = this.now();
    // The exchange handles what comes; what has been left unanswered since long before has been handled too, or is now.
    for (const other of account.permits) {
      if (other.isSettled || other.givenAt < permit.at - OVERDUE) other.at = Math.min(other.at, permit.at);
    }
    this.drain(account);
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
