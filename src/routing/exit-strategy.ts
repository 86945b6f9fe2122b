import {
  BehaviorSubject,
  EMPTY,
  Subject,
  asyncScheduler,
  catchError,
  defer,
  distinctUntilChanged,
  ignoreElements,
  map,
  mergeMap,
  switchMap,
  throwError,
  throwIfEmpty,
  timeout,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { AllTiersFailedError, MarketDataError, isTheCallers, toMarketDataError, type Attempt } from '../errors.js';
import { isLatest, type DataRequest } from '../model/request.js';
import type { ExitChange, ExitPhase } from '../model/signals.js';
import type { DirectRoad } from './direct-road.js';
import {
  ROUTED,
  becomeDue,
  begin,
  completeLimits,
  end,
  type Ask,
  type Ending,
  type ExitLimits,
  type ExitState,
} from './exit-machine.js';
import { onEnding } from './on-ending.js';
import type { Routed } from './router.js';

/** How long a due try of the router waits for somebody's request before the last one is asked once more, ms. */
const WAIT_FOR_REQUEST = 1_000;

export interface ExitStrategyOptions {
  readonly router: (request: DataRequest) => Observable<Routed>;
  readonly direct: DirectRoad;
  readonly limits?: Partial<ExitLimits>;
  /** Whether there is no network at all, so that only the router's caches can answer. Default: never. */
  readonly isOffline?: () => boolean;
  /** Told the attempts of each road as soon as it has answered or failed, not when the next one has. */
  readonly heard?: (attempts: readonly Attempt[]) => void;
  readonly scheduler?: SchedulerLike;
}

/**
 * Wraps the router, which is a convenience: when it fails for good, requests go straight to the exchange, until a real
 * request has shown that the router works again. Callers see answers; `trust` and `attempts` tell how they came.
 *
 * Whoever runs it subscribes to `trials$`; nothing else holds a timer.
 */
export class ExitStrategy {
  private readonly state$ = new BehaviorSubject<ExitState>(ROUTED);
  private readonly told$ = new Subject<ExitChange>();
  private readonly limits: ExitLimits;
  private readonly scheduler: SchedulerLike;
  private last: DataRequest | undefined;

  /** Each change of phase, told before the request that brought it about is answered. Hot. */
  readonly changes$: Observable<ExitChange> = this.told$.asObservable();

  /** Has the router tried again when it is time. Emits nothing; holds a timer only while the router is left. */
  readonly trials$: Observable<never> = this.state$.pipe(
    map((state) => ('turn' in state ? state : undefined)),
    distinctUntilChanged((before, after) => before?.turn === after?.turn),
    switchMap((left) => {
      if (left === undefined) return EMPTY;
      const wait = left.due ? WAIT_FOR_REQUEST : this.limits.tryEvery;
      return timer(wait, this.scheduler).pipe(map(() => left.due));
    }),
    mergeMap((wasDue) => {
      if (wasDue) return this.askOnceMore();
      this.hurry();
      return EMPTY;
    }),
  );

  constructor(private readonly options: ExitStrategyOptions) {
    this.limits = completeLimits(options.limits);
    this.scheduler = options.scheduler ?? asyncScheduler;
  }

  get phase(): ExitPhase {
    return this.state$.value.phase;
  }

  /** Answers a request by the router while it works, straight from the exchange while it does not. */
  route(request: DataRequest): Observable<Routed> {
    return defer(() => {
      const ask = this.begin(request);
      if (ask.road === 'direct' && this.options.isOffline?.() !== true) return this.goDirect(request);
      return this.askRouter(request, ask.road === 'direct' ? undefined : ask).pipe(
        catchError((error: unknown) =>
          this.phase === 'routed' || this.isRefusal(request, error)
            ? throwError(() => error)
            : this.goDirect(request, attemptsOf(error, this.scheduler.now() - ask.startedAt)),
        ),
      );
    });
  }

  /** Makes a try of the router due, because what was wrong may be over; nothing happens while it is in use. */
  hurry(): void {
    this.step(becomeDue(this.state$.value));
  }

  private begin(request: DataRequest): Ask {
    // Of what is asked, the lightest is remembered: a try need not be a download.
    if (this.last === undefined || isLatest(request) || !isLatest(this.last)) this.last = request;
    const [state, ask] = begin(this.state$.value, this.scheduler.now());
    this.step(state);
    return ask;
  }

  /** Without `ask` its answer counts for nothing. */
  private askRouter(request: DataRequest, ask: Ask | undefined): Observable<Routed> {
    const answer$ = defer(() => this.options.router(request)).pipe(
      throwIfEmpty(() => failure('PARTIAL_ANSWER', 'the router completed without an answer')),
    );
    return (isLatest(request) ? answer$.pipe(this.inTime()) : answer$).pipe(this.notes(request, ask));
  }

  private goDirect(request: DataRequest, before: readonly Attempt[] = []): Observable<Routed> {
    const ask: Ask = { road: 'direct', round: 0, startedAt: this.scheduler.now() };
    return this.options.direct.fetch(request, before).pipe(this.notes(request, ask));
  }

  private askOnceMore(): Observable<never> {
    const { last } = this;
    if (last === undefined) return EMPTY;
    const ask = this.begin(last);
    if (ask.road !== 'trial') return EMPTY;
    return this.askRouter(last, ask).pipe(
      ignoreElements(),
      catchError(() => EMPTY),
    );
  }

  /** A history may take its time; whoever asks for the present would have left long ago. */
  private inTime() {
    const { withoutSuccess } = this.limits;
    return timeout<Routed, Observable<never>>({
      first: withoutSuccess,
      scheduler: this.scheduler,
      with: () => throwError(() => failure('TIER_TIMEOUT', `the router gave no answer within ${withoutSuccess} ms`)),
    });
  }

  private notes(request: DataRequest, ask: Ask | undefined) {
    const { heard } = this.options;
    const note = (how: Ending['how'], why: string): void => {
      if (ask === undefined) return;
      this.step(end(this.state$.value, ask, { how, why, at: this.scheduler.now() }, this.limits));
    };
    return onEnding<Routed>({
      answered: ({ attempts }) => {
        heard?.(attempts);
        note('answered', '');
      },
      failed: (error) => {
        if (error instanceof AllTiersFailedError) heard?.(error.attempts);
        const isNoFault = this.isRefusal(request, error) || isTurnedAway(error);
        note(isNoFault ? 'refused' : 'failed', toMarketDataError(error).message);
      },
      left: () => note('left', 'nobody waited for the answer'),
    });
  }

  /** Whether a request failed for a reason that lies in itself or in the end of the engine, and so says nothing of the router. */
  isRefusal(request: DataRequest, cause: unknown): boolean {
    const error = toMarketDataError(cause);
    const all = error instanceof AllTiersFailedError ? error.attempts.flatMap((attempt) => attempt.error ?? []) : [];
    const isOurs = [error, ...all].every(({ code }) => code !== 'CLOSED' && !isTheCallers(code));
    return !isOurs || this.options.direct.cannotServe(request) !== undefined;
  }

  private step(state: ExitState): void {
    const before = this.state$.value;
    if (state === before) return;
    this.state$.next(state);
    const { phase, reason } = state;
    if (phase !== before.phase) this.told$.next({ type: 'exit', at: this.scheduler.now(), phase, reason });
  }
}

/** Over budget or blocked: the direct road would be turned away as well, and without caches sooner. */
const isTurnedAway = (error: unknown): boolean => {
  if (!(error instanceof AllTiersFailedError)) return false;
  const failures = error.attempts.flatMap((attempt) => attempt.error ?? []);
  return failures.length > 0 && failures.every(({ code }) => code === 'RATE_LIMITED' || code === 'BLOCKED');
};

const attemptsOf = (cause: unknown, elapsed: number): readonly Attempt[] => {
  if (cause instanceof AllTiersFailedError) return cause.attempts;
  const error = toMarketDataError(cause);
  return [{ tier: 'router', outcome: 'failed', reason: error.message, elapsed, error }];
};

const failure = (code: 'PARTIAL_ANSWER' | 'TIER_TIMEOUT', message: string): MarketDataError =>
  new MarketDataError(message, { code, retryable: true });
