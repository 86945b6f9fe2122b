import {
  Subject,
  asyncScheduler,
  catchError,
  defer,
  forkJoin,
  map,
  merge,
  of,
  reduce,
  switchMap,
  take,
  takeUntil,
  tap,
  throwError,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { InvalidRequestError, MarketDataError } from '../../errors.js';
import { unmarked, type MarketEvent } from '../../model/events.js';
import type { MarketCode } from '../../model/market.js';
import type { Origin, TierName } from '../../model/provenance.js';
import { isLatest, topicOf, type DataRequest, type Priority } from '../../model/request.js';
import type { Rejection } from '../../model/signals.js';
import type { Source } from '../source.js';
import { fromRest } from '../transport/from-rest.js';
import { RateLimiter } from '../transport/rate-limiter.js';
import { wireType } from './channels.js';
import { connect, type ConnectionOptions } from './connection.js';
import { ExchangeClock } from './exchange-clock.js';
import { budgetOf, groupOf, heed } from './limits.js';
import type { Stamp } from './mapper.js';
import { UpbitRest } from './rest.js';

export const UPBIT_REST_URL = 'https://api.upbit.com/v1';
export const UPBIT_WS_URL = 'wss://api.upbit.com/websocket/v1';

export interface UpbitOptions {
  /** Base of the REST API. Default `https://api.upbit.com/v1`. Goes with `wsUrl`: both are given, or none. */
  readonly restUrl?: string;
  /** The public socket. Default `wss://api.upbit.com/websocket/v1`. Goes with `restUrl`. */
  readonly wsUrl?: string;
  /** Name written on every event. Default `upbit`. */
  readonly exchange?: string;
  /**
   * True when the URLs lead to a simulated exchange: every event then says `origin: 'simulation'`. Default false, until
   * the exchange itself says that it is simulated.
   */
  readonly simulated?: boolean;
  /** Clock and timers. Default RxJS's `asyncScheduler`. */
  readonly scheduler?: SchedulerLike;
  /** Randomness for the jitter of REST retries, 0 to 1. Default `Math.random`. */
  readonly random?: () => number;
}

/** Upbit as a `Source`, and its plain REST endpoints for those who want no routing at all. */
export interface UpbitSource extends Source {
  readonly rest: UpbitRest;
}

/** Longest wait for a one-shot socket snapshot, ms. */
const SNAPSHOT_WAIT = 1_500;

/**
 * Upbit's public market data. Nothing is opened until something is subscribed; no key is needed. Throws
 * `InvalidRequestError` when only one of the two URLs is given.
 *
 * @example
 * upbitSource().rest.candles('KRW-BTC', '1m', 500).subscribe((candles) => console.log(candles.length));
 */
export const upbitSource = (options: UpbitOptions = {}): UpbitSource => {
  const { exchange = 'upbit', scheduler = asyncScheduler } = options;
  const { restUrl, wsUrl } = urlsOf(options);
  const rejections$ = new Subject<Rejection>();
  const ledger = { received: 0, delivered: 0, unclaimed: 0, control: 0, rejected: 0 };
  // The system's time may be set; a virtual one brings its own.
  const clock = options.scheduler ?? performance;
  const limiter = new RateLimiter(budgetOf, scheduler, clock);
  /** Taught by the live stream, so that REST is judged as its frames are. */
  const theirs = new ExchangeClock();
  let { simulated = false } = options;
  /** A simulated exchange says so, whoever pointed us at it: its data must never pass for real ones. */
  const notice = (headers: Readonly<Record<string, unknown>>): void => {
    simulated ||= headers['x-simulated-exchange'] !== undefined;
  };
  const stampOf = (road: Origin, tier: TierName): Stamp => ({
    exchange,
    tier,
    get origin() {
      return simulated ? 'simulation' : road;
    },
  });

  const rest = new UpbitRest({
    send: fromRest({
      baseUrl: restUrl,
      permit: (group, priority) => limiter.acquire(group, priority),
      learn: (reply) => {
        notice(reply.headers);
        return heed(limiter, reply);
      },
      scheduler,
      clock,
      ...(options.random === undefined ? {} : { random: options.random }),
    }),
    stamp: stampOf('rest', 'cold-rest'),
    clock: theirs,
    reject: (rejection) => rejections$.next(rejection),
    scheduler,
  });

  const socket = (mode: ConnectionOptions['mode'], priority: Priority): ReturnType<Source['connect']> =>
    connect({
      priority,
      url: wsUrl,
      stamp: stampOf('websocket', mode === 'stream' ? 'live-subscription' : 'batch-snapshot'),
      upgraded: notice,
      limiter,
      ledger,
      // What a one-shot socket shows of each market may be hours old.
      clock: mode === 'stream' ? theirs : new ExchangeClock(),
      reject: (rejection) => rejections$.next(rejection),
      mode,
      scheduler,
    });

  /** What the socket sends of each market at once after subscribing, on a socket of its own. */
  const socketSnapshot = (request: DataRequest): Observable<readonly MarketEvent[]> =>
    socket('snapshot', request.priority ?? 'normal').pipe(
      switchMap((connection) =>
        merge(...request.markets.map((market) => connection.watch(topicOf(request, market)).pipe(take(1)))).pipe(
          takeUntil(timer(SNAPSHOT_WAIT, scheduler)),
          reduce((events: MarketEvent[], event) => [...events, unmarked(event)], []),
        ),
      ),
      take(1),
    );

  const restSnapshot = (
    { channel, depth, level, priority }: DataRequest,
    markets: readonly MarketCode[],
  ): Observable<readonly MarketEvent[]> => {
    const client = rest.at(priority);
    return channel === 'ticker' ? client.tickers(markets) : client.orderbooks(markets, depth, level);
  };

  /** One unlisted market fails a whole call; the listed ones are asked again without it. */
  const listedOnly = (request: DataRequest): Observable<readonly MarketEvent[]> =>
    rest
      .at(request.priority)
      .markets()
      .pipe(
        map((listed) => new Set(listed.map(({ market }) => market))),
        map((listed) => request.markets.filter((market) => listed.has(market))),
        switchMap((markets) => (markets.length === 0 ? of([]) : restSnapshot(request, markets))),
      );

  return {
    exchange,
    rest,
    rejections$,
    counts: () => ({ ...ledger }),
    usage: (channel) => limiter.usage(groupOf(channel)),
    canWatch: (topic) => wireType(topic) !== undefined,
    // All live topics depend on it.
    connect: () => socket('stream', 'critical'),
    markets: () => rest.markets(true),

    cannotSnapshot: (request) => {
      if (!isLatest(request)) return 'a snapshot has only the latest fact of each market';
      const market = request.markets[0];
      const carried = market === undefined || wireType(topicOf(request, market)) !== undefined;
      return carried ? undefined : `neither one call nor the socket carries ${String(request.interval)} candles`;
    },

    snapshot: (request) => {
      if (request.channel === 'trade' || request.channel === 'candle') return socketSnapshot(request);
      return restSnapshot(request, request.markets).pipe(
        catchError((error: unknown) =>
          isUnknownMarket(error) && request.markets.length > 1 ? listedOnly(request) : throwError(() => error),
        ),
        map((events) => events.map((event): MarketEvent => ({ ...event, tier: 'batch-snapshot' }))),
      );
    },

    fetch: (request) =>
      defer(() => forkJoin(request.markets.map((market) => fetchOne(rest.at(request.priority), request, market)))).pipe(
        map((lists) => lists.flat()),
      ),
  };
};

/** One alone would have half of the data come from another exchange, and nobody would notice. */
const urlsOf = ({ restUrl, wsUrl }: UpbitOptions): Required<Pick<UpbitOptions, 'restUrl' | 'wsUrl'>> => {
  if ((restUrl === undefined) !== (wsUrl === undefined)) {
    const [missing, given] = restUrl === undefined ? ['restUrl', 'wsUrl'] : ['wsUrl', 'restUrl'];
    throw new InvalidRequestError(`${missing} must be given where ${given} is: they are two halves of one exchange`, {
      missing,
    });
  }
  return { restUrl: restUrl ?? UPBIT_REST_URL, wsUrl: wsUrl ?? UPBIT_WS_URL };
};

const fetchOne = (rest: UpbitRest, request: DataRequest, market: MarketCode): Observable<readonly MarketEvent[]> => {
  const { channel, count, to, since, interval = '1m', depth, level } = request;
  switch (channel) {
    case 'trade':
      return rest.trades(market, count, to, since);
    case 'candle':
      return rest.candles(market, interval, count, to, since);
    default:
      if (!isLatest(request)) throw new InvalidRequestError(`the exchange keeps no history of ${channel}s`);
      return channel === 'ticker' ? rest.tickers([market]) : fetchBook(rest, market, depth, level);
  }
};

/** Upbit answers a grouping it does not offer with an empty list. */
const fetchBook = (
  rest: UpbitRest,
  market: MarketCode,
  depth: number | undefined,
  level = 0,
): Observable<readonly MarketEvent[]> =>
  rest.orderbooks([market], depth, level).pipe(
    tap((books) => {
      if (books.length > 0 || level === 0) return;
      throw new InvalidRequestError(`${market} has no order book grouped by ${level}; see rest.instruments`, { level });
    }),
  );

const isUnknownMarket = (error: unknown): boolean =>
  error instanceof MarketDataError && error.code === 'UNKNOWN_MARKET';
