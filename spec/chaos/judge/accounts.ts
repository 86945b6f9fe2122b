import type { EngineEvent, Rejection, Stale } from 'market-data-backbone';
import { faultNamed } from '../plan/catalogue.js';
import type { Excuse } from '../plan/fault.js';
import type { Recording, Struck } from '../run/recording.js';
import type { Violation } from './violation.js';

/** Up to when something is excused, ms after the fault ended: what was on its way arrives, and may be found even later. */
const UNTIL: Readonly<Record<Excuse, number>> = {
  rejections: 3_000,
  disorder: 3_000,
  omissions: 2_000,
  // Audits are a minute apart.
  lateness: 100_000,
};
/** What was made shortly before a fault began may not have been told when it did, ms. */
const BEFORE = 500;
/** The way back from a fault may take this long, ms. */
const TROUBLED = 8_000;

/** Whether something of the kind was to be expected at a time. */
export const isExcused = (struck: readonly Struck[], excuse: Excuse, at: number): boolean =>
  struck.some(
    ({ fault, from, until }) =>
      faultNamed(fault).excuses.includes(excuse) && from - BEFORE <= at && at <= until + UNTIL[excuse],
  );

const isRejection = (event: EngineEvent): event is Rejection => event.type === 'rejected';

const isFoundStale = (event: EngineEvent): event is Stale =>
  event.type === 'stale' && event.reason === 'newer-elsewhere';

/** What was received that did not become exactly one of the other things. */
const unbalanced = (who: string, { received, ...fates }: Readonly<Record<string, number>>): string[] => {
  const sum = Object.values(fates).reduce((a, b) => a + b, 0);
  return received === sum ? [] : [`${who}: ${String(received)} received, ${sum} accounted for`];
};

/** A stream is found behind only while something is wrong, or just was. */
const isTroubled = (struck: readonly Struck[], at: number): boolean =>
  struck.some(({ from, until }) => from <= at && at <= until + TROUBLED);

/**
 * Every frame and event is accounted for, nothing good was rejected or called stale, nobody was told an error that is no
 * contract's end.
 */
export const judgeAccounts = ({ status, signals, struck, errors, endedAt }: Recording): Violation[] => {
  const ledger = [
    ...unbalanced('frames', { ...status.frames }),
    ...unbalanced('events', { ...status.ledger }),
    ...status.watched.flatMap(({ topic, ledger }) => unbalanced(topic, { ...ledger })),
  ].map((what): Violation => ({ rule: 'ledger', at: endedAt, what }));
  const stale = signals
    .filter(isFoundStale)
    .filter(({ at }) => !isTroubled(struck, at))
    .map(({ at, topic, reason, silentFor }) => ({
      rule: 'stale although healthy',
      at,
      what: `${topic}: ${reason}, silent for ${silentFor} ms`,
    }));
  const rejected = signals
    .filter(isRejection)
    .filter(({ at }) => !isExcused(struck, 'rejections', at))
    .map(({ at, via, reason, raw }) => ({
      rule: 'rejected although good',
      at,
      what: `${via}: ${reason}: ${raw.slice(0, 120)}`,
    }));
  return [
    ...ledger,
    ...stale,
    ...rejected,
    ...errors.map(({ at, what }) => ({ rule: 'error to a subscriber', at, what })),
  ];
};
