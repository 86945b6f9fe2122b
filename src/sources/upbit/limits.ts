import type { Budget, Group, RateWindow } from '../transport/budget.js';
import type { RateLimiter } from '../transport/rate-limiter.js';
import type { Channel } from '../../model/topic.js';

/** Largest `count` one candle call honours; more is silently cut. */
export const CANDLE_PAGE = 200;
/** Largest `count` one trades call honours; more is silently cut. */
export const TRADE_PAGE = 500;
/** Trades are kept for today and this many UTC days before it. */
export const TRADE_HISTORY_DAYS = 7;
/** Markets per multi-market call; the codes of 400 fit in 4 KB of URL. */
export const MARKETS_PER_CALL = 400;
/** Depths the socket offers; any other is served as 30. */
export const SOCKET_DEPTHS = [1, 5, 15, 30] as const;

/**
 * What we allow ourselves of the exchange's budgets. Upbit counts 10 requests per second and group, by its own seconds or
 * any; nine are handled in any 1,010 ms, since each counts until that long after its answer.
 */
const QUOTATION: readonly RateWindow[] = [{ limit: 9, per: 1_010 }];
/** 5 handshakes a second are allowed. */
const HANDSHAKES: readonly RateWindow[] = [{ limit: 4, per: 1_010 }];
/** 5 messages a second and 100 a minute are allowed on one socket. */
const MESSAGES: readonly RateWindow[] = [
  { limit: 4, per: 1_050 },
  { limit: 90, per: 60_000 },
];

/** The budget of handshakes. */
export const HANDSHAKE = 'websocket';

/** The budget of any group: a symbol stands for the messages of one socket, a name for what is counted by address. */
export const budgetOf = (group: Group): Budget => {
  if (typeof group === 'symbol') return { windows: MESSAGES, scope: group };
  return { windows: group === HANDSHAKE ? HANDSHAKES : QUOTATION, scope: 'address' };
};

const GROUPS: Readonly<Record<Channel, string>> = {
  ticker: 'ticker',
  trade: 'trades',
  orderbook: 'orderbook',
  candle: 'candles',
};

/** The budget a channel's REST calls are charged to. */
export const groupOf = (channel: Channel): string => GROUPS[channel];

/** Requests left in the current second by the `Remaining-Req` header, or `undefined` when it is absent or unreadable. */
export const remainingRequests = (header: unknown): number | undefined => {
  const [, seconds] = typeof header === 'string' ? (/\bsec\s*=\s*(\d+)/i.exec(header) ?? []) : [];
  return seconds === undefined ? undefined : Number(seconds);
};

/** Block length when the exchange does not say. */
const DEFAULT_BLOCK = 60_000;

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, 초: 1, 분: 60, 시간: 3_600 };

/** How long a 418 blocks us, ms: `Retry-After` or the first time named in the body, at most an hour. */
export const blockTime = (retryAfter: number | undefined, body: string): number => {
  const [, count, unit = ''] = /(\d+)\s*(s|m(?!s)|h|초|분|시간)/i.exec(body.slice(0, 2_000)) ?? [];
  const named = Number(count) * (UNITS[unit.toLowerCase()] ?? 1) * 1_000;
  const wait = retryAfter ?? (named > 0 ? named : DEFAULT_BLOCK);
  return Math.min(wait, 3_600_000);
};

/** How long a 429 stops its group, ms: until the next second, or as `Retry-After` asks, at most a minute. */
const stopTime = (retryAfter = 0): number => Math.min(Math.max(retryAfter, 1_050), 60_000);

/** What a reply of the exchange says about budgets, beside its body. */
export interface Verdict {
  readonly group: Group;
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  /** Time since it was asked, ms. */
  readonly age?: number;
  /** What its `Retry-After` asks for, ms. */
  readonly retryAfter: number | undefined;
}

/** Heeds what a reply says about budgets; answers how long nothing more may be asked, ms, where it says so. */
export const heed = (limiter: RateLimiter, { group, status, headers, ...reply }: Verdict): number | undefined => {
  const remaining = remainingRequests(headers['remaining-req']);
  if (remaining !== undefined) limiter.learn(group, remaining, reply.age);
  if (status < 400) limiter.resume(group);
  if (status === 429) {
    const ms = stopTime(reply.retryAfter);
    limiter.stop(group, ms);
    return ms;
  }
  if (status !== 418) return undefined;
  const ms = blockTime(reply.retryAfter, reply.body);
  limiter.block(group, ms);
  return ms;
};
