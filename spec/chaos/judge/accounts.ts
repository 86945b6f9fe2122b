import type { EngineEvent, Rejection } from 'market-data-backbone';
import { faultNamed } from '../plan/catalogue.js';
import type { Excuse } from '../plan/fault.js';
import type { Recording, Struck } from '../run/recording.js';
import type { Violation } from './violation.js';

/** What a fault spoils may arrive this much after it ended, ms. */
const UNDER_WAY = 3_000;

/** Whether something of the kind was to be expected at a time. */
export const isExcused = (struck: readonly Struck[], excuse: Excuse, at: number): boolean =>
  struck.some(
    ({ fault, from, until }) => faultNamed(fault).excuses.includes(excuse) && from <= at && at <= until + UNDER_WAY,
  );

const isRejection = (event: EngineEvent): event is Rejection => event.type === 'rejected';

/** Every frame is accounted for, nothing good was rejected, nobody was told an error that is no contract's end. */
export const judgeAccounts = ({ frames, signals, struck, errors, unhandled, endedAt }: Recording): Violation[] => {
  const { received, ...fates } = frames;
  const sum = Object.values<number>(fates).reduce((a, b) => a + b, 0);
  const ledger =
    received === sum
      ? []
      : [{ rule: 'ledger', at: endedAt, what: `${received} frames received, ${sum} accounted for` }];
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
    ...rejected,
    ...errors.map(({ at, what }) => ({ rule: 'error to a subscriber', at, what })),
    ...unhandled.map(({ at, what }) => ({ rule: 'unhandled', at, what })),
  ];
};
