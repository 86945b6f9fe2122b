import type { FaultBoard } from '../faults/board.js';
import type { StatsBook } from '../stats.js';
import { BanList } from './ban.js';
import { FixedWindow, RollingWindow, type Allowance } from './windows.js';

/** The exchange's limits; `Infinity` switches one off. */
export interface LimitSettings {
  /** REST calls a second in each group. Default 10. */
  readonly rest: number;
  /** WebSocket handshakes a second. Default 5. */
  readonly handshakes: number;
  /** Client messages a second on one socket. Default 5. */
  readonly messagesPerSecond: number;
  /** Client messages a minute on one socket. Default 100. */
  readonly messagesPerMinute: number;
  /** 429s within ten seconds that lead to a block. Default 20. */
  readonly refusalsBeforeBlock: number;
}

export const DEFAULT_LIMITS: LimitSettings = {
  rest: 10,
  handshakes: 5,
  messagesPerSecond: 5,
  messagesPerMinute: 100,
  refusalsBeforeBlock: 20,
};

/** Whether a call may pass. */
export interface Verdict {
  readonly status: 200 | 418 | 429;
  /** Value of the `remaining-req` header; undefined while the address is blocked. */
  readonly remaining: string | undefined;
  /** ms until the block ends. */
  readonly blockedFor: number;
}

const SECOND = 1_000;
const TEN_SECONDS = 10_000;

const remainingReq = (group: string, minute: number, { left }: Allowance): string =>
  `group=${group}; min=${minute}; sec=${Number.isFinite(left) ? left : 999}`;

/** The budgets of one simulator, per client address. */
export class Limits {
  private readonly fixed: FixedWindow;
  private readonly rolling: RollingWindow;
  private readonly handshakes: FixedWindow;
  private readonly origins = new RollingWindow(1, TEN_SECONDS);
  private readonly bans: BanList;
  /** Blocks as they were told to an address, whether they hold or not. */
  private readonly told = new Map<string, { readonly since: number; readonly until: number }>();
  private readonly faults: FaultBoard;
  private readonly stats: StatsBook;

  constructor(settings: LimitSettings, faults: FaultBoard, stats: StatsBook) {
    this.fixed = new FixedWindow(settings.rest, SECOND);
    this.rolling = new RollingWindow(settings.rest, SECOND);
    this.handshakes = new FixedWindow(settings.handshakes, SECOND);
    this.bans = new BanList(settings.refusalsBeforeBlock, TEN_SECONDS, TEN_SECONDS);
    this.faults = faults;
    this.stats = stats;
  }

  /** A REST call of a group. */
  rest(address: string, group: string, origin: boolean, now: number): Verdict {
    this.stats.request(group, now);
    const window = this.faults.active('rolling-window') ? this.rolling : this.fixed;
    return this.judge(address, group, origin, now, () => ({
      window: window.take(`${address} ${group}`, now),
      minute: 600,
    }));
  }

  /** A WebSocket handshake. */
  handshake(address: string, origin: boolean, now: number): Verdict {
    return this.judge(address, 'websocket', origin, now, () => ({
      window: this.handshakes.take(address, now),
      minute: 300,
    }));
  }

  /** Notes a 429 that was given for another reason than the budget. */
  refused(address: string, group: string, now: number): void {
    this.stats.refused(group);
    this.bans.refused(address, now);
  }

  /** Notes that the address was told to stay away for `ms`. */
  tellBlock(address: string, ms: number, now: number): void {
    const known = this.told.get(address);
    const running = known !== undefined && now < known.until ? known : { since: now, until: now };
    this.told.set(address, { since: running.since, until: Math.max(running.until, now + ms) });
    this.stats.refusedAsBlocked();
  }

  private judge(
    address: string,
    group: string,
    origin: boolean,
    now: number,
    take: () => { window: Allowance; minute: number },
  ): Verdict {
    const told = this.told.get(address);
    if (told !== undefined && now < told.until) this.stats.calledWhileBlocked(now - told.since);
    const blockedFor = this.bans.blockedFor(address, now);
    if (blockedFor > 0) {
      this.tellBlock(address, blockedFor, now);
      return { status: 418, remaining: undefined, blockedFor };
    }
    const label = origin ? 'origin' : group;
    const { window, minute } = origin ? { window: this.origins.take(address, now), minute: 6 } : take();
    if (!window.allowed) {
      this.stats.overBudget(label);
      this.refused(address, label, now);
    }
    return { status: window.allowed ? 200 : 429, remaining: remainingReq(label, minute, window), blockedFor: 0 };
  }
}
