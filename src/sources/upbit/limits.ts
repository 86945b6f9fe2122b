import type { RateWindow } from '../transport/rate-limiter.js';
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
 * What we allow ourselves of the exchange's budgets. Upbit counts 10 requests per second and group; 9 in any 1,050 ms
 * cannot exceed that in any window of theirs unless the network delays some requests by 50 ms more than others.
 */
const QUOTATION: readonly RateWindow[] = [{ limit: 9, per: 1_050 }];
/** 5 handshakes a second are allowed: two for the stream, two for snapshots, so that neither keeps the other waiting. */
const HANDSHAKE: readonly RateWindow[] = [{ limit: 2, per: 1_050 }];
/** 5 messages a second and 100 a minute are allowed on one socket. */
export const SOCKET_MESSAGES: readonly RateWindow[] = [
  { limit: 4, per: 1_050 },
  { limit: 90, per: 60_000 },
];

/** Budgets of handshakes, by what the socket is for. */
export const HANDSHAKE_GROUPS = { stream: 'websocket', snapshot: 'websocket-snapshot' } as const;

export const windowsOf = (group: string): readonly RateWindow[] =>
  Object.values<string>(HANDSHAKE_GROUPS).includes(group) ? HANDSHAKE : QUOTATION;

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
export const DEFAULT_BLOCK = 60_000;

/** How long a 418 blocks us, ms: `Retry-After` or the first number of seconds in the body, capped at an hour. */
export const blockTime = (retryAfter: unknown, body: string): number => {
  const seconds = Number(retryAfter ?? /(\d+)\s*s/i.exec(body)?.[1]);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1_000, 3_600_000) : DEFAULT_BLOCK;
};
