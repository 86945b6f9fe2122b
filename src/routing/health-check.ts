import {
  EMPTY,
  asyncScheduler,
  catchError,
  defer,
  distinctUntilChanged,
  exhaustMap,
  forkJoin,
  map,
  of,
  switchMap,
  take,
  throwError,
  throwIfEmpty,
  timeout,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import { AllTiersFailedError, MarketDataError, isTheCallers, toMarketDataError } from '../errors.js';
import type { HealthReport, Verdict } from '../model/signals.js';

/** One small question to each road; whatever it emits first is good. */
export interface Probes {
  readonly router: () => Observable<unknown>;
  readonly rest: () => Observable<unknown>;
  readonly socket: () => Observable<unknown>;
}

/** Longest wait for the answer to a probe, ms. */
const PATIENCE = 10_000;

/** Asks every road once and says what became of it; emits one report and completes, never errors. */
export const checkHealth = (
  { router, rest, socket }: Probes,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<HealthReport> =>
  forkJoin({
    router: verdict(router, scheduler),
    rest: verdict(rest, scheduler),
    socket: verdict(socket, scheduler),
  }).pipe(map((verdicts): HealthReport => ({ type: 'health', at: scheduler.now(), ...verdicts })));

export interface HealthCheckOptions {
  /** Time between checks, ms. */
  readonly every: number;
  /** Whether anybody needs the roads; while nobody does, nothing is asked. */
  readonly needed$: Observable<boolean>;
  readonly scheduler?: SchedulerLike;
}

/** A check at regular times while somebody needs the roads; one that takes longer is waited for. */
export const healthCheck = (
  probes: Probes,
  { every, needed$, scheduler = asyncScheduler }: HealthCheckOptions,
): Observable<HealthReport> =>
  needed$.pipe(
    distinctUntilChanged(),
    switchMap((needed) => (needed ? timer(every, every, scheduler) : EMPTY)),
    exhaustMap(() => checkHealth(probes, scheduler)),
  );

const verdict = (probe: () => Observable<unknown>, scheduler: SchedulerLike): Observable<Verdict> =>
  defer(() => {
    const start = scheduler.now();
    return defer(probe).pipe(
      take(1),
      throwIfEmpty(() => silence('completed without an answer')),
      timeout({ first: PATIENCE, scheduler, with: () => throwError(() => silence(`no answer within ${PATIENCE} ms`)) }),
      map(() => ({ ok: true })),
      catchError((cause: unknown) => of(judge(toMarketDataError(cause)))),
      map((found) => ({ ...found, elapsed: scheduler.now() - start })),
    );
  });

/** That a market is not listed is an answer too, so the road to it is well. */
const judge = (error: MarketDataError): Omit<Verdict, 'elapsed'> => {
  const all = error instanceof AllTiersFailedError ? error.attempts.flatMap((attempt) => attempt.error ?? []) : [error];
  return all.some(({ code }) => isTheCallers(code)) ? { ok: true } : { ok: false, reason: error.message };
};

const silence = (message: string): MarketDataError =>
  new MarketDataError(message, { code: 'TIER_TIMEOUT', retryable: true });
