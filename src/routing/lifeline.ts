import {
  Subject,
  asyncScheduler,
  defer,
  filter,
  ignoreElements,
  map,
  merge,
  mergeAll,
  mergeMap,
  of,
  switchMap,
  tap,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { MarketDataError, type Attempt } from '../errors.js';
import type { MarketCode } from '../model/market.js';
import type { DataRequest } from '../model/request.js';
import type { Connectivity, ExitPhase, HealthReport, LifelineEvent } from '../model/signals.js';
import type { Source } from '../sources/source.js';
import { blocks } from './blocked.js';
import { completeRequest } from './complete-request.js';
import { connectivity, reachOf } from './connectivity.js';
import { directRoad, type DirectRoad } from './direct-road.js';
import type { ExitLimits } from './exit-machine.js';
import { ExitStrategy } from './exit-strategy.js';
import { checkHealth, healthCheck, type Probes } from './health-check.js';
import type { LinkState } from './link.js';
import { onEnding } from './on-ending.js';
import { milliseconds } from './ranges.js';
import type { Routed } from './router.js';
import { singleFlight } from './single-flight.js';
import { SloWindow, completeSlo, type Outcome, type SloOptions, type SloReport } from './slo.js';

export interface LifelineOptions {
  readonly router: (request: DataRequest) => Observable<Routed>;
  readonly source: Source;
  readonly link: LinkState;
  readonly exit?: Partial<ExitLimits>;
  readonly slo?: Partial<SloOptions>;
  /** Time between health checks while the socket is in use, ms; 0 for none. Default 60,000. */
  readonly healthCheckEvery?: number;
  readonly scheduler?: SchedulerLike;
}

/** How well the engine can do its work. */
export interface LifelineStatus {
  readonly phase: ExitPhase;
  readonly connectivity: Connectivity;
  readonly slo: SloReport;
}

/** Who leaves sooner than this, ms, has not been let down. */
const IMPATIENT = 1_000;

/** Stands between the callers and the router: answers by another road when it fails, and watches how well it all works. */
export class Lifeline {
  private readonly scheduler: SchedulerLike;
  private readonly direct: DirectRoad;
  private readonly exit: ExitStrategy;
  private readonly slo: SloWindow;
  private readonly outcomes$ = new Subject<Outcome>();
  private readonly attempts$ = new Subject<readonly Attempt[]>();
  private readonly told$ = new Subject<LifelineEvent>();
  private readonly marketOnce = singleFlight<MarketCode>();
  private reachable: Connectivity = 'online';
  private market: MarketCode | undefined;

  /** Changes of road, objectives, connectivity; blocks and health reports. Hot; told while `work$` is subscribed. */
  readonly events$: Observable<LifelineEvent> = this.told$.asObservable();

  /** What has to be done though nobody waits for it. The engine subscribes once. Emits nothing. */
  readonly work$: Observable<never>;

  constructor(private readonly options: LifelineOptions) {
    const { source, link, scheduler = asyncScheduler, healthCheckEvery: every = 60_000 } = options;
    const { attempts$ } = this;
    const now = (): number => scheduler.now();
    this.scheduler = scheduler;
    this.slo = new SloWindow(completeSlo(options.slo));
    this.direct = directRoad({ source, scheduler });
    this.exit = new ExitStrategy({
      router: options.router,
      direct: this.direct,
      limits: options.exit ?? {},
      isOffline: () => this.reachable === 'offline',
      heard: (attempts) => attempts$.next(attempts),
      scheduler,
    });

    const connectivity$ = connectivity({
      link$: link.changes$,
      reach$: attempts$.pipe(
        map(reachOf),
        filter((reach) => reach !== undefined),
      ),
      now,
    }).pipe(tap(({ state }) => this.turn(state)));
    const slo$ = this.outcomes$.pipe(
      map((outcome) => this.slo.note(outcome)),
      filter((changes) => changes.length > 0),
      mergeAll(),
    );
    const blocks$ = merge(
      attempts$.pipe(
        filter((attempts) => attempts.some(({ error }) => error?.code === 'BLOCKED')),
        mergeMap((attempts) => attempts.flatMap(({ error }) => error ?? [])),
      ),
      link.changes$.pipe(mergeMap((state) => (state?.state === 'down' ? [state.error] : []))),
    ).pipe(blocks(now));
    const needed$ = link.changes$.pipe(map((state) => state !== undefined));
    const checks$ =
      every === 0
        ? []
        : healthCheck(this.probes, { every: milliseconds('healthCheckEvery', every), needed$, scheduler });

    this.work$ = merge(this.exit.changes$, connectivity$, slo$, blocks$, checks$, this.exit.trials$).pipe(
      tap((event) => this.told$.next(event)),
      ignoreElements(),
    );
  }

  /** A request's answer by whatever road there is; see `ExitStrategy`. */
  route(request: DataRequest): Observable<Routed> {
    return defer(() => {
      const start = this.scheduler.now();
      this.market = request.markets[0];
      const note = (ok: boolean): void => {
        const at = this.scheduler.now();
        this.outcomes$.next({ at, ok, elapsed: at - start });
      };
      return this.exit.route(request).pipe(
        onEnding({
          answered: () => note(true),
          failed: (error) => {
            if (!this.exit.isRefusal(request, error)) note(false);
          },
          left: () => {
            if (this.scheduler.now() - start >= IMPATIENT) note(false);
          },
        }),
      );
    });
  }

  /** Asks every road once, now; costs at most two requests and one handshake. */
  check(): Observable<HealthReport> {
    return checkHealth(this.probes, this.scheduler);
  }

  status(): LifelineStatus {
    return { phase: this.exit.phase, connectivity: this.reachable, slo: this.slo.report(this.scheduler.now()) };
  }

  private turn(state: Connectivity): void {
    // What failed while there was no network may work now.
    if (this.reachable === 'offline') this.exit.hurry();
    this.reachable = state;
  }

  private readonly probes: Probes = {
    router: () => this.probe().pipe(switchMap((request) => this.options.router(request))),
    rest: () => this.probe().pipe(switchMap((request) => this.direct.fetch({ ...request, via: 'rest' }))),
    socket: () => {
      const { link, source } = this.options;
      if (link.current?.state === 'up') return of(link.current);
      if (link.current?.state === 'down') throw link.current.error;
      return source.connect();
    },
  };

  /** The present state of a market somebody has asked for or, before that, of any. Nothing cached. */
  private probe(): Observable<DataRequest> {
    const { source } = this.options;
    const listed$ = this.marketOnce('any', () =>
      source.markets().pipe(
        map(([first]) => {
          if (first === undefined) throw nothingListed();
          return first.market;
        }),
        tap((market) => (this.market = market)),
      ),
    );
    const market$ = this.market === undefined ? listed$ : of(this.market);
    return market$.pipe(
      map((market) =>
        completeRequest(source.exchange, { channel: 'ticker', markets: [market], context: 'maintenance', maxAge: 0 }),
      ),
    );
  }
}

const nothingListed = (): MarketDataError =>
  new MarketDataError('the exchange lists no market', { code: 'BAD_PAYLOAD', retryable: true });
