import { Subject } from 'rxjs';
import { z } from 'zod';
import type { Ticker } from 'market-data-backbone';
import { cpuTime } from './cpu-time.js';
import { serve } from './serve.js';
import { sampleTicker, stubEngine } from './stub-source.js';

/*
 * One event to many receivers, each of which counts and adds up for itself. Above the socket only: what a frame costs
 * before there is an event is the same for one subscriber and for a thousand.
 */

type Receiver = (event: Ticker) => void;
type Way = (receivers: readonly Receiver[]) => { readonly tell: Receiver; readonly close: () => void };

/** Receivers with a state of their own, as real ones have. */
const makeReceivers = (count: number): { receivers: Receiver[]; seen: () => number } => {
  const states = Array.from({ length: count }, () => ({ seen: 0, sum: 0 }));
  const receivers = states.map((state) => (event: Ticker) => {
    state.seen += 1;
    state.sum += event.price;
  });
  return { receivers, seen: () => states.reduce((sum, { seen }) => sum + seen, 0) };
};

const WAYS = {
  functions: (receivers) => ({
    tell: (event) => {
      for (const receive of receivers) receive(event);
    },
    close: () => undefined,
  }),
  subject: (receivers) => {
    const subject = new Subject<Ticker>();
    for (const next of receivers) subject.subscribe({ next, error: fail });
    return { tell: (event) => subject.next(event), close: () => subject.complete() };
  },
  backbone: (receivers) => {
    const { engine, tell } = stubEngine();
    for (const next of receivers) engine.watchTicker('KRW-BTC').subscribe({ next, error: fail });
    return { tell, close: () => engine.close() };
  },
} satisfies Record<string, Way>;

const fail = (error: unknown): void => {
  throw error;
};

const question = z.object({
  way: z.enum(['functions', 'subject', 'backbone']),
  receivers: z.int(),
  events: z.int(),
});

/** Nanoseconds for one event to reach all receivers. */
serve((message) => {
  const { way, receivers: count, events } = question.parse(message);
  const { receivers, seen } = makeReceivers(count);
  const { tell, close } = WAYS[way](receivers);
  globalThis.gc?.();
  const spent = cpuTime(() => {
    for (let i = 0; i < events; i += 1) tell(sampleTicker('KRW-BTC', i));
  });
  close();
  if (seen() !== count * events) return Promise.reject(new Error(`${way}: ${seen()} of ${count * events} deliveries`));
  return Promise.resolve((spent / events) * 1e6);
});
