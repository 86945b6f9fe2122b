import type { FaultBoard } from './faults/board.js';
import type { Limits } from './limits/limits.js';
import type { Exchange } from './market/market.js';
import type { StatsBook } from './stats.js';
import type { Timers } from './timers.js';

/** What every part of one simulator shares. */
export interface World {
  readonly exchange: Exchange;
  /** ms UTC. */
  readonly now: () => number;
  readonly faults: FaultBoard;
  readonly limits: Limits;
  readonly stats: StatsBook;
  readonly timers: Timers;
}
