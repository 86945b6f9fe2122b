import { MarketDataError } from '../errors.js';

export const closedError = (): MarketDataError =>
  new MarketDataError('the candle store is closed', { code: 'CLOSED', retryable: false });

/** The place the candles are in fails; `details` says which, and what its own name for it is. */
export const storeFailed = (
  message: string,
  {
    retryable = false,
    details = {},
    cause,
  }: { retryable?: boolean; details?: Readonly<Record<string, unknown>>; cause?: unknown } = {},
): MarketDataError => new MarketDataError(message, { code: 'STORE_FAILED', retryable, details, cause });
