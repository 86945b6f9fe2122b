import type { FaultName, FaultSettings, MarketTruth, SimulatorStats } from 'market-data-backbone/simulator';

/** The exchange of a run: one that knows what really happened, and does harm on demand. */
export interface Exchange {
  /** TCP port on 127.0.0.1, the same after a restart. */
  readonly port: number;
  readonly truth: MarketTruth;
  readonly setFault: (name: FaultName, settings: FaultSettings) => Promise<void>;
  readonly clearFault: (name: FaultName) => Promise<void>;
  /** What it has counted since the run began, restarts included. */
  readonly stats: () => Promise<SimulatorStats>;
  /** Stops its process, until `resume`; only where it has one. */
  readonly stop: () => Promise<void>;
  readonly resume: () => Promise<void>;
  /** Kills it, until `restart`. */
  readonly kill: () => Promise<void>;
  readonly restart: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The market of a run: lively enough that most topics have news every second. */
export const MARKET = { markets: 30, activity: 6 } as const;

const sums = (
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
  join: (x: number, y: number) => number,
): Record<string, number> => {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...keys].map((key) => [key, join(a[key] ?? 0, b[key] ?? 0)]));
};

const plus = (a: number, b: number): number => a + b;

/** What two lives of one exchange have counted together. */
export const addStats = (a: SimulatorStats, b: SimulatorStats): SimulatorStats => ({
  requests: sums(a.requests, b.requests, plus),
  rejected429: sums(a.rejected429, b.rejected429, plus),
  overBudget: sums(a.overBudget, b.overBudget, plus),
  rejected418: a.rejected418 + b.rejected418,
  calledWhileBlocked: [...a.calledWhileBlocked, ...b.calledWhileBlocked],
  maxPerSecond: sums(a.maxPerSecond, b.maxPerSecond, Math.max),
  wsHandshakes: a.wsHandshakes + b.wsHandshakes,
  wsMessages: a.wsMessages + b.wsMessages,
  wsMessagesRefused: a.wsMessagesRefused + b.wsMessagesRefused,
  framesSent: sums(a.framesSent, b.framesSent, plus),
  socketsOpen: b.socketsOpen,
});
