import { InvalidRequestError } from '../errors.js';
import { parseInterval, type Interval, type IntervalName } from '../model/interval.js';
import { isMarketCode, type MarketCode } from '../model/market.js';
import {
  CONTEXTS,
  PRIORITIES,
  type DataRequest,
  type Priority,
  type UsageContext,
  type Via,
} from '../model/request.js';
import type { Channel } from '../model/topic.js';

/** What a caller may say about any fetch. */
export interface FetchOptions {
  /** What the data are for; decides the preferred tiers and the default of `maxAge`. Default `trading`. */
  readonly context?: UsageContext;
  /** Whether you will react at once; prefers live tiers. Default: true for `trading` and `monitoring`. */
  readonly realtime?: boolean;
  /**
   * Oldest acceptable cached answer, ms. The last value of a live stream that is up is fresh whatever its age. Default:
   * 1,000 for `trading`, 2,000 `monitoring`, 5,000 `scanning`, 60,000 otherwise. 0 accepts nothing from any cache, the
   * hot one included: the exchange is asked.
   */
  readonly maxAge?: number;
  /** Allow only REST, or only the socket. Default `auto`. */
  readonly via?: Via;
  /**
   * Place among those who wait for the exchange's request budget: critical before high before normal before low, none of
   * which starves. Default: high for `trading`, normal for `monitoring` and `scanning`, low otherwise.
   */
  readonly priority?: Priority;
}

export interface BookOptions {
  /** Price levels on each side, 1 to 30. Default 30. */
  readonly depth?: number;
  /** Price grouping in quote currency, one the exchange supports for the market. Default 0, the raw book. */
  readonly level?: number;
}

export interface HistoryOptions {
  /** How many; more than the exchange gives at once is fetched in pages. Default 1, the latest. */
  readonly count?: number;
  /** Only what lies strictly before this instant: a `Date`, or ms UTC. Default now. */
  readonly to?: Date | number;
}

/** Everything a fetch can be told; which parts make sense depends on the channel. */
export interface RequestInput extends FetchOptions, BookOptions, HistoryOptions {
  readonly channel: Channel;
  /** Quote-base codes, e.g. `['KRW-BTC']`. */
  readonly markets: readonly string[];
  /** Candles only, e.g. `1m`; Upbit's `60m` and `240m` are understood. Default `1m`. */
  readonly interval?: IntervalName;
}

const VIAS: readonly Via[] = ['auto', 'rest', 'websocket'];

const MAX_AGE: Readonly<Record<UsageContext, number>> = {
  trading: 1_000,
  monitoring: 2_000,
  scanning: 5_000,
  backtesting: 60_000,
  research: 60_000,
  maintenance: 60_000,
};

const PRIORITY: Readonly<Record<UsageContext, Priority>> = {
  trading: 'high',
  monitoring: 'normal',
  scanning: 'normal',
  backtesting: 'low',
  research: 'low',
  maintenance: 'low',
};

/** Checks a request and fills in every default; throws `InvalidRequestError` that names the value and what was expected. */
export const completeRequest = (exchange: string, input: RequestInput): DataRequest => {
  const { channel, context = 'trading', via = 'auto', depth, level } = input;
  if (!Array.isArray(input.markets)) throw expected('markets', 'a list of market codes', input.markets);
  if (!VIAS.includes(via)) throw expected('via', `one of ${VIAS.join(', ')}`, via);
  if (!CONTEXTS.includes(context)) throw expected('context', `one of ${CONTEXTS.join(', ')}`, context);
  const priority = input.priority ?? PRIORITY[context];
  if (!PRIORITIES.includes(priority)) throw expected('priority', `one of ${PRIORITIES.join(', ')}`, priority);
  if (input.markets.length === 0) throw new InvalidRequestError('a request needs at least one market, e.g. KRW-BTC');
  const count = input.count ?? 1;
  if (!Number.isInteger(count) || count < 1) throw expected('count', 'a whole number of 1 or more', count);
  const maxAge = input.maxAge ?? MAX_AGE[context];
  if (!(maxAge >= 0)) throw expected('maxAge', 'milliseconds, 0 or more', maxAge);
  checkBook({ ...(depth === undefined ? {} : { depth }), ...(level === undefined ? {} : { level }) });
  const to = input.to === undefined ? undefined : Number(input.to);
  if (to !== undefined && !(Math.abs(to) <= 8.64e15)) throw expected('to', 'a Date or ms UTC', input.to);
  return {
    exchange,
    channel,
    markets: [...new Set(input.markets.map(toMarketCode))],
    ...(channel === 'candle' ? { interval: toInterval(input.interval ?? '1m') } : {}),
    ...(channel === 'orderbook' && depth !== undefined ? { depth } : {}),
    ...(channel === 'orderbook' && level !== undefined ? { level } : {}),
    ...(to === undefined ? {} : { to }),
    count,
    context,
    realtime: input.realtime ?? (context === 'trading' || context === 'monitoring'),
    maxAge,
    via,
    priority,
  };
};

/** The text as a market code; throws when it cannot be one. */
export const toMarketCode = (text: string): MarketCode => {
  if (typeof text !== 'string') throw expected('market', 'a code such as KRW-BTC', text);
  if (isMarketCode(text)) return text;
  const [quote = '', base = ''] = text.toUpperCase().split(/[-/_ ]/);
  const hint = isMarketCode(`${quote}-${base}`) ? `; did you mean ${quote}-${base}?` : '';
  throw new InvalidRequestError(`'${text}' is not a market: expected QUOTE-BASE in upper case, e.g. KRW-BTC${hint}`, {
    market: text,
  });
};

/** The text as an interval; throws when it is none. */
export const toInterval = (text: string): Interval => {
  const interval = parseInterval(text);
  if (interval === undefined) throw expected('interval', 'one of 1s 1m 3m 5m 10m 15m 30m 1h 4h 1d 1w 1M 1y', text);
  return interval;
};

/** Throws when a depth or level is out of range. */
export const checkBook = ({ depth, level }: BookOptions): void => {
  if (depth !== undefined && !(Number.isInteger(depth) && depth >= 1 && depth <= 30)) {
    throw expected('depth', 'a whole number from 1 to 30', depth);
  }
  if (level !== undefined && !(level >= 0 && level < Infinity))
    throw expected('level', 'a price step of 0 or more', level);
};

const expected = (name: string, what: string, value: unknown): InvalidRequestError =>
  new InvalidRequestError(`${name} must be ${what}, not ${shown(value)}`, { [name]: value });

/** A value for a message, also one that cannot become text. */
const shown = (value: unknown): string => {
  try {
    return String(value);
  } catch {
    return typeof value;
  }
};
