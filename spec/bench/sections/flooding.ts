import { z } from 'zod';
import { measuredFrames } from '../consumers/consumer.js';
import type { Load } from '../load/load.js';
import type { Child } from '../processes/child.js';

export type ConsumerName = 'bareBytes' | 'bareParse' | 'backbone' | 'ccxt';

const consumedSchema = z.object({ elapsed: z.number(), cpu: z.number(), delivered: z.number() });

export interface Measured {
  /** Frames a second by the clock. */
  readonly perSecond: number;
  /** Frames a second of computing time. */
  readonly perCpuSecond: number;
  /** Computing time of a frame, ns. */
  readonly cpuPerFrame: number;
  /** Share of the frames that reached the caller's own code. */
  readonly deliveredShare: number;
}

/** Lets a consumer's process take in a load. */
export const consume = async (child: Child, consumer: ConsumerName, load: Load): Promise<Measured> => {
  const { elapsed, cpu, delivered } = consumedSchema.parse(await child.ask({ consumer, load }));
  const frames = measuredFrames(load.count);
  return {
    perSecond: (frames / elapsed) * 1_000,
    perCpuSecond: (frames / cpu) * 1_000,
    cpuPerFrame: (cpu / frames) * 1e6,
    deliveredShare: delivered / load.count,
  };
};

/** The port of a feeder that is ready. */
export const portOf = async (feeder: Child): Promise<number> => z.number().parse(await feeder.ask('port'));
