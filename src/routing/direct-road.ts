import {
  ReplaySubject,
  asyncScheduler,
  catchError,
  defer,
  forkJoin,
  map,
  share,
  switchMap,
  take,
  tap,
  throwError,
  throwIfEmpty,
  timeout,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { AllTiersFailedError, MarketDataError, isTheCallers, toMarketDataError, type Attempt } from '../errors.js';
import type { MarketEvent } from '../model/events.js';
import { isLatest, topicOf, type DataRequest } from '../model/request.js';
import type { Source } from '../sources/source.js';
import { describe, whole, type Routed } from './router.js';
import type { Tier } from './tier.js';
import { batchSnapshotTier } from './tiers/batch-snapshot.js';
import { coldRestTier } from './tiers/cold-rest.js';

/** Why an answer of this road may be believed. */
export const DIRECT = 'exit strategy: straight from the exchange';

/** Longest wait for a socket to open and tell the present state of every market asked for, ms. */
const SOCKET_WAIT = 10_000;

export interface DirectRoad {
  /** Why the exchange itself can never answer such a request, or `undefined` when it can. */
  cannotServe(request: DataRequest): string | undefined;
  /** Asks the exchange; `before` are attempts already made, which the answer or the error lists in front of its own. */
  fetch(request: DataRequest, before?: readonly Attempt[]): Observable<Routed>;
}

interface Way {
  readonly name: 'direct-rest' | 'direct-socket';
  cannotServe(request: DataRequest): string | undefined;
  timeLimit(request: DataRequest): number;
  fetch(request: DataRequest): Observable<readonly MarketEvent[]>;
}

export interface DirectRoadOptions {
  readonly source: Pick<Source, 'fetch' | 'snapshot' | 'cannotSnapshot' | 'connect' | 'canWatch'>;
  readonly scheduler?: SchedulerLike;
}

/**
 * The plain clients of a source without ranking, caches and health: REST, then a socket opened for it. Equal calls under
 * way are one, so that many askers do not use up the budget.
 *
 * Emits one answer and completes, or errors with `AllTiersFailedError`.
 */
export const directRoad = ({ source, scheduler = asyncScheduler }: DirectRoadOptions): DirectRoad => {
  const ways = [restWay(source, scheduler), socketWay(source)];

  const ask = (way: Way, request: DataRequest, attempts: Attempt[]): Observable<readonly MarketEvent[]> =>
    defer(() => {
      const start = scheduler.now();
      const note = (outcome: Attempt['outcome'], reason: string, error?: MarketDataError): void => {
        const elapsed = scheduler.now() - start;
        attempts.push({ tier: way.name, outcome, reason, elapsed, ...(error === undefined ? {} : { error }) });
      };
      const limit = way.timeLimit(request);
      return defer(() => way.fetch(request)).pipe(
        take(1),
        throwIfEmpty(() => failure('PARTIAL_ANSWER', 'completed without an answer')),
        timeout({
          first: limit,
          scheduler,
          with: () => throwError(() => failure('TIER_TIMEOUT', `no answer within ${limit} ms`)),
        }),
        map((events) => whole(request, events)),
        tap({
          next: () => note('answered', DIRECT),
          error: (cause: unknown) => {
            const error = toMarketDataError(cause);
            note('failed', error.message, error);
          },
        }),
      );
    });

  return {
    cannotServe: (request) => {
      const reasons = ways.map((way) => way.cannotServe(request));
      return reasons.includes(undefined) ? undefined : reasons.join('; ');
    },
    fetch: (request, before = []) =>
      defer(() => {
        const attempts = [...before];
        const reasons = ways.flatMap((way) => way.cannotServe(request) ?? []);
        const giveUp = (): MarketDataError => {
          const wait = { reasons: [], retryAfter: waitOf(attempts.slice(before.length)) };
          return new AllTiersFailedError(describe(request), [...attempts], reasons, wait);
        };
        const giveUp$ = throwError(() => giveUp());
        return ways
          .filter((way) => way.cannotServe(request) === undefined)
          .reduceRight<Observable<readonly MarketEvent[]>>(
            (next$, way) =>
              ask(way, request, attempts).pipe(
                catchError((error: unknown) => (isTheCallers(toMarketDataError(error).code) ? giveUp$ : next$)),
              ),
            giveUp$,
          )
          .pipe(map((events) => ({ events, ranking: [], attempts, trust: DIRECT })));
      }),
  };
};

const restWay = (source: DirectRoadOptions['source'], scheduler: SchedulerLike): Way => {
  const [many, one] = [batchSnapshotTier({ source, scheduler }), coldRestTier(source)];
  /** One call for all markets where REST has one; of trades and candles the snapshot comes by socket. */
  const tierFor = (request: DataRequest): Tier => {
    const isState = request.channel === 'ticker' || request.channel === 'orderbook';
    return isState && many.cannotServe(request) === undefined ? many : one;
  };
  return {
    name: 'direct-rest',
    cannotServe: (request) =>
      request.via === 'websocket' ? 'the caller asked for websocket only' : tierFor(request).cannotServe(request),
    timeLimit: (request) => tierFor(request).timeLimit(request),
    fetch: (request) =>
      tierFor(request)
        .fetch(request)
        .pipe(map((answer) => ('miss' in answer ? [] : answer.events))),
  };
};

const socketWay = (source: DirectRoadOptions['source']): Way => {
  // Those who ask at the same time share a socket, since handshakes are counted too.
  const socket$ = defer(() => source.connect()).pipe(share({ connector: () => new ReplaySubject(1) }));
  return {
    name: 'direct-socket',
    cannotServe: (request) => {
      if (request.via === 'rest') return 'the caller asked for rest only';
      if (!isLatest(request)) return 'a socket has no history';
      const carried = request.markets.every((market) => source.canWatch(topicOf(request, market)));
      return carried ? undefined : `no socket carries ${String(request.interval)} candles`;
    },
    timeLimit: () => SOCKET_WAIT,
    fetch: (request) =>
      socket$.pipe(
        switchMap((connection) =>
          forkJoin(request.markets.map((market) => connection.watch(topicOf(request, market)).pipe(take(1)))),
        ),
      ),
  };
};

/** When all ways are closed for a known time, the shortest of them, ms. */
const waitOf = (attempts: readonly Attempt[]): number | undefined => {
  const waits = attempts.map(({ error }) => Number(error?.details['retryAfter']));
  const least = Math.min(...waits);
  return least > 0 && least < Infinity ? least : undefined;
};

const failure = (code: 'PARTIAL_ANSWER' | 'TIER_TIMEOUT', message: string): MarketDataError =>
  new MarketDataError(message, { code, retryable: true });
