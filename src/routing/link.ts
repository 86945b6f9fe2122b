import {
  ReplaySubject,
  Subject,
  asyncScheduler,
  catchError,
  concat,
  defer,
  map,
  of,
  share,
  startWith,
  tap,
  throwError,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { toMarketDataError, type MarketDataError } from '../errors.js';
import type { ConnectionState } from '../model/signals.js';
import type { Connection } from '../sources/source.js';
import { backoff, type BackoffPolicy } from './backoff.js';

/** The state of an exchange's one shared connection. */
export type Link =
  | { readonly state: 'connecting' }
  | { readonly state: 'up'; readonly connection: Connection; /** ms UTC */ readonly since: number }
  | { readonly state: 'down'; readonly error: MarketDataError };

export interface LinkOptions {
  readonly reconnect: BackoffPolicy;
  /** Told every state, and `undefined` when the last user has left. */
  readonly state?: LinkState;
  readonly scheduler?: SchedulerLike;
  readonly random?: () => number;
}

/**
 * Keeps one connection for everybody who subscribes: opened with the first, closed with the last, tried again with
 * backoff when it is lost. Whoever subscribes is told the present state at once.
 *
 * Errors when trying again would be pointless: the exchange refused the subscription itself.
 */
export const keepConnected = (
  connect: () => Observable<Connection>,
  { reconnect, state = new LinkState(), scheduler = asyncScheduler, random = Math.random }: LinkOptions,
): Observable<Link> =>
  defer(connect).pipe(
    map((connection): Link => ({ state: 'up', connection, since: scheduler.now() })),
    catchError((cause: unknown) => {
      const error = toMarketDataError(cause);
      return concat(
        of<Link>({ state: 'down', error }),
        throwError(() => error),
      );
    }),
    backoff(reconnect, { scheduler, random }),
    startWith<Link>({ state: 'connecting' }),
    tap<Link>({ next: (link) => state.set(link), finalize: () => state.set(undefined) }),
    share({ connector: () => new ReplaySubject<Link>(1) }),
  );

/** The latest state of a link, for those who must know it without subscribing; `undefined` while nobody uses it. */
export class LinkState {
  private link: Link | undefined;
  private readonly changed$ = new Subject<Link | undefined>();

  /** Each new state, not repetitions of the same. Hot. */
  readonly changes$: Observable<Link | undefined> = this.changed$.asObservable();

  set(link: Link | undefined): void {
    const isNew = link?.state !== this.link?.state;
    this.link = link;
    if (isNew) this.changed$.next(link);
  }

  get current(): Link | undefined {
    return this.link;
  }

  /** Whether something received at `receivedAt` came over the connection that is up now, so nothing newer was missed. */
  covers(receivedAt: number): boolean {
    return this.link?.state === 'up' && receivedAt >= this.link.since;
  }
}

/** A link in words: `idle` while nobody uses it, and why it is down. */
export const describeLink = (
  link: Link | undefined,
): { readonly state: ConnectionState; readonly reason?: string } => ({
  state: link?.state ?? 'idle',
  ...(link?.state === 'down' ? { reason: link.error.message } : {}),
});
