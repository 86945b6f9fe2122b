import type { MarketTruth } from 'market-data-backbone/simulator';
import { nameOf, type Recording } from '../run/recording.js';
import { isExcused, judgeAccounts } from './accounts.js';
import { judgeBudget } from './budget.js';
import { judgeCandles } from './candles.js';
import { judgeFlapping } from './flapping.js';
import { judgeFreshness } from './freshness.js';
import { judgeRecovery, type Recovery } from './recovery.js';
import { judgeStates } from './states.js';
import { judgeTrades, type Seen } from './trades.js';
import type { Violation } from './violation.js';

/** What became of the trades of all markets. */
export interface TradeSums {
  readonly made: number;
  readonly delivered: number;
  /** Of those delivered: after later ones, by REST, because the stream had left them out. */
  readonly late: number;
  /** Not delivered, and inside a declared gap. */
  readonly declared: number;
  /** Not delivered: single frames that were missing on a stream that went on. */
  readonly omitted: number;
}

/** What a run amounts to. */
export interface Verdict {
  readonly recoveries: readonly Recovery[];
  readonly trades: TradeSums;
  readonly violations: readonly Violation[];
}

const describe = (seen: Seen | undefined, startedAt: number): string =>
  seen === undefined ? 'nobody' : `${seen.trade.tier} at ${((seen.at - startedAt) / 1_000).toFixed(2)} s`;

/** Judges a run by what the exchange knows about itself. */
export const judge = async (recording: Recording, truth: MarketTruth): Promise<Verdict> => {
  const { watched, signals, struck, startedAt, endedAt } = recording;
  const violations: Violation[] = [
    ...judgeAccounts(recording),
    ...judgeBudget(recording),
    ...judgeFlapping(recording),
    ...judgeFreshness(recording, truth),
  ];
  const trades = { made: 0, delivered: 0, declared: 0, late: 0, omitted: 0 };
  for (const topic of watched) {
    violations.push(...judgeStates(topic, truth), ...(await judgeCandles(topic, recording, truth)));
    if (topic.channel !== 'trade') continue;
    const account = judgeTrades(topic, signals, truth, endedAt);
    trades.made += account.made;
    trades.delivered += account.delivered;
    trades.declared += account.declared;
    const tell = (rule: string, at: number, what: string): void => {
      violations.push({ rule, at, what: `${nameOf(topic)}: ${what}` });
    };
    for (const { trade, before, after } of account.lost) {
      if (isExcused(struck, 'omissions', trade.time)) {
        trades.omitted += 1;
        continue;
      }
      const place = `between one by ${describe(before, startedAt)} and one by ${describe(after, startedAt)}`;
      tell('lost', trade.time, `${trade.id} was neither delivered nor declared missing, ${place}`);
    }
    for (const { at, trade } of account.duplicated) tell('duplicated', at, `${trade.id} once more by ${trade.tier}`);
    for (const { at, trade } of account.invented)
      tell('invented', at, `${trade.id} at ${trade.price} by ${trade.tier}`);
    for (const { at, trade } of account.disordered) {
      // What the stream left out and REST knows is told late, and says by its tier that it is.
      if (trade.tier !== 'live-subscription' && isExcused(struck, 'lateness', at)) trades.late += 1;
      else if (!isExcused(struck, 'disorder', at))
        tell('out of order', at, `${trade.id} after a later one by ${trade.tier}`);
    }
  }
  return { recoveries: judgeRecovery(recording, truth), trades, violations: violations.sort((a, b) => a.at - b.at) };
};
