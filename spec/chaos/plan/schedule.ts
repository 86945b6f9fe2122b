import { CHANNELS, type Channel } from 'market-data-backbone';
import { faultNamed } from './catalogue.js';
import type { Fault, Planned } from './fault.js';
import { between, createRandom, pick, shuffled, type Random } from './random.js';

export interface ScheduleOptions {
  readonly seed: number;
  /** From the first fault's beginning to the last one's end. */
  readonly minutes: number;
  /** The faults to deal out: each once before any comes again. */
  readonly faults: readonly Fault[];
  /** The channels they may strike. Default all. */
  readonly channels?: readonly Channel[];
}

const WARM_UP = 1_500;
const OVERLAP = 0.3;
/** A process takes a while to start, ms. */
const START = 5_000;

/** When the next fault begins: mostly after a rest, sometimes while this one lasts. */
const nextAt = (random: Random, { at, forMs }: Planned): number =>
  random() < OVERLAP ? at + between(random, Math.ceil(forMs / 4), forMs) : at + forMs + between(random, 700, 2_200);

/**
 * What goes wrong when, as a pure function of its options: the same seed gives the same schedule. Two faults may overlap;
 * a fault never overlaps itself.
 */
export const createSchedule = ({ seed, minutes, faults, channels = CHANNELS }: ScheduleOptions): readonly Planned[] => {
  if (faults.length === 0) return [];
  const random = createRandom(seed);
  const end = minutes * 60_000;
  const schedule: Planned[] = [];
  let deck: Fault[] = [];
  let at = WARM_UP;
  for (;;) {
    if (deck.length === 0) deck = shuffled(random, faults);
    const fault = deck.pop();
    if (fault === undefined) return schedule;
    const [shortest, longest] = fault.lasts;
    const previous = schedule.findLast((planned) => planned.fault === fault.name);
    const free =
      previous === undefined ? at : Math.max(at, previous.at + previous.forMs + (fault.needsProcess ? START : 500));
    const planned = {
      fault: fault.name,
      at: free,
      forMs: between(random, shortest, longest),
      channel: pick(random, channels),
    };
    if (planned.at + planned.forMs > end) return schedule;
    schedule.push(planned);
    at = nextAt(random, planned);
  }
};

/** The end of the last fault, ms after the start. */
export const endOf = (schedule: readonly Planned[]): number =>
  schedule.reduce((end, { at, forMs, fault }) => Math.max(end, at + forMs + (faultNamed(fault).after ?? 0)), 0);

/** A schedule for people, a line a fault. */
export const scheduleText = (schedule: readonly Planned[]): string =>
  schedule
    .map(({ at, forMs, fault, channel }) => {
      const { strikes, does } = faultNamed(fault);
      const whom = strikes === 'channel' ? channel : '';
      return `  ${(at / 1000).toFixed(2).padStart(8)} s  ${(forMs / 1000).toFixed(2).padStart(5)} s  ${fault.padEnd(24)} ${whom.padEnd(10)} ${does}`;
    })
    .join('\n');
