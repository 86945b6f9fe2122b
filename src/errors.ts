/**
 * Every way this package fails, as a value that can be asked instead of a message that must be read.
 * `code` says what went wrong, `retryable` whether the same call can succeed later, `details` holds the numbers.
 */
export type ErrorCode =
  /** The caller asked for something that cannot be served: a malformed market, an unknown interval, a bad option. */
  | 'INVALID_REQUEST'
  /** The exchange does not know the market (unlisted, delisted or misspelt). */
  | 'UNKNOWN_MARKET'
  /** A socket could not be opened, or closed, or went silent past its bound. */
  | 'SOCKET_LOST'
  /** The exchange refused the subscription itself; sending it again would be refused again. */
  | 'SUBSCRIPTION_REFUSED'
  /** An HTTP request got no usable answer: no connection, no reply in time, or a status of 400 and above. */
  | 'HTTP_FAILED'
  /** Over the exchange's request budget (HTTP 429); nothing may be sent in that group until the next second. */
  | 'RATE_LIMITED'
  /** Blocked by the exchange (HTTP 418); nothing may be sent at all until the block ends. */
  | 'BLOCKED'
  /** A frame or body that does not have the shape the exchange documents. */
  | 'BAD_PAYLOAD'
  /** A tier gave no answer within its time limit. */
  | 'TIER_TIMEOUT'
  /** A tier answered some of the markets asked for, not all. */
  | 'PARTIAL_ANSWER'
  /** No tier answered. */
  | 'ALL_TIERS_FAILED'
  /** The place candles are stored in cannot be opened, read or written. */
  | 'STORE_FAILED'
  /** A bounded place is full and nothing in it may be let go. */
  | 'CAPACITY'
  /** The engine was closed. */
  | 'CLOSED';

interface ErrorFacts {
  readonly code: ErrorCode;
  /** True when the same call may succeed later without any change by the caller. */
  readonly retryable: boolean;
  /** The numbers and names behind the message, for machines. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The one base class: `error instanceof MarketDataError` holds for everything this package throws or emits as an error. */
export class MarketDataError extends Error {
  override readonly name: string = 'MarketDataError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, { code, retryable, details = {}, cause }: ErrorFacts) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.retryable = retryable;
    this.details = details;
  }
}

/** A request that can never be served as it stands; the message names the value and what was expected. */
export class InvalidRequestError extends MarketDataError {
  override readonly name = 'InvalidRequestError';

  constructor(message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message, { code: 'INVALID_REQUEST', retryable: false, details });
  }
}

/** One tier's try within a routed request. */
export interface Attempt {
  readonly tier: string;
  /** `missed`: the tier had nothing to offer; `failed`: it tried and could not; `answered`: it served the request. */
  readonly outcome: 'answered' | 'missed' | 'failed';
  /** Why it missed or failed, or what the answer rests on. */
  readonly reason: string;
  /** Time spent in this tier, ms. */
  readonly elapsed: number;
  /** The failure itself, where there was one. */
  readonly error?: MarketDataError;
}

/** Tiers that were left alone, since trying them would only have made things worse. */
export interface HeldBack {
  /** Which, and why. */
  readonly reasons: readonly string[];
  /** When trying again may help, where that is known, ms from now. */
  readonly retryAfter: number | undefined;
}

/**
 * No tier could serve a request; `attempts` lists every tier tried, in order, with its reason. `details.retryAfter`, ms,
 * says when trying again may help, where that is known.
 */
export class AllTiersFailedError extends MarketDataError {
  override readonly name = 'AllTiersFailedError';
  readonly attempts: readonly Attempt[];

  constructor(
    subject: string,
    attempts: readonly Attempt[],
    excluded: readonly string[] = [],
    { reasons, retryAfter }: HeldBack = { reasons: [], retryAfter: undefined },
  ) {
    const failures = attempts.flatMap(({ error }) => error ?? []);
    const hopeless = failures.some(({ code }) => isTheCallers(code));
    const tried = attempts.map(({ tier, reason, elapsed }) => `${tier}: ${reason} (${elapsed} ms)`);
    const list = [...tried, ...reasons].join('; ');
    super(`no tier could serve ${subject}: ${list === '' ? `none was eligible: ${excluded.join('; ')}` : list}`, {
      code: 'ALL_TIERS_FAILED',
      retryable: (failures.length > 0 || reasons.length > 0) && !hopeless,
      details: {
        failures: failures.map(({ code, details }) => ({ code, ...details })),
        ...(retryAfter === undefined ? {} : { retryAfter }),
      },
      cause: failures.at(-1),
    });
    this.attempts = attempts;
  }
}

/** Whether a failure lies in what was asked, so that no other tier and no later try can answer it. */
export const isTheCallers = (code: ErrorCode): boolean => code === 'UNKNOWN_MARKET' || code === 'INVALID_REQUEST';

/** Whether something failed because the exchange does not list its market. */
export const isUnlisted = (error: unknown): boolean =>
  error instanceof AllTiersFailedError && error.attempts.some((attempt) => attempt.error?.code === 'UNKNOWN_MARKET');

/** Any thrown value as a `MarketDataError`, so that routing can ask it. */
export const toMarketDataError = (error: unknown): MarketDataError =>
  error instanceof MarketDataError
    ? error
    : new MarketDataError(error instanceof Error ? error.message : String(error), {
        code: 'BAD_PAYLOAD',
        retryable: false,
        cause: error,
      });
