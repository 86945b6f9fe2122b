import { z } from 'zod';
import { DEFAULT_LIMITS, type LimitSettings } from './limits/limits.js';

/** A recording to play instead of the simulated market. */
export interface ReplayOptions {
  /** A capture: one JSON object a line, `{ t: 'open' | 'send' | 'recv', ts, data }`. */
  readonly file: string;
  /** 1 = as recorded, 10 = ten times faster, 0 or Infinity = as fast as possible. Default 1. */
  readonly speed?: number;
}

/** How to start a simulator; everything has a default. */
export interface SimulatorOptions {
  /** TCP port on 127.0.0.1; 0 (default) takes any free one. */
  readonly port?: number;
  /** The same seed at the same clock gives the same market. Default 7. */
  readonly seed?: number;
  /** Number of KRW markets, 1 to 330. Default 200. */
  readonly markets?: number;
  /** Number of BTC and of USDT markets in addition. Default 10 each. */
  readonly otherMarkets?: number;
  /** Multiplies the trade rate of every market; 0.01 is very quiet. Default 1. */
  readonly activity?: number;
  /** The clock, ms UTC. Default `Date.now`. */
  readonly now?: () => number;
  /** Limits that differ from the exchange's; `Infinity` switches one off. */
  readonly limits?: Partial<LimitSettings>;
  /** Plays a recording instead of the simulated market. */
  readonly replay?: ReplayOptions;
}

/** An option that makes no sense; the message names it and what was expected. */
export class SimulatorOptionsError extends Error {
  override readonly name = 'SimulatorOptionsError';
}

const limit = z.union([z.int().min(1), z.literal(Infinity)]).optional();
const schema = z.object({
  port: z.int().min(0).max(65_535).optional(),
  seed: z.int().optional(),
  markets: z.int().min(1).max(330).optional(),
  otherMarkets: z.int().min(0).max(60).optional(),
  activity: z.number().min(0).max(1_000).optional(),
  limits: z
    .strictObject({
      rest: limit,
      handshakes: limit,
      messagesPerSecond: limit,
      messagesPerMinute: limit,
      refusalsBeforeBlock: limit,
    })
    .optional(),
  replay: z
    .object({ file: z.string().min(1), speed: z.union([z.number().min(0), z.literal(Infinity)]).optional() })
    .optional(),
});

/** The options with every default filled in. */
export interface CompleteOptions extends Required<Omit<SimulatorOptions, 'limits' | 'replay'>> {
  readonly limits: LimitSettings;
  readonly replay: ReplayOptions | undefined;
}

/** Checks the options and fills in the defaults. */
export const completeOptions = (options: SimulatorOptions): CompleteOptions => {
  const checked = schema.safeParse(options);
  if (!checked.success) throw new SimulatorOptionsError(z.prettifyError(checked.error));
  return {
    port: options.port ?? 0,
    seed: options.seed ?? 7,
    markets: options.markets ?? 200,
    otherMarkets: options.otherMarkets ?? 10,
    activity: options.activity ?? 1,
    now: options.now ?? Date.now,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    replay: options.replay,
  };
};
