import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { AxiosError, type AxiosInstance, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios';
import axiosRetry from 'axios-retry';
import {
  EMPTY,
  Observable,
  asyncScheduler,
  catchError,
  firstValueFrom,
  fromEvent,
  merge,
  switchMap,
  take,
  takeUntil,
  timer,
  type SchedulerLike,
  type Subscription,
  type TimestampProvider,
} from 'rxjs';
import { toMarketDataError, type MarketDataError } from '../../errors.js';
import { httpError, isRetryable, isTimeout } from './http-error.js';
import type { Settle } from './rate-limiter.js';
import { obeyed, retryAfter } from './retry-after.js';
import type { Priority } from './waiting-line.js';

/** One GET: `query` values are percent-encoded, absent ones left out. */
export interface RestRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, string | number | boolean | undefined>>;
  /** The budget it is charged to. */
  readonly group: string;
  /** Its place among those who wait for the same budget. Default `normal`. */
  readonly priority?: Priority;
}

export interface RestReply {
  readonly body: string;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, unknown>>;
}

/** What is to be learnt from a reply, good or bad. */
export interface Heard extends RestReply {
  readonly group: string;
  readonly status: number;
  /** Time since the request was sent, ms. */
  readonly age: number;
  /** What its `Retry-After` asks for, ms. */
  readonly retryAfter: number | undefined;
}

export interface RestOptions {
  /** E.g. `https://api.upbit.com/v1`. */
  readonly baseUrl: string;
  /** Emits when one more request of the group may be sent. It sits below the retries, since a retry spends budget too. */
  readonly permit: (group: string, priority: Priority) => Observable<Settle>;
  /**
   * Called with every reply before anything else happens with it. Answers how long nothing more may be asked, ms, where
   * the exchange has more to say about that than `Retry-After`.
   */
  readonly learn: (reply: Heard) => number | undefined;
  /** Longest wait for a reply, counted from sending, ms. Default 5,000. */
  readonly timeout?: number;
  /**
   * A reply that has not come after these times, ms, is asked for once more beside the first, with `low` priority: the
   * connection may be dead. Default 1,500 and 3,300.
   */
  readonly doubts?: readonly number[];
  /** Further tries after a broken connection, a 429 or a status of 500 and above. Default 2. */
  readonly retries?: number;
  /** No further try begins later than this after the first was sent, ms, also when `Retry-After` asks for it. Default 10,000. */
  readonly patience?: number;
  /** Randomness for the jitter of retry delays, 0 to 1. Default `Math.random`. */
  readonly random?: () => number;
  readonly scheduler?: SchedulerLike;
  /** Measures how long things take. Default `performance`, which nobody sets. */
  readonly clock?: TimestampProvider;
}

declare module 'axios' {
  interface AxiosRequestConfig {
    budgetGroup?: string;
    priority?: Priority;
    /** When the first try was sent. */
    firstSent?: number;
    /** How long the last reply asks to stay away, ms. */
    stayAway?: number | undefined;
  }
}

type Config = InternalAxiosRequestConfig;

const MAX_BODY = 32 * 1_048_576;
/** Time in which a reply that has arrived is sure to be read, ms. */
const LOOK = 20;
/** A reply that nobody waits for any more is heard for so long, ms: it tells what was handled, and spares the connection. */
const HEARING = 1_000;

/**
 * A keep-alive REST client as a function from request to Observable: sends on subscribe, aborts a second after unsubscribe
 * unless the reply has come by then.
 *
 * Tries again what may succeed later: after a broken connection, a 5xx, and a 429 once its group may send again, waiting
 * as long as `Retry-After` asks. Never after a 418, nor when no reply came in time. Without the time spent waiting for
 * permits, a request is over, one way or the other, within `patience + timeout`.
 */
export const fromRest = (options: RestOptions): ((request: RestRequest) => Observable<RestReply>) => {
  const client = buildClient(options);
  return (request) =>
    new Observable((subscriber) => {
      const abort = new AbortController();
      const { group, priority = 'normal' } = request;
      client
        .get<string>(urlOf(request), { signal: abort.signal, budgetGroup: group, priority })
        .then(({ data, headers }) => {
          subscriber.next({ body: data, headers });
          subscriber.complete();
        })
        .catch((error: unknown) => subscriber.error(failure(error, request)));
      return () => abort.abort();
    });
};

const buildClient = (options: RestOptions): AxiosInstance => {
  const { baseUrl, timeout = 5_000, retries = 2, patience = 10_000 } = options;
  const { random = Math.random, clock = performance } = options;
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
    adapter: oneTry(options),
  });
  axiosRetry(client, {
    retries,
    shouldResetTimeout: true,
    // A block outlasts any retry, and trying makes it longer.
    retryCondition: ({ config, ...error }) => {
      const begins = clock.now() + (config?.stayAway ?? 0);
      const inTime = begins - (config?.firstSent ?? begins) <= patience;
      return inTime && error.response?.status !== 418 && error.code !== 'ECONNABORTED' && isRetryable(error);
    },
    retryDelay: (attempt, { config }) =>
      Math.max(Math.min(2_000, 100 * 2 ** attempt) * (0.5 + random() / 2), config?.stayAway ?? 0),
  });
  return client;
};

/**
 * One try: waits for its permit, sends, and asks beside it while it doubts that a reply will come. The first reply, good
 * or bad, ends it.
 */
const oneTry = (options: RestOptions): ((config: Config) => Promise<AxiosResponse<string>>) => {
  const { permit, doubts = [1_500, 3_300], scheduler = asyncScheduler } = options;
  return (config) => {
    const { budgetGroup = '', priority = 'normal', signal } = config;
    const transmit = transmitter(config, options);
    const again = (after: number): Observable<AxiosResponse<string>> =>
      timer(after, scheduler).pipe(
        // After a pause of this very process, what has arrived meanwhile is read before anything is doubted.
        switchMap(() => timer(LOOK, scheduler)),
        // One that is refused a permit has told nothing about the one under way.
        switchMap(() => permit(budgetGroup, 'low').pipe(catchError(() => EMPTY))),
        switchMap(transmit),
      );
    const reply$ = permit(budgetGroup, priority).pipe(
      switchMap((settle) => merge(transmit(settle), ...doubts.map(again)).pipe(take(1))),
      takeUntil(fromEvent(signal as AbortSignal, 'abort')),
    );
    // Given up while it waited; axios sees the signal by itself.
    const nothing = { data: '', status: 0, statusText: '', headers: {}, config };
    return firstValueFrom(reply$, { defaultValue: nothing });
  };
};

/** Puts one request on the wire and hands on what its reply has to tell. */
const transmitter = (config: Config, { learn, ...options }: RestOptions) => {
  const { scheduler = asyncScheduler, clock = performance } = options;
  const send = axios.getAdapter('http');
  return (settle: Settle): Observable<AxiosResponse<string>> =>
    new Observable((subscriber) => {
      const abort = new AbortController();
      const start = clock.now();
      let isOver = false;
      let givingUp: Subscription | undefined;
      config.firstSent ??= start;
      const hear = ({ status, headers, data }: AxiosResponse<string>): void => {
        const wait = retryAfter(headers, scheduler.now());
        const group = config.budgetGroup ?? '';
        const age = clock.now() - start;
        config.stayAway = learn({ group, status, headers, body: data, age, retryAfter: wait }) ?? obeyed(wait);
      };
      const over = (): void => {
        isOver = true;
        givingUp?.unsubscribe();
      };
      send({ ...config, signal: abort.signal })
        .then((response: AxiosResponse<string>) => {
          over();
          hear(response);
          subscriber.next(response);
          subscriber.complete();
          settle(true);
        })
        .catch((error: unknown) => {
          over();
          // The next try starts from the same configuration, not from this one's.
          if (error instanceof AxiosError) error.config = config;
          config.stayAway = undefined;
          if (error instanceof AxiosError && error.response !== undefined)
            hear(error.response as AxiosResponse<string>);
          subscriber.error(error);
          // Given up, it may still be handled.
          settle(!isTimeout(error) && !abort.signal.aborted);
        });
      return () => {
        if (!isOver) givingUp = scheduler.schedule(() => abort.abort(), HEARING);
      };
    });
};

const urlOf = ({ path, query }: RestRequest): string => {
  const pairs = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : `${key}=${encodeURIComponent(value)}`,
  );
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
};

const failure = (error: unknown, { path }: RestRequest): MarketDataError =>
  error instanceof AxiosError ? httpError(error, path) : toMarketDataError(error);
