import { startSimulator } from 'market-data-backbone/simulator';
import { z } from 'zod';
import { serve } from './serve.js';

const question = z.union([z.object({ activity: z.number() }), z.literal('stats')]);

/** Its reports of itself, for those who ask from outside. */
let stats: (() => unknown) | undefined;

serve(async (message) => {
  const asked = question.parse(message);
  if (asked === 'stats') return stats?.();
  const simulator = await startSimulator({ activity: asked.activity });
  stats = simulator.stats;
  return { rest: simulator.rest, ws: simulator.ws };
});
