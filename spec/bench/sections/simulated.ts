import { z } from 'zod';
import type { Child } from '../processes/child.js';

const addressesSchema = z.object({ rest: z.string(), ws: z.string() });
export type Addresses = z.infer<typeof addressesSchema>;

/** Starts the exchange in its process; `activity` multiplies the trade rate of every market. */
export const startExchange = async (simulator: Child, activity: number): Promise<Addresses> =>
  addressesSchema.parse(await simulator.ask({ activity }));

const counts = z.record(z.string(), z.number());
const statsSchema = z.object({ requests: counts, rejected429: counts, maxPerSecond: counts });

/** The exchange's own count of what it was asked. */
export const exchangeStats = async (simulator: Child): Promise<z.infer<typeof statsSchema>> =>
  statsSchema.parse(await simulator.ask('stats'));
