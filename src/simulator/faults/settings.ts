import { z } from 'zod';
import { faultEntry, type FaultName, type FaultSettings } from './catalogue.js';

/** A fault or one of its settings that does not exist; the message names it and what was expected. */
export class UnknownFaultError extends Error {
  override readonly name = 'UnknownFaultError';
}

const settings = z.strictObject({
  markets: z.array(z.string().min(1)).min(1).optional(),
  channel: z.enum(['ticker', 'trade', 'orderbook', 'candle']).optional(),
  group: z.enum(['market', 'candles', 'crix-trades', 'ticker', 'orderbook']).optional(),
  rate: z.number().min(0).max(1).optional(),
  times: z.int().min(1).optional(),
  forMs: z.number().positive().optional(),
  ms: z.number().min(-86_400_000).max(86_400_000).optional(),
  bytes: z.int().min(1).max(64_000_000).optional(),
});

const ALWAYS = ['rate', 'times', 'forMs'];

/** Checks a name and its settings. */
export const checkFault = (
  name: string,
  given: unknown,
): { name: FaultName; settings: FaultSettings; once: boolean } => {
  const entry = faultEntry(name);
  if (entry === undefined) throw new UnknownFaultError(`there is no fault named '${name}'`);
  const parsed = settings.safeParse(given ?? {});
  if (!parsed.success) throw new UnknownFaultError(`${name}: ${z.prettifyError(parsed.error)}`);
  const allowed = [...ALWAYS, ...entry.takes];
  const strange = Object.keys(parsed.data).find((key) => !allowed.includes(key));
  if (strange !== undefined)
    throw new UnknownFaultError(`${name} does not take '${strange}'; it takes ${allowed.join(', ')}`);
  return { name: entry.name, settings: parsed.data, once: entry.once ?? false };
};
