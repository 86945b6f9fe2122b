import { z } from 'zod';
import { INTERVALS, parseInterval, type Interval } from '../model/interval.js';
import { CONTEXTS } from '../model/request.js';
import { CHANNELS } from '../model/topic.js';
import { UPBIT_REST_URL, UPBIT_WS_URL } from '../sources/upbit/source.js';
import { UsageError } from './failure.js';
import { address, atLeast, duration, instant, market, oneOf, wholeNumber } from './flags.js';
import type { Environment } from './session.js';

export const EXCHANGES = ['upbit', 'simulated'] as const;

/** A handful that every Korean exchange lists and that never stands still. */
export const DEFAULT_MARKETS = ['KRW-BTC', 'KRW-ETH', 'KRW-XRP', 'KRW-SOL', 'KRW-DOGE'] as const;

const ANY = Number.MAX_SAFE_INTEGER;
/** So many rows of any channel fit in memory with room to spare. */
const MOST_ROWS = 200_000;

const exchangeFlags = {
  exchange: oneOf(EXCHANGES).default('upbit'),
  seed: wholeNumber(0, 4_294_967_295).exactOptional(),
  json: z.boolean().default(false),
};

const topicFlags = {
  channel: oneOf(CHANNELS).default('ticker'),
  interval: z
    .string()
    .transform((given, context): Interval => {
      const interval = parseInterval(given);
      if (interval !== undefined) return interval;
      context.addIssue({ code: 'custom', message: `must be one of ${INTERVALS.join(' ')}` });
      return z.NEVER;
    })
    .exactOptional(),
  depth: wholeNumber(1, 30).exactOptional(),
  level: atLeast(0, 'a price step').exactOptional(),
};

export const watchOptions = z.object({
  ...exchangeFlags,
  ...topicFlags,
  markets: z.array(market).transform((given) => (given.length === 0 ? [...DEFAULT_MARKETS] : [...new Set(given)])),
  for: duration(1).exactOptional(),
  count: wholeNumber(1, ANY).exactOptional(),
});
export type WatchOptions = z.infer<typeof watchOptions>;

export const fetchOptions = z.object({
  ...exchangeFlags,
  ...topicFlags,
  markets: z.array(market).min(1),
  count: wholeNumber(1, MOST_ROWS).exactOptional(),
  to: instant.exactOptional(),
  context: oneOf(CONTEXTS).exactOptional(),
  via: oneOf(['auto', 'rest', 'websocket']).exactOptional(),
  maxAge: duration(0, { bare: true }).exactOptional(),
  explain: z.boolean().default(false),
});
export type FetchOptions = z.infer<typeof fetchOptions>;

export const simulateOptions = z.object({
  port: wholeNumber(0, 65_535).default(8_080),
  seed: wholeNumber(0, 4_294_967_295).default(7),
  markets: wholeNumber(1, 330).default(200),
  activity: atLeast(0, 'a number').default(1),
  replay: z.string().min(1).exactOptional(),
  speed: atLeast(0, 'a number').exactOptional(),
  json: z.boolean().default(false),
});
export type SimulateOptions = z.infer<typeof simulateOptions>;

export const doctorOptions = z.object(exchangeFlags);
export type DoctorOptions = z.infer<typeof doctorOptions>;

const environment = z.object({
  UPBIT_REST_URL: address(['http:', 'https:'], UPBIT_REST_URL).default(UPBIT_REST_URL),
  UPBIT_WS_URL: address(['ws:', 'wss:'], UPBIT_WS_URL).default(UPBIT_WS_URL),
});

/** The flags of a command, checked; the complaint names the flag and what was expected of it. */
export const parseFlags = <Schema extends z.ZodObject>(schema: Schema, given: unknown): z.infer<Schema> => {
  const result = schema.safeParse(given);
  if (!result.success) throw complaint(result.error, nameOfFlag);
  checkFit(result.data);
  return result.data;
};

/** Where Upbit is, by the environment or by default; variables that are set to nothing count as absent. */
export const parseEnvironment = (env: Environment): z.infer<typeof environment> => {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = environment.safeParse(given);
  if (!result.success) throw complaint(result.error, (key) => key);
  return result.data;
};

const complaint = ({ issues }: z.ZodError, nameOf: (key: string) => string): UsageError => {
  const { path = [], message = 'cannot be read' } = issues[0] ?? {};
  // What is wrong with one of a list names the culprit by itself.
  return new UsageError(path.length > 1 ? message : `${nameOf(String(path[0] ?? ''))} ${message}`);
};

const nameOfFlag = (key: string): string => `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

interface Fit {
  readonly flag: string;
  /** The value another flag must have for this one to mean anything. */
  readonly needs: string;
  readonly allowed: readonly unknown[];
}

const FITS: readonly Fit[] = [
  { flag: 'interval', needs: 'channel', allowed: ['candle'] },
  { flag: 'depth', needs: 'channel', allowed: ['orderbook'] },
  { flag: 'level', needs: 'channel', allowed: ['orderbook'] },
  { flag: 'to', needs: 'channel', allowed: ['candle', 'trade'] },
  { flag: 'seed', needs: 'exchange', allowed: ['simulated'] },
];

/** A flag that would be passed over in silence is a mistake of the one who typed it. */
const checkFit = (options: Readonly<Record<string, unknown>>): void => {
  for (const { flag, needs, allowed } of FITS) {
    const rules = options[flag] !== undefined && needs in options;
    if (rules && !allowed.includes(options[needs])) {
      throw new UsageError(
        `--${flag} only goes with ${allowed.map((value) => `--${needs} ${String(value)}`).join(' or ')}`,
      );
    }
  }
  if (options['speed'] !== undefined && options['replay'] === undefined) {
    throw new UsageError('--speed only goes with --replay');
  }
};
