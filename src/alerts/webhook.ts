import axios, { AxiosError, AxiosHeaders, type AxiosInstance } from 'axios';
import {
  Observable,
  Subject,
  asyncScheduler,
  catchError,
  defer,
  map,
  merge,
  of,
  retry,
  tap,
  throwError,
  timeout,
  timer,
  type OperatorFunction,
  type SchedulerLike,
} from 'rxjs';
import { InvalidRequestError } from '../errors.js';
import { concatMapBounded } from '../routing/concat-map-bounded.js';
import type { Alert } from './alert.js';
import { redactText } from './redact.js';

export interface WebhookOptions {
  /** Sent with every alert, e.g. an authorization. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What is sent as JSON. Default the alert itself. */
  readonly body?: (alert: Alert) => unknown;
  /** Longest wait for the reply to one try, ms. Default 5,000. */
  readonly timeout?: number;
  /** Further tries after no reply, a 429 or a status of 500 and above; the first half a second later. Default 3. */
  readonly retries?: number;
  /** Most alerts that wait while one is being delivered; of more the oldest is dropped. Default 100. */
  readonly queue?: number;
  readonly scheduler?: SchedulerLike;
}

/** What became of an alert; or that the hook takes them too slowly, once when it begins and, with their number, at the end. */
export type Delivery =
  | { readonly outcome: 'delivered'; readonly alert: Alert; readonly tries: number }
  | { readonly outcome: 'failed'; readonly alert: Alert; readonly tries: number; readonly reason: string }
  | { readonly outcome: 'dropped'; readonly count: number; readonly isOver: boolean };

/** Longest time between two tries, ms. */
const LONGEST_PAUSE = 30_000;

/**
 * Posts each alert as JSON, one after the other, and tells what became of it. Never errors by itself and keeps nobody
 * waiting. When the alerts complete, it completes once the last one has been seen to; unsubscribing gives up the rest.
 *
 * Throws `InvalidRequestError` when the address is none of http or https.
 *
 * @example
 * alerts(backbone.events$).pipe(webhook('https://example.org/hook')).subscribe(({ outcome }) => console.log(outcome));
 */
export const webhook = (url: string, options: WebhookOptions = {}): OperatorFunction<Alert, Delivery> => {
  const { queue = 100 } = options;
  if (!Number.isInteger(queue) || queue < 1) {
    throw new InvalidRequestError(`queue must be a whole number of 1 or more, not ${queue}`, { queue });
  }
  const deliver = deliverer(checked(url), options);
  return (source) =>
    defer(() => {
      const dropped$ = new Subject<Delivery>();
      const delivered$ = source.pipe(
        concatMapBounded(deliver, {
          size: queue,
          overflow: 'drop-oldest',
          onLoss: ({ state, lost }) => dropped$.next({ outcome: 'dropped', count: lost, isOver: state === 'over' }),
        }),
        tap({ complete: () => dropped$.complete() }),
      );
      return merge(dropped$, delivered$);
    });
};

const checked = (url: string): string => {
  const { protocol } = URL.canParse(url) ? new URL(url) : { protocol: undefined };
  if (protocol === 'http:' || protocol === 'https:') return url;
  // The address itself may hold a secret.
  throw new InvalidRequestError(
    `the address of a webhook must start with http:// or https://, not ${protocol ?? 'something that is no address'}`,
    { protocol },
  );
};

const deliverer = (url: string, options: WebhookOptions): ((alert: Alert) => Observable<Delivery>) => {
  const { body = (alert: Alert) => alert, retries = 3, scheduler = asyncScheduler } = options;
  const client = axios.create({
    headers: new AxiosHeaders({ 'Content-Type': 'application/json', ...options.headers }),
    responseType: 'text',
    maxContentLength: 65_536,
    // An alert goes where it was sent to, and nowhere else.
    maxRedirects: 0,
    proxy: false,
  });
  return (alert) =>
    defer(() => {
      let tries = 0;
      return defer(() => {
        tries += 1;
        return post(client, url, body(alert));
      }).pipe(
        timeout({ first: options.timeout ?? 5_000, scheduler }),
        retry({
          count: retries,
          delay: (error: unknown, n) =>
            isWorthRetrying(error)
              ? timer(Math.min(LONGEST_PAUSE, 500 * 2 ** (n - 1)), scheduler)
              : throwError(() => error),
        }),
        map((): Delivery => ({ outcome: 'delivered', alert, tries })),
        catchError((error: unknown) => of<Delivery>({ outcome: 'failed', alert, tries, reason: reasonOf(error) })),
      );
    });
};

const post = (client: AxiosInstance, url: string, body: unknown): Observable<void> =>
  new Observable((subscriber) => {
    const abort = new AbortController();
    client
      .post(url, body, { signal: abort.signal })
      .then(() => {
        subscriber.next();
        subscriber.complete();
      })
      .catch((error: unknown) => subscriber.error(error));
    return () => abort.abort();
  });

const isWorthRetrying = (error: unknown): boolean => {
  if (!(error instanceof AxiosError)) return error instanceof Error && error.name === 'TimeoutError';
  const status = error.response?.status;
  return status === undefined ? error.code !== 'ERR_BAD_REQUEST' : status === 429 || status >= 500;
};

const reasonOf = (error: unknown): string => {
  if (error instanceof AxiosError && error.response !== undefined) return `HTTP ${error.response.status}`;
  return redactText(error instanceof Error ? error.message || error.name : String(error));
};
