import type { Channel } from 'market-data-backbone';
import type { MarketTruth } from 'market-data-backbone/simulator';
import { judge, type Verdict } from '../judge/verdict.js';
import type { Fault, Planned } from '../plan/fault.js';
import { createRandom, shuffled } from '../plan/random.js';
import { createSchedule } from '../plan/schedule.js';
import type { Recording } from './recording.js';
import { run, type RunOptions } from './run.js';

/** One engine with an exchange of its own, and what is going to befall them. */
export interface Lane {
  readonly seed: number;
  readonly schedule: readonly Planned[];
  /** Whether the exchange needs a process of its own. */
  readonly own: boolean;
}

export interface LaneOptions {
  readonly seed: number;
  readonly minutes: number;
  readonly faults: readonly Fault[];
  readonly channels: readonly Channel[];
  readonly lanes: number;
  /** Every exchange gets a process of its own, not only those that are stopped or killed. */
  readonly processes: boolean;
}

/** Deals the faults out to the lanes; those that need a process go to the first. A pure function of its options. */
export const dealLanes = ({ seed, minutes, faults, channels, lanes, processes }: LaneOptions): readonly Lane[] => {
  const random = createRandom(seed);
  const inProcess = faults.filter(({ needsProcess }) => needsProcess);
  const others = shuffled(
    random,
    faults.filter(({ needsProcess }) => !needsProcess),
  );
  return Array.from({ length: lanes }, (_, lane) => {
    const own = lane === 0 ? inProcess : [];
    const share = [...own, ...others.filter((_fault, i) => i % lanes === lane)];
    const laneSeed = (seed * 31 + lane) >>> 0;
    return {
      seed: laneSeed,
      schedule: createSchedule({ seed: laneSeed, minutes, faults: share, channels }),
      own: processes || own.length > 0,
    };
  });
};

export interface Outcome {
  readonly lane: Lane;
  readonly recording: Recording;
  readonly truth: MarketTruth;
  readonly verdict: Verdict;
}

/** Runs the lanes side by side and judges each. */
export const runLanes = (
  lanes: readonly Lane[],
  { channels, settling, more }: Pick<Required<RunOptions>, 'channels' | 'settling' | 'more'>,
): Promise<readonly Outcome[]> =>
  Promise.all(
    lanes.map(async (lane) => {
      const { recording, truth } = await run({ ...lane, channels, settling, more });
      return { lane, recording, truth, verdict: await judge(recording, truth) };
    }),
  );
