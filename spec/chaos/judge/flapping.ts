import type { TierChange } from 'market-data-backbone';
import { faultNamed } from '../plan/catalogue.js';
import { nameOf, type Recording, type Struck, type Watched } from '../run/recording.js';
import type { Violation } from './violation.js';

/** Once away and once back. */
const MOST = 2;

/** Faults whose end is one moment, so that one way back is enough: the socket is gone, and later it is not. */
const isPlain = ({ fault, channel }: Struck, topic: Watched): boolean => {
  const { breaks, breaksOthers, strikes, excuses } = faultNamed(fault);
  const roads = strikes === 'all' || channel === topic.channel ? breaks : breaksOthers;
  return roads.includes('socket') && !roads.includes('rest') && excuses.length === 0;
};

/** Whether a signal is about a topic; of order books one depth is watched. */
const isAbout = ({ channel, market, interval }: Watched, key: string): boolean => {
  const [, theirs, code, what] = key.split('/');
  return theirs === channel && code === market && (interval === undefined || what === interval);
};

/**
 * A topic leaves the live tier once for a fault, and returns once. Judged where a fault stands alone: from its beginning
 * to that of the next.
 */
export const judgeFlapping = ({ struck, signals, watched, endedAt }: Recording): Violation[] => {
  const changes = signals.filter((signal): signal is TierChange => signal.type === 'tier-change');
  return watched.flatMap((topic) => {
    const own = changes.filter(({ topic: key }) => isAbout(topic, key));
    return struck.flatMap((fault, i) => {
      const next = struck[i + 1]?.from ?? endedAt;
      const alone = fault.until <= next && struck.slice(0, i).every(({ until }) => until <= fault.from);
      if (!alone || !isPlain(fault, topic)) return [];
      const all = own.filter(({ at }) => fault.from <= at && at < next);
      // It may only now return from what was before.
      const left = all.findIndex(({ to }) => to !== 'live-subscription');
      const during = left < 0 ? [] : all.slice(left);
      if (during.length <= MOST) return [];
      const way = during.map(({ to, reason }) => `${to} (${reason})`).join(', ');
      return [{ rule: 'flapping', at: fault.from, what: `${nameOf(topic)} in ${fault.fault}: ${way}` }];
    });
  });
};
