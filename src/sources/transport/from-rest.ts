import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { AxiosError, type AxiosInstance, type AxiosResponse } from 'axios';
import axiosRetry from 'axios-retry';
import { Observable, firstValueFrom, fromEvent, takeUntil } from 'rxjs';
import { MarketDataError, toMarketDataError } from '../../errors.js';

/** One GET: `query` values are percent-encoded, absent ones left out. */
export interface RestRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, string | number | boolean | undefined>>;
  /** The budget it is charged to. */
  readonly group: string;
}

export interface RestReply {
  readonly body: string;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface RestOptions {
  /** E.g. `https://api.upbit.com/v1`. */
  readonly baseUrl: string;
  /** Emits when one more request of the group may be sent. It sits below the retries, since a retry spends budget too. */
  readonly permit: (group: string) => Observable<void>;
  /** Called with every reply, good or bad, before anything else happens with it. */
  readonly learn: (group: string, status: number, headers: RestReply['headers'], body: string) => void;
  /** Longest wait for a reply, counted from sending, ms. Default 5,000. */
  readonly timeout?: number;
  /** Further tries after a network failure, a 429 or a status of 500 and above. Default 2. */
  readonly retries?: number;
  /** Randomness for the jitter of retry delays, 0 to 1. Default `Math.random`. */
  readonly random?: () => number;
}

declare module 'axios' {
  interface AxiosRequestConfig {
    budgetGroup?: string;
  }
}

const MAX_BODY = 32 * 1_048_576;

/** A keep-alive REST client as a function from request to Observable: sends on subscribe, aborts on unsubscribe. */
export const fromRest = (options: RestOptions): ((request: RestRequest) => Observable<RestReply>) => {
  const client = buildClient(options);
  return (request) =>
    new Observable((subscriber) => {
      const abort = new AbortController();
      client
        .get<string>(urlOf(request), { signal: abort.signal, budgetGroup: request.group })
        .then(({ data, headers }) => {
          subscriber.next({ body: data, headers });
          subscriber.complete();
        })
        .catch((error: unknown) => subscriber.error(failure(error, request)));
      return () => abort.abort();
    });
};

const buildClient = ({ baseUrl, permit, learn, ...options }: RestOptions): AxiosInstance => {
  const { timeout = 5_000, retries = 2, random = Math.random } = options;
  const client = axios.create({
    baseURL: baseUrl,
    timeout,
    responseType: 'text',
    transformResponse: [],
    maxContentLength: MAX_BODY,
    // The socket would not go through a proxy; half a feed through one is worse than a clear failure.
    proxy: false,
    httpAgent: new HttpAgent({ keepAlive: true }),
    httpsAgent: new HttpsAgent({ keepAlive: true }),
  });
  client.interceptors.request.use(async (config) => {
    const signal = config.signal as AbortSignal;
    // Given up before another try; axios sees the signal by itself, and no permit is spent.
    if (signal.aborted) return config;
    const aborted$ = fromEvent(signal, 'abort');
    // `undefined` when it was aborted while waiting.
    await firstValueFrom(permit(config.budgetGroup ?? '').pipe(takeUntil(aborted$)), { defaultValue: undefined });
    return config;
  });
  const tell = (response: AxiosResponse<string>): void =>
    learn(response.config.budgetGroup ?? '', response.status, response.headers, response.data);
  client.interceptors.response.use(
    (response: AxiosResponse<string>) => {
      tell(response);
      return response;
    },
    (error: unknown) => {
      if (error instanceof AxiosError && error.response !== undefined) tell(error.response as AxiosResponse<string>);
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    },
  );
  axiosRetry(client, {
    retries,
    shouldResetTimeout: true,
    // A block outlasts any retry, and trying makes it longer.
    retryCondition: (error) => error.response?.status !== 418 && toHttpError(error).retryable,
    retryDelay: (attempt) => Math.min(2_000, 100 * 2 ** attempt) * (0.5 + random() / 2),
  });
  return client;
};

const urlOf = ({ path, query }: RestRequest): string => {
  const pairs = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : `${key}=${encodeURIComponent(value)}`,
  );
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
};

const failure = (error: unknown, { path }: RestRequest): MarketDataError =>
  error instanceof AxiosError ? toHttpError(error, path) : toMarketDataError(error);

/** Axios keeps headers and configuration on its errors; only what is needed to judge the failure leaves this file. */
const toHttpError = (error: AxiosError, path = error.config?.url ?? ''): MarketDataError => {
  const status = error.response?.status;
  const subject = `GET ${path}`;
  if (status === undefined) {
    return new MarketDataError(`${subject} got no reply: ${error.message || (error.code ?? 'connection failed')}`, {
      code: 'HTTP_FAILED',
      retryable: error.code !== 'ERR_CANCELED',
      details: { reason: error.code },
    });
  }
  const data: unknown = error.response?.data;
  const body = typeof data === 'string' ? data.slice(0, 200) : '';
  return new MarketDataError(`${subject} answered HTTP ${status}: ${body}`, {
    code: status === 429 ? 'RATE_LIMITED' : status === 418 ? 'BLOCKED' : 'HTTP_FAILED',
    retryable: status === 429 || status === 418 || status >= 500,
    details: { status, body },
  });
};
