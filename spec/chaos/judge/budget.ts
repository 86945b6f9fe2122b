import type { Recording } from '../run/recording.js';
import type { Violation } from './violation.js';

const RULE = 'limits';
const MOST_A_SECOND = 10;
/** Calls that were under way when the block was told cannot be called back, ms. */
const UNDER_WAY = 1_500;

/** The exchange's budgets were kept, by its own count, and nobody called while told to stay away. */
export const judgeBudget = ({ stats, endedAt }: Recording): Violation[] => {
  const tell = (what: string): Violation => ({ rule: RULE, at: endedAt, what });
  const found: Violation[] = [];
  for (const [group, count] of Object.entries(stats.overBudget)) {
    if (count > 0) found.push(tell(`${count} answers 429 in group ${group} for being over the budget`));
  }
  for (const [group, most] of Object.entries(stats.maxPerSecond)) {
    if (most > MOST_A_SECOND) found.push(tell(`${most} requests of group ${group} within one second`));
  }
  if (stats.wsMessagesRefused > 0) found.push(tell(`${stats.wsMessagesRefused} socket messages too many`));
  const late = stats.calledWhileBlocked.filter((since) => since > UNDER_WAY);
  if (late.length > 0) found.push(tell(`${late.length} calls during a block, ${late.join(', ')} ms after it was told`));
  return found;
};
