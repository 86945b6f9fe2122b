import {
  EMPTY,
  ReplaySubject,
  Subject,
  asyncScheduler,
  catchError,
  defer,
  filter,
  finalize,
  identity,
  interval,
  map,
  merge,
  mergeAll,
  mergeMap,
  startWith,
  takeUntil,
  tap,
  throwError,
  throwIfEmpty,
  type MonoTypeOperatorFunction,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { candleStream, candlesOnly, settled, type CandleRoads } from './candles/candle-stream.js';
import { HotCache } from './cache/hot-cache.js';
import { TtlCache } from './cache/ttl-cache.js';
import { InvalidRequestError, MarketDataError, isUnlisted } from './errors.js';
import type { Candle, EventOf, MarketEvent, Orderbook, Ticker, Trade } from './model/events.js';
import type { Interval, IntervalName } from './model/interval.js';
import type { Market } from './model/market.js';
import { topicOf, type DataRequest } from './model/request.js';
import type { ConnectionChange, EngineEvent, HealthReport, TopicSignal } from './model/signals.js';
import { topicKey, type Channel, type Topic } from './model/topic.js';
import { checkOptions, type BackboneOptions, type Status } from './options.js';
import { RECONNECT, backoff } from './routing/backoff.js';
import {
  completeRequest,
  toInterval,
  toMarketCode,
  type BookOptions,
  type FetchOptions,
  type HistoryOptions,
  type RequestInput,
} from './routing/complete-request.js';
import { Circuits } from './routing/circuits.js';
import { TierHealth } from './routing/health.js';
import { Lifeline } from './routing/lifeline.js';
import { KnownTime } from './routing/known-time.js';
import { LinkState, describeLink, keepConnected } from './routing/link.js';
import { createRouter, type Routed } from './routing/router.js';
import { singleFlight } from './routing/single-flight.js';
import { batchSnapshotTier } from './routing/tiers/batch-snapshot.js';
import { coldRestTier } from './routing/tiers/cold-rest.js';
import { hotCacheTier } from './routing/tiers/hot-cache.js';
import { liveSubscriptionTier } from './routing/tiers/live-subscription.js';
import { warmCacheTier } from './routing/tiers/warm-cache.js';
import { TopicRecords } from './routing/topic-records.js';
import { candlesFrom, restRequest, tickerRequest } from './routing/stream-requests.js';
import { watchTopic, type UntoldSignal } from './routing/watch.js';
import type { Source } from './sources/source.js';
import { upbitSource } from './sources/upbit/source.js';
import { backfill, storedCandles, type BackfillProgress, type CandleStore } from './store/index.js';

/**
 * Market data of one exchange as Observables: `fetch…` answers once and completes, `watch…` streams until it is
 * unsubscribed. Subscribing opens what is needed, unsubscribing closes it.
 *
 * @example
 * const backbone = new MarketDataBackbone();
 * backbone.watchTicker('KRW-BTC').subscribe(({ price, tier }) => console.log(price, tier));
 */
export class MarketDataBackbone {
  /**
   * Connection changes, tier changes, rejected frames and bodies, evictions, changes of road, objectives and connectivity,
   * blocks, health reports: as they happen. Hot; completes on `close`.
   */
  readonly events$: Observable<EngineEvent>;
  /** The engine's state: at once, when the connection changes, and every second. Completes on `close`. */
  readonly status$: Observable<Status>;

  private readonly source: Source;
  private readonly hot: HotCache;
  private readonly route: (request: DataRequest) => Observable<Routed>;
  private readonly check: () => Observable<HealthReport>;
  private readonly signals$ = new Subject<TopicSignal>();
  private readonly records = new TopicRecords();
  private readonly closed$ = new ReplaySubject<void>(1);
  private readonly scheduler: SchedulerLike;
  private readonly store: CandleStore | undefined;
  /** Tries again what a stream needs. */
  private readonly again: <T>() => MonoTypeOperatorFunction<T>;
  private readonly marketsOnce = singleFlight<readonly Market[]>();

  constructor(options: BackboneOptions = {}) {
    const { source = upbitSource(), scheduler = asyncScheduler, random = Math.random } = checkOptions(options);
    const { reconnect = RECONNECT, networkPolicy = 'balanced', linger = 5_000, capacity = 2_000, store } = options;
    const { pollEvery = 500, patience = 500, liveTimeLimit = 2_000 } = options;
    const { exchange } = source;
    const { signals$, records } = this;
    const now = (): number => scheduler.now();

    // exchange → one connection for all topics, tried again with backoff
    const link = new LinkState();
    const connection$ = link.changes$.pipe(
      map((state): ConnectionChange => ({ type: 'connection', exchange, at: now(), ...describeLink(state) })),
    );
    const link$ = keepConnected(() => source.connect(), { reconnect, state: link, scheduler, random });

    // topic → live while the connection delivers, polled while it does not → shared
    const open = (topic: Topic): Observable<MarketEvent> => {
      const key = topicKey(topic);
      const record = records.add(key, now());
      const tell = (signal: UntoldSignal): void => signals$.next({ ...signal, topic: key, at: now() });
      return watchTopic(topic, {
        link$: source.canWatch(topic) ? link$ : undefined,
        fetch: (last, urgency) =>
          this.route(restRequest(topic, last, now(), urgency)).pipe(map(({ events }) => events)),
        ticker: () => this.route(tickerRequest(topic)).pipe(map(({ events }) => events)),
        // What no socket carries changes slowly, and there may be many.
        poll: { every: source.canWatch(topic) ? pollEvery : 10 * pollEvery, retry: reconnect, scheduler, random },
        patience,
        tell,
        record,
        scheduler,
      }).pipe(
        topic.channel === 'candle' ? settled(new KnownTime(scheduler, () => record.knownUntil)) : identity,
        finalize(() => records.remove(key, record)),
      );
    };
    // What was polled is as old as it says; what came live is as good as new while its stream can be trusted.
    const isFresh = (topic: Topic, { tier, receivedAt }: MarketEvent): boolean =>
      tier !== 'live-subscription' || (link.covers(receivedAt) && records.isTrusted(topicKey(topic), now()));
    const hot = new HotCache({ open, linger, capacity, isFresh, scheduler });

    // request → the five tiers, ranked, tried in order
    const answers = new TtlCache(scheduler);
    const refresh$ = new Subject<DataRequest>();
    const health = new TierHealth(scheduler);
    const circuits = new Circuits(scheduler);
    const route = createRouter({
      tiers: [
        hotCacheTier({ hot, recent: answers, scheduler }),
        liveSubscriptionTier({ hot, link, canWatch: (topic) => source.canWatch(topic), timeLimit: liveTimeLimit }),
        batchSnapshotTier({ source, scheduler }),
        warmCacheTier({
          answers,
          ...(store === undefined ? {} : { stored: (request) => storedCandles(store, request) }),
          refresh: (request) => refresh$.next(request),
          scheduler,
        }),
        coldRestTier(source),
      ],
      networkPolicy,
      usage: ({ channel }) => source.usage(channel),
      health,
      circuits,
      scheduler,
    });

    this.source = source;
    this.scheduler = scheduler;
    this.store = store;
    this.again = () => backoff(reconnect, { scheduler, random });
    this.hot = hot;

    // the router → or, when it fails for good, straight from the exchange
    const router = (request: DataRequest): Observable<Routed> =>
      route(request).pipe(tap(({ events }) => answers.remember(request, events)));
    const lifeline = new Lifeline({ ...options, router, source, link, scheduler });

    this.route = (request) => lifeline.route(request);
    this.check = () => lifeline.check();
    this.events$ = merge(
      connection$,
      signals$,
      source.rejections$,
      hot.evictions$,
      circuits.changes$,
      lifeline.events$,
    ).pipe(takeUntil(this.closed$));
    this.status$ = merge(connection$, interval(1_000, scheduler)).pipe(
      startWith(undefined),
      map(() => describeLink(link.current)),
      map(({ state: connection, ...reason }) => ({
        exchange,
        connection,
        ...reason,
        topics: hot.size,
        watched: records.list(now()),
        ledger: records.total(),
        frames: source.counts(),
        tiers: health.record(),
        circuits: circuits.snapshot(),
        ...lifeline.status(),
      })),
      takeUntil(this.closed$),
    );
    // Nobody waits for a refresh behind an answer, nor for a try of the router, so the engine itself subscribes.
    const refreshed$ = refresh$.pipe(
      mergeMap((request) => this.route({ ...request, via: 'rest', priority: 'low' }).pipe(catchError(() => EMPTY))),
    );
    merge(refreshed$, lifeline.work$).pipe(takeUntil(this.closed$)).subscribe();
  }

  /**
   * The state of one market's day. All fetches error with `AllTiersFailedError` when no tier could answer, with
   * `InvalidRequestError` when the request makes no sense, and with `CLOSED` after `close`.
   *
   * @example
   * backbone.fetchTicker('KRW-BTC').subscribe(({ price, origin }) => console.log(price, origin));
   */
  fetchTicker(market: string, options: FetchOptions = {}): Observable<Ticker> {
    return this.fetch('ticker', [market], options).pipe(mergeAll());
  }

  /** The state of many markets' day, in the order asked, in one call to the exchange where a call is needed. */
  fetchTickers(markets: readonly string[], options: FetchOptions = {}): Observable<readonly Ticker[]> {
    return this.fetch('ticker', markets, options);
  }

  /** One market's order book. */
  fetchOrderbook(market: string, options: FetchOptions & BookOptions = {}): Observable<Orderbook> {
    return this.fetch('orderbook', [market], options).pipe(mergeAll());
  }

  /** Many markets' order books, in the order asked, in one call to the exchange where a call is needed. */
  fetchOrderbooks(
    markets: readonly string[],
    options: FetchOptions & BookOptions = {},
  ): Observable<readonly Orderbook[]> {
    return this.fetch('orderbook', markets, options);
  }

  /** The last `count` trades, oldest first; Upbit keeps today and the 7 UTC days before. */
  fetchTrades(market: string, options: FetchOptions & HistoryOptions = {}): Observable<readonly Trade[]> {
    return this.fetch('trade', [market], options);
  }

  /**
   * The last `count` candles that open before `to`, oldest first, the one still forming included (`state: 'open'`).
   * Windows without a trade have no candle.
   *
   * @example
   * backbone.fetchCandles('KRW-BTC', '1m', { count: 500 }).subscribe((candles) => console.log(candles.length));
   */
  fetchCandles(
    market: string,
    interval: IntervalName,
    options: FetchOptions & HistoryOptions = {},
  ): Observable<readonly Candle[]> {
    return this.fetch('candle', [market], { ...options, interval });
  }

  /** Every market the exchange lists. Equal calls in flight are one. */
  fetchMarkets(): Observable<readonly Market[]> {
    return this.untilClosed(this.marketsOnce('all', () => this.source.markets()));
  }

  /** Asks the router, REST and the socket once, past all caches, and says how each fared. Never errors but with `CLOSED`. */
  checkHealth(): Observable<HealthReport> {
    return this.untilClosed(defer(this.check));
  }

  /** Any fetch, together with how the tiers were ranked, which were tried, and why the answer is trusted. */
  explain(input: RequestInput): Observable<Routed> {
    return this.untilClosed(defer(() => this.route(completeRequest(this.source.exchange, input))));
  }

  /**
   * The state of the day of one market or many, merged: the present state at once, then every change. Each event says
   * by `tier` whether it is live or, while the socket is down, polled. All watches error only for good: the exchange
   * lists none of the markets (`AllTiersFailedError`), refuses the subscription (`SUBSCRIPTION_REFUSED`), or the engine
   * is full (`CAPACITY`). One of many that is not listed, or no longer, ends alone and is told on `events$` as
   * `evicted`. They complete on `close`.
   *
   * @example
   * backbone.watchTicker(['KRW-BTC', 'KRW-ETH']).subscribe(({ market, price }) => console.log(market, price));
   */
  watchTicker(markets: string | readonly string[]): Observable<Ticker> {
    return this.watch('ticker', markets);
  }

  /**
   * The trades of one market or many: the latest at once, then each new one, once each. After a break the missing ones
   * are fetched and delivered first; what cannot be had is a `Gap` on `events$`. With `control`, the stream itself also
   * carries its gaps, repairs and tier changes, each in its place among the trades.
   */
  watchTrades(markets: string | readonly string[], options?: { readonly control?: false }): Observable<Trade>;
  watchTrades(
    markets: string | readonly string[],
    options: { readonly control: true },
  ): Observable<Trade | TopicSignal>;
  watchTrades(
    markets: string | readonly string[],
    { control = false }: { readonly control?: boolean } = {},
  ): Observable<Trade | TopicSignal> {
    const trades$ = this.watch('trade', markets);
    if (!control) return trades$;
    const codes = typeof markets === 'string' ? [markets] : markets;
    const topics = new Set(codes.map((market) => `${this.source.exchange}/trade/${market}`));
    return merge(
      this.signals$.pipe(
        filter(({ topic }) => topics.has(topic)),
        takeUntil(this.closed$),
      ),
      trades$,
    );
  }

  /** The order books of one market or many: each event is the whole book, `depth` levels a side. */
  watchOrderbook(markets: string | readonly string[], options: BookOptions = {}): Observable<Orderbook> {
    return this.watch('orderbook', markets, options);
  }

  /**
   * The forming candle of one market or many: again and again with what has been traded so far, then the next one. Each
   * says by `state` how settled it is: `open`, then `provisional` and `final` by the clock, `revised` when a later read
   * changes it; `closedOnly()` leaves those that are done. With `history`, the last so many candles of each market come
   * first, oldest first and the forming one included, and live goes on without a seam. Days, weeks and months, which no
   * socket carries, are continued from shorter ones. What it takes from an indicator: see `docs/indicators.md`.
   *
   * @example
   * backbone.watchCandles('KRW-BTC', '1m', { history: 200 }).pipe(closedOnly(), rsi(14)).subscribe(console.log);
   */
  watchCandles(
    markets: string | readonly string[],
    interval: IntervalName,
    { history = 0 }: { readonly history?: number } = {},
  ): Observable<Candle> {
    return defer(() => {
      if (!Number.isInteger(history) || history < 0) {
        throw new InvalidRequestError(`history must be a number of candles, 0 or more, not ${history}`, { history });
      }
      return this.watchEach('candle', markets, { interval }, (topic) =>
        topic.channel === 'candle' ? candleStream(topic.interval, history, this.candleRoads(topic)) : EMPTY,
      );
    });
  }

  /**
   * Fetches what the store lacks of one market's candles or many's, from `from` up to `to`, and stores it: progress after
   * each call, complete when all are stored. Ended at any moment, it goes on from there the next time. Errors with
   * `InvalidRequestError` when the engine was given no `store`.
   *
   * @example
   * const backbone = new MarketDataBackbone({ store: sqliteStore('candles.db') });
   * backbone.backfill('KRW-BTC', '1m', Date.now() - 86_400_000).subscribe(({ all }) => console.log(all.requestsDone));
   */
  backfill(
    markets: string | readonly string[],
    interval: IntervalName,
    from: Date | number,
    to?: Date | number,
  ): Observable<BackfillProgress> {
    return defer(() => {
      const { source, scheduler, store } = this;
      if (store === undefined) throw new InvalidRequestError('backfill needs a store: give the engine one, as `store`');
      const list = typeof markets === 'string' ? [markets] : markets;
      return backfill({
        store,
        exchange: source.exchange,
        fetch: (request) => source.fetch(request),
        markets: list.map(toMarketCode),
        interval: toInterval(interval),
        from: Number(from),
        ...(to === undefined ? {} : { to: Number(to) }),
        scheduler,
      });
    }).pipe(takeUntil(this.closed$));
  }

  /** Completes every watch, fails every fetch under way with `CLOSED`, and releases sockets and timers. Idempotent. */
  close(): void {
    // First, so that `events$` still tells of it.
    this.hot.close();
    this.closed$.next();
    this.closed$.complete();
  }

  private fetch<C extends Channel>(
    channel: C,
    markets: readonly string[],
    options: Omit<RequestInput, 'channel' | 'markets'>,
  ): Observable<readonly EventOf[C][]> {
    return this.explain({ ...options, channel, markets }).pipe(map(({ events }) => events.filter(isOf(channel))));
  }

  private watch<C extends Channel>(
    channel: C,
    markets: string | readonly string[],
    options: BookOptions = {},
  ): Observable<EventOf[C]> {
    const events$ = this.watchEach(channel, markets, options, (topic) => this.hot.watch(topic));
    // A topic's stream carries its channel's events and no others: that is what a source is.
    return events$ as unknown as Observable<EventOf[C]>;
  }

  /** One stream for each market, merged; of many, one that is not listed ends alone. */
  private watchEach<T>(
    channel: Channel,
    markets: string | readonly string[],
    options: BookOptions & { readonly interval?: IntervalName },
    open: (topic: Topic) => Observable<T>,
  ): Observable<T> {
    return defer(() => {
      const list = typeof markets === 'string' ? [markets] : markets;
      const request = completeRequest(this.source.exchange, { ...options, channel, markets: list });
      let left = request.markets.length;
      const endAlone = catchError<T, Observable<never>>((error: unknown) => {
        left -= 1;
        return left > 0 && isUnlisted(error) ? EMPTY : throwError(() => error);
      });
      const streams = request.markets.map((market) => {
        const stream$ = open(topicOf(request, market));
        return request.markets.length === 1 ? stream$ : stream$.pipe(endAlone);
      });
      return merge(...streams);
    });
  }

  private candleRoads(topic: Extract<Topic, { channel: 'candle' }>): CandleRoads {
    const { exchange, market } = topic;
    const { source, hot, route, again, records, scheduler } = this;
    const of = (interval: Interval): Topic => ({ ...topic, interval });
    const now = (): number => scheduler.now();
    return {
      isLive: (interval) => source.canWatch(of(interval)),
      watch: (interval) => candlesOnly(hot.watch(of(interval))),
      last: (interval, count, to) =>
        this.fetchCandles(market, interval, { count, ...(to === undefined ? {} : { to }) }).pipe(again()),
      since: (interval, since) =>
        defer(() => route(candlesFrom(exchange, market, interval, since, now()))).pipe(
          map(({ events }) => events.filter(isOf('candle'))),
          again(),
        ),
      timeOf: (interval) => new KnownTime(scheduler, () => records.knownUntil(topicKey(of(interval))) ?? now()),
    };
  }

  private untilClosed<T>(fetch$: Observable<T>): Observable<T> {
    return fetch$.pipe(takeUntil(this.closed$), throwIfEmpty(closedError));
  }
}

const isOf =
  <C extends Channel>(channel: C) =>
  (event: MarketEvent): event is EventOf[C] & MarketEvent =>
    event.type === channel;

const closedError = (): MarketDataError =>
  new MarketDataError('the engine is closed', { code: 'CLOSED', retryable: false });
