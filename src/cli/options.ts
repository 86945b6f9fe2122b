import { z } from 'zod';
import { INTERVALS, openTimeOf, parseInterval, type Interval } from '../model/interval.js';
import { CONTEXTS } from '../model/request.js';
import { CHANNELS } from '../model/topic.js';
import { GRACE } from '../store/backfill/plan.js';
import { windowsBack } from '../store/windows.js';
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

const interval = z.string().transform((given, context): Interval => {
  const known = parseInterval(given);
  if (known !== undefined) return known;
  context.addIssue({ code: 'custom', message: `must be one of ${INTERVALS.join(' ')}` });
  return z.NEVER;
});

const topicFlags = {
  channel: oneOf(CHANNELS).default('ticker'),
  interval: interval.exactOptional(),
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

/** Which candles of which markets are meant, and where they are stored. */
const seriesFlags = {
  ...exchangeFlags,
  markets: z
    .array(market)
    .min(1)
    .transform((given) => [...new Set(given)]),
  interval: interval.default('1m'),
  from: instant.exactOptional(),
  to: instant.exactOptional(),
  days: wholeNumber(1, 36_500).exactOptional(),
  store: z.string().min(1).exactOptional(),
};

export const FORMATS = ['table', 'json', 'csv', 'parquet'] as const;

export const candlesOptions = z.object({
  ...seriesFlags,
  format: oneOf(FORMATS).exactOptional(),
  output: z.string().min(1).exactOptional(),
});
export type CandlesOptions = z.infer<typeof candlesOptions>;

export const backfillOptions = z.object(seriesFlags);
export type BackfillOptions = z.infer<typeof backfillOptions>;

export const verifyOptions = z.object({ ...seriesFlags, sample: wholeNumber(0, 100_000).default(5) });
export type VerifyOptions = z.infer<typeof verifyOptions>;

const DAY = 86_400_000;

/** The time a command is about, ms UTC: from `--from` or `--days` before the end, to `--to` or now. */
export const timeOf = (
  { from, to, days, interval }: Pick<BackfillOptions, 'from' | 'to' | 'days' | 'interval'>,
  now: number,
  otherwise: { readonly days: number } | { readonly candles: number },
): { readonly from: number; readonly to: number } => {
  if (from !== undefined && days !== undefined)
    throw new UsageError('--days does not go with --from: it is one or the other');
  const end = to?.getTime() ?? now;
  if (from !== undefined && from.getTime() >= end) {
    throw new UsageError(`--from must lie before ${to === undefined ? 'now' : '--to'}, not at ${from.toISOString()}`);
  }
  if (from !== undefined) return { from: from.getTime(), to: end };
  if (days === undefined && 'candles' in otherwise) {
    const newest = openTimeOf(interval, Math.min(end, now - GRACE));
    return { from: windowsBack(interval, newest, otherwise.candles), to: end };
  }
  return { from: end - (days ?? ('days' in otherwise ? otherwise.days : 1)) * DAY, to: end };
};

const environment = z
  .object({
    UPBIT_REST_URL: address(['http:', 'https:'], UPBIT_REST_URL).optional(),
    UPBIT_WS_URL: address(['ws:', 'wss:'], UPBIT_WS_URL).optional(),
  })
  .transform(({ UPBIT_REST_URL: rest, UPBIT_WS_URL: ws }, context) => {
    if (rest === undefined && ws === undefined) return { UPBIT_REST_URL, UPBIT_WS_URL };
    if (rest !== undefined && ws !== undefined) return { UPBIT_REST_URL: rest, UPBIT_WS_URL: ws };
    const [missing, given] =
      ws === undefined ? (['UPBIT_WS_URL', 'UPBIT_REST_URL'] as const) : (['UPBIT_REST_URL', 'UPBIT_WS_URL'] as const);
    const message = `must be set where ${given} is: they are two halves of one exchange`;
    context.addIssue({ code: 'custom', path: [missing], message });
    return z.NEVER;
  });

/** The flags of a command, checked; the complaint names the flag and what was expected of it. */
export const parseFlags = <Schema extends z.ZodObject>(schema: Schema, given: unknown): z.infer<Schema> => {
  const result = schema.safeParse(given);
  if (!result.success) throw complaint(result.error, nameOfFlag);
  checkFit(result.data);
  return result.data;
};

/** Where Upbit is, by the environment or by default: both addresses or none. Variables set to nothing count as absent. */
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
