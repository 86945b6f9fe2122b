import { z } from 'zod';
import { backbone } from '../consumers/backbone.js';
import { bareBytes, bareParse } from '../consumers/bare.js';
import { ccxt } from '../consumers/ccxt.js';
import type { Consumer } from '../consumers/consumer.js';
import { loadSchema } from '../load/load.js';
import { serve } from './serve.js';

const CONSUMERS = { bareBytes, bareParse, backbone, ccxt } satisfies Record<string, Consumer>;

const question = z.object({ consumer: z.enum(['bareBytes', 'bareParse', 'backbone', 'ccxt']), load: loadSchema });

serve((message) => {
  const { consumer, load } = question.parse(message);
  // What the round before left behind is not this round's to clean up.
  globalThis.gc?.();
  return CONSUMERS[consumer](load);
});
