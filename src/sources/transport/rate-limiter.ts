import { Observable, asyncScheduler, type SchedulerLike, type Subscriber, type Subscription } from 'rxjs';
import { MarketDataError } from '../../errors.js';

/** At most `limit` permits in any `per` ms. */
export interface RateWindow {
  readonly limit: number;
  readonly per: number;
}

interface Lane {
  /** When the latest permits were given, oldest first; as many as the widest window counts. */
  given: number[];
  readonly waiting: Subscriber<void>[];
  wake: Subscription | undefined;
}

/**
 * A budget of requests per group. Each `acquire` emits once, first come first served, when sending keeps within every
 * window; what the exchange itself says about the remaining budget overrules our own count when it is lower.
 */
export class RateLimiter {
  private readonly lanes = new Map<string, Lane>();
  private blockedUntil = 0;

  constructor(
    private readonly windowsOf: (group: string) => readonly RateWindow[],
    private readonly scheduler: SchedulerLike = asyncScheduler,
  ) {}

  /** Emits and completes when one request of the group may be sent. Errors with `BLOCKED` while the exchange blocks us. */
  acquire(group: string): Observable<void> {
    return new Observable((subscriber) => {
      const left = this.blockedUntil - this.scheduler.now();
      if (left > 0) {
        subscriber.error(blocked(left));
        return;
      }
      const lane = this.lane(group);
      lane.waiting.push(subscriber);
      this.drain(group, lane);
      return () => {
        const place = lane.waiting.indexOf(subscriber);
        if (place >= 0) lane.waiting.splice(place, 1);
        if (lane.waiting.length === 0) lane.wake?.unsubscribe();
      };
    });
  }

  /** The exchange says this many requests are left in its current window. */
  learn(group: string, remaining: number): void {
    const lane = this.lane(group);
    const surplus = Math.max(0, this.remaining(group, lane) - remaining);
    for (let i = 0; i < surplus; i += 1) this.give(group, lane);
  }

  /** The exchange refuses everything for `ms`: who waits now, and who asks before then, is told `BLOCKED`. */
  block(ms: number): void {
    this.blockedUntil = Math.max(this.blockedUntil, this.scheduler.now() + ms);
    for (const lane of this.lanes.values()) {
      lane.wake?.unsubscribe();
      for (const subscriber of lane.waiting.splice(0)) subscriber.error(blocked(ms));
    }
  }

  /** Share of the group's tightest window in use, 0 to 1. */
  usage(group: string): number {
    const [first] = this.windowsOf(group);
    return first === undefined ? 0 : 1 - this.remaining(group, this.lane(group)) / first.limit;
  }

  private lane(group: string): Lane {
    const known = this.lanes.get(group);
    if (known !== undefined) return known;
    const lane: Lane = { given: [], waiting: [], wake: undefined };
    this.lanes.set(group, lane);
    return lane;
  }

  private remaining(group: string, lane: Lane): number {
    const now = this.scheduler.now();
    const left = this.windowsOf(group).map(
      ({ limit, per }) => limit - lane.given.filter((at) => at > now - per).length,
    );
    return Math.max(0, Math.min(...left));
  }

  private give(group: string, lane: Lane): void {
    const longest = Math.max(...this.windowsOf(group).map(({ limit }) => limit));
    lane.given = [...lane.given, this.scheduler.now()].slice(-longest);
  }

  private readyAt(group: string, lane: Lane): number {
    // A clock that was set back must not make us wait for the time it was set back by.
    const now = this.scheduler.now();
    if ((lane.given.at(-1) ?? 0) > now) lane.given = lane.given.map((at) => Math.min(at, now));
    const times = this.windowsOf(group).map(({ limit, per }) => (lane.given.at(-limit) ?? -Infinity) + per);
    return Math.max(...times);
  }

  private drain(group: string, lane: Lane): void {
    lane.wake?.unsubscribe();
    while (lane.waiting.length > 0) {
      const wait = this.readyAt(group, lane) - this.scheduler.now();
      if (wait > 0) {
        lane.wake = this.scheduler.schedule(() => this.drain(group, lane), wait);
        return;
      }
      this.give(group, lane);
      const subscriber = lane.waiting.shift();
      subscriber?.next();
      subscriber?.complete();
    }
  }
}

const blocked = (ms: number): MarketDataError =>
  new MarketDataError(`the exchange blocks requests from here for another ${Math.ceil(ms / 1000)} s`, {
    code: 'BLOCKED',
    retryable: true,
    details: { retryAfter: ms },
  });
