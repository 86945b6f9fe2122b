import axios, { AxiosError, AxiosHeaders, type AxiosInstance } from 'axios';
import {
  Observable,
  Subscription,
  asyncScheduler,
  catchError,
  defer,
  map,
  of,
  retry,
  throwError,
  timeout,
  timer,
  type OperatorFunction,
  type SchedulerLike,
} from 'rxjs';
import { InvalidRequestError } from '../errors.js';
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

/** What became of an alert. */
export type Delivery =
  | { readonly outcome: 'delivered'; readonly alert: Alert; readonly tries: number }
  | { readonly outcome: 'failed'; readonly alert: Alert; readonly tries: number; readonly reason: string }
  /** `dropped`: how many have been so far. */
  | { readonly outcome: 'dropped'; readonly alert: Alert; readonly dropped: number };

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
    new Observable((subscriber) => {
      const waiting: Alert[] = [];
      let sending = Subscription.EMPTY;
      let isBusy = false;
      let isOver = false;
      let dropped = 0;

      const sendNext = (): void => {
        const alert = waiting.shift();
        isBusy = alert !== undefined;
        if (alert === undefined) {
          if (isOver) subscriber.complete();
          return;
        }
        const delivery = deliver(alert).subscribe({
          next: (result) => subscriber.next(result),
          error: (error: unknown) => subscriber.error(error),
          complete: sendNext,
        });
        // What cannot even be sent has ended by now, and the next one may be under way.
        if (!delivery.closed) sending = delivery;
      };
      subscriber.add(
        source.subscribe({
          next: (alert) => {
            const [oldest] = waiting.length < queue ? [] : waiting.splice(0, 1);
            waiting.push(alert);
            if (!isBusy) sendNext();
            if (oldest !== undefined) subscriber.next({ outcome: 'dropped', alert: oldest, dropped: (dropped += 1) });
          },
          error: (error: unknown) => subscriber.error(error),
          complete: () => {
            isOver = true;
            if (!isBusy) subscriber.complete();
          },
        }),
      );
      return () => sending.unsubscribe();
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
