import { describe, it } from '@jest/globals';
import type { z } from 'zod';
import { UsageError } from '../../src/cli/failure.js';
import { fetchOptions, parseEnvironment, parseFlags, simulateOptions, watchOptions } from '../../src/cli/options.js';
import { InvalidRequestError } from '../../src/errors.js';
import { CHANNELS } from '../../src/model/topic.js';
import { completeRequest } from '../../src/routing/complete-request.js';
import { count, expectAll, fuzz, must } from './cases.js';
import { harm } from './mutations.js';
import type { Random } from './random.js';

const TEXTS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  exchange: ['upbit', 'simulated'],
  channel: ['ticker', 'trade', 'orderbook', 'candle'],
  interval: ['1m', '60m', '1h', '1d', '1M'],
  seed: ['7', '0', '4294967295'],
  depth: ['1', '15', '30'],
  level: ['0', '10000', '0.5'],
  for: ['10s', '500ms', '5m', '1h', '1.5h'],
  count: ['1', '200', '1e3'],
  to: ['2026-09-01T00:00:00Z', '2026-09-01', '2026-09-01T09:00:00+09:00', '2026-09-01T00:00:00.123Z'],
  context: ['trading', 'research'],
  via: ['auto', 'rest', 'websocket'],
  maxAge: ['200', '1s', '0'],
  port: ['8080', '0', '65535'],
  activity: ['1', '0.5'],
  speed: ['0', '10'],
  replay: ['capture.jsonl'],
};
const MARKETS = ['KRW-BTC', 'krw-btc', 'BTC/KRW', 'KRW-BTC.15', 'USDT-XRP', 'BTC-KRW', 'KRWBTC'] as const;
const URLS = [
  'https://api.upbit.com/v1',
  'wss://api.upbit.com/websocket/v1',
  'http://127.0.0.1:8080/v1/',
  'ws://[::1]:1/',
] as const;
interface CommandLine {
  readonly schema: z.ZodObject;
  readonly flags: readonly string[];
}

const COMMANDS: readonly [CommandLine, ...CommandLine[]] = [
  { schema: watchOptions, flags: ['exchange', 'channel', 'interval', 'seed', 'depth', 'level', 'for', 'count'] },
  {
    schema: fetchOptions,
    flags: ['exchange', 'channel', 'interval', 'depth', 'level', 'count', 'to', 'context', 'via', 'maxAge'],
  },
  { schema: simulateOptions, flags: ['port', 'seed', 'activity', 'speed', 'replay'] },
];

const spoil = (texts: readonly [string, ...string[]], random: Random): string => {
  const text = random.pick(texts);
  return random.chance(0.6) ? text : harm(text, random.pick(texts), random).toString();
};

/** What every accepted value is, whatever was typed. */
const checkValue = (value: unknown): void => {
  if (typeof value === 'number') must(Number.isFinite(value) && value >= 0, `the number ${value}`);
  if (value instanceof Date) must(Number.isFinite(value.getTime()), 'a date that is none');
};

describe('a fuzzed command line', () => {
  it('is understood, or refused in one line', () => {
    const seen = new Map<string, number>();
    fuzz(
      (random) => {
        const { schema, flags } = random.pick(COMMANDS);
        const given = flags.filter(() => random.chance(0.3)).map((flag) => [flag, spoil(TEXTS[flag] ?? [''], random)]);
        const markets = Array.from({ length: 1 + random.below(2) }, () => spoil(MARKETS, random));
        return { schema, given: { ...Object.fromEntries(given), markets } as Readonly<Record<string, unknown>> };
      },
      ({ schema, given }) => {
        try {
          const options = parseFlags(schema, given);
          Object.values(options).forEach(checkValue);
          const { markets } = options;
          if (Array.isArray(markets)) {
            must(
              markets.every((market) => /^[A-Z0-9]+-[A-Z0-9]+$/.test(String(market))),
              'a market that is none',
            );
          }
          count(seen, 'understood');
        } catch (error) {
          if (!(error instanceof UsageError)) throw error;
          count(seen, 'refused');
        }
      },
    );
    expectAll(seen, 'understood', 'refused');
  });

  it('gets addresses from the environment that can be opened, or is refused', () => {
    const seen = new Map<string, number>();
    fuzz(
      (random) => ({ UPBIT_REST_URL: spoil(URLS, random), UPBIT_WS_URL: spoil(URLS, random) }),
      (env) => {
        try {
          const { UPBIT_REST_URL: rest, UPBIT_WS_URL: socket } = parseEnvironment(env);
          must(
            /^https?:$/.test(new URL(rest).protocol) && /^wss?:$/.test(new URL(socket).protocol),
            `${rest} ${socket}`,
          );
          count(seen, 'understood');
        } catch (error) {
          if (!(error instanceof UsageError)) throw error;
          count(seen, 'refused');
        }
      },
    );
    expectAll(seen, 'understood', 'refused');
  });
});

describe('a fuzzed request', () => {
  const ODD: readonly [unknown, ...unknown[]] = [
    ...([undefined, null, 0, -1, 1.5, NaN, Infinity, 1e21, 2 ** 53, '', '1', 'x', true, [], {}, [[]]] as const),
    ...['__proto__', 'constructor', new Date(NaN), new Date(0), 5n],
  ];
  const GOOD: readonly (readonly [string, unknown])[] = [
    ...(['count', 'depth', 'level', 'maxAge', 'to'] as const).map((key) => [key, 5] as const),
    ...(['interval', 'context', 'via'] as const).map((key, i) => [key, ['1m', 'trading', 'auto'][i]] as const),
    ['realtime', true],
  ];

  it('is completed, or refused with what was expected', () => {
    const seen = new Map<string, number>();
    fuzz(
      (random) => {
        const fields = GOOD.filter(() => random.chance(0.3));
        const given = fields.map(([key, value]) => [key, random.chance(0.8) ? value : random.pick(ODD)] as const);
        const channel = random.pick(CHANNELS);
        return {
          ...Object.fromEntries(given),
          channel,
          markets: random.chance(0.9) ? [spoil(MARKETS, random)] : [random.pick(['', 'KRW-', '-'])],
        };
      },
      (input) => {
        try {
          const { markets, count: rows, maxAge } = completeRequest('upbit', input);
          must(markets.length === 1 && rows >= 1 && maxAge >= 0, `${markets.join()} ${rows} ${maxAge}`);
          count(seen, 'completed');
        } catch (error) {
          if (!(error instanceof InvalidRequestError)) throw error;
          count(seen, 'refused');
        }
      },
    );
    expectAll(seen, 'completed', 'refused');
  });
});
