import { AxiosError } from 'axios';
import { MarketDataError } from '../../errors.js';

/** No reply in time. It was asked for again beside while it lasted, so another try would tell nothing new. */
export const isTimeout = (error: unknown): boolean => error instanceof AxiosError && error.code === 'ECONNABORTED';

/** Whether the same request may succeed later. */
export const isRetryable = ({ code, response }: Pick<AxiosError, 'code' | 'response'>): boolean => {
  const status = response?.status;
  return status === undefined ? code !== 'ERR_CANCELED' : status === 429 || status === 418 || status >= 500;
};

/** Axios keeps headers and configuration on its errors; only what is needed to judge the failure leaves this file. */
export const httpError = (error: AxiosError, path: string): MarketDataError => {
  const status = error.response?.status;
  const subject = `GET ${path}`;
  const retryable = isRetryable(error);
  if (status === undefined) {
    return new MarketDataError(`${subject} got no reply: ${error.message || (error.code ?? 'connection failed')}`, {
      code: 'HTTP_FAILED',
      retryable,
      details: { reason: error.code },
    });
  }
  const data: unknown = error.response?.data;
  const body = typeof data === 'string' ? data.slice(0, 200) : '';
  const wait = error.config?.stayAway;
  return new MarketDataError(`${subject} answered HTTP ${status}: ${body}`, {
    code: status === 429 ? 'RATE_LIMITED' : status === 418 ? 'BLOCKED' : 'HTTP_FAILED',
    retryable,
    details: { status, body, ...(wait === undefined ? {} : { retryAfter: wait }) },
  });
};
