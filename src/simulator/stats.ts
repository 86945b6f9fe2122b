/** What the simulator has seen and done so far. */
export interface SimulatorStats {
  /** REST calls by limit group. */
  readonly requests: Readonly<Record<string, number>>;
  /** REST calls and handshakes answered 429, by limit group. */
  readonly rejected429: Readonly<Record<string, number>>;
  /** Those of `rejected429` that really were over the budget, not answered so by a fault. */
  readonly overBudget: Readonly<Record<string, number>>;
  /** REST calls and handshakes answered 418. */
  readonly rejected418: number;
  /** Calls that arrived while a block told to their address lasted: ms since it was told; the latest 1,000. */
  readonly calledWhileBlocked: readonly number[];
  /** The most calls that arrived within one second of the clock, by limit group. */
  readonly maxPerSecond: Readonly<Record<string, number>>;
  /** Successful handshakes. */
  readonly wsHandshakes: number;
  /** Messages received on sockets. */
  readonly wsMessages: number;
  /** Messages beyond what one socket may send. */
  readonly wsMessagesRefused: number;
  /** Frames sent by type: `ticker`, `trade`, `orderbook`, `candle.1m`, `status`, `error`, … */
  readonly framesSent: Readonly<Record<string, number>>;
  readonly socketsOpen: number;
}

const MOST_CALLS = 1_000;

class Counter {
  readonly counts = new Map<string, number>();

  add(key: string): void {
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  read(): Record<string, number> {
    return Object.fromEntries(this.counts);
  }
}

/** Collects the numbers of `SimulatorStats`. */
export class StatsBook {
  private readonly requests = new Counter();
  private readonly rejected = new Counter();
  private readonly exceeded = new Counter();
  private readonly frames = new Counter();
  private readonly whileBlocked: number[] = [];
  private readonly busiest = new Map<string, { second: number; count: number; most: number }>();
  private blocked = 0;
  private handshakes = 0;
  private messages = 0;
  private messagesRefused = 0;

  request(group: string, now: number): void {
    this.requests.add(group);
    const second = Math.floor(now / 1000);
    const known = this.busiest.get(group) ?? { second, count: 0, most: 0 };
    const count = known.second === second ? known.count + 1 : 1;
    this.busiest.set(group, { second, count, most: Math.max(known.most, count) });
  }

  refused(group: string): void {
    this.rejected.add(group);
  }

  overBudget(group: string): void {
    this.exceeded.add(group);
  }

  calledWhileBlocked(since: number): void {
    this.whileBlocked.push(since);
    if (this.whileBlocked.length > MOST_CALLS) this.whileBlocked.shift();
  }

  refusedAsBlocked(): void {
    this.blocked += 1;
  }

  handshake(): void {
    this.handshakes += 1;
  }

  message(): void {
    this.messages += 1;
  }

  messageRefused(): void {
    this.messagesRefused += 1;
  }

  frame(type: string): void {
    this.frames.add(type);
  }

  read(socketsOpen: number): SimulatorStats {
    return {
      requests: this.requests.read(),
      rejected429: this.rejected.read(),
      overBudget: this.exceeded.read(),
      rejected418: this.blocked,
      calledWhileBlocked: [...this.whileBlocked],
      maxPerSecond: Object.fromEntries([...this.busiest].map(([group, { most }]) => [group, most])),
      wsHandshakes: this.handshakes,
      wsMessages: this.messages,
      wsMessagesRefused: this.messagesRefused,
      framesSent: this.frames.read(),
      socketsOpen,
    };
  }
}
