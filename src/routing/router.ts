import {
  asyncScheduler,
  catchError,
  defer,
  map,
  of,
  take,
  tap,
  throwError,
  throwIfEmpty,
  timeout,
  type Observable,
  type SchedulerLike,
} from 'rxjs';
import {
  AllTiersFailedError,
  MarketDataError,
  isTheCallers,
  toMarketDataError,
  type Attempt,
  type ErrorCode,
} from '../errors.js';
import type { MarketEvent } from '../model/events.js';
import { isLatest, type DataRequest } from '../model/request.js';
import { Circuits } from './circuits.js';
import { either } from './either.js';
import { TierHealth } from './health.js';
import { rank, type NetworkPolicy, type Ranked } from './policy.js';
import { Spared } from './spared.js';
import type { Tier, TierAnswer, TierHit } from './tier.js';

/** An answer with the whole story of how it was found. */
export interface Routed {
  readonly events: readonly MarketEvent[];
  /** Every tier, in the order of trying, with its score or the reason it was left out. */
  readonly ranking: readonly Ranked[];
  /** The tiers tried, the last of which answered. */
  readonly attempts: readonly Attempt[];
  /** Why the answer may be believed to be as fresh as asked. */
  readonly trust: string;
}

export interface RouterOptions {
  readonly tiers: readonly Tier[];
  readonly networkPolicy: NetworkPolicy;
  /** Share of the request budget in use for a request, 0 to 1. */
  readonly usage: (request: DataRequest) => number;
  readonly health?: TierHealth;
  readonly circuits?: Circuits;
  readonly scheduler?: SchedulerLike;
}

/**
 * Serves a request from the best tier that can: the ranked tiers as one chain of `catchError`, each within its time
 * limit. An answer that lacks one of the markets is a failure; a failure that lies in the request itself ends the chain.
 * A tier that keeps one waiting may have the next asked beside it, and the first answer counts.
 *
 * Emits one answer and completes, or errors with `AllTiersFailedError`: at once, when all that could serve are held back
 * by their circuits.
 */
export const createRouter = (options: RouterOptions): ((request: DataRequest) => Observable<Routed>) => {
  const { tiers, networkPolicy, usage, scheduler = asyncScheduler } = options;
  const health = options.health ?? new TierHealth(scheduler);
  const circuits = options.circuits ?? new Circuits(scheduler);
  const byName = new Map(tiers.map((tier) => [tier.name, tier]));

  /** Tiers that ask the same endpoint for a request, the tier itself among them. */
  const sharing = (tier: Tier, request: DataRequest): readonly Tier[] => {
    const endpoint = tier.endpoint?.(request);
    return endpoint === undefined ? [tier] : tiers.filter((other) => other.endpoint?.(request) === endpoint);
  };
  /** An endpoint is as well for one tier as for another: who asks it for many at once stays before who asks for each. */
  const healthOf = (tier: Tier, request: DataRequest): number =>
    Math.min(...sharing(tier, request).map(({ name }) => health.of(name)));

  const rankFor = (request: DataRequest, spared: Spared): readonly Ranked[] => {
    const candidates = tiers.map((tier) => ({ tier: tier.name, excluded: tier.cannotServe(request) }));
    return rank(request, candidates, {
      usage: usage(request),
      networkPolicy,
      health: (name) => {
        const tier = byName.get(name);
        return tier === undefined ? 1 : healthOf(tier, request);
      },
      heldBack: (name) => {
        const tier = byName.get(name);
        return tier === undefined ? undefined : spared.why(tier);
      },
    });
  };

  /** Asks one tier and writes down what became of it. */
  const attempt = (tier: Tier, request: DataRequest, attempts: Attempt[], spared: Spared): Observable<TierAnswer> =>
    defer(() => {
      const { name } = tier;
      // Since the ranking, another request may have taken the probe, or found the endpoint in trouble.
      const why = spared.why(tier);
      if (why !== undefined) return of({ miss: why });
      const start = scheduler.now();
      const limit = tier.timeLimit(request);
      let ended = false;
      const note = (outcome: Attempt['outcome'], reason: string, error?: MarketDataError): void => {
        const elapsed = scheduler.now() - start;
        ended = true;
        attempts.push({ tier: name, outcome, reason, elapsed, ...(error === undefined ? {} : { error }) });
        // A request that makes no sense says nothing about the tier that found out.
        if (error === undefined || !isTheCallers(error.code)) health.note(name, outcome, elapsed / limit);
      };
      const fail = (error: MarketDataError): void => {
        note('failed', error.message, error);
        circuits.failed(name, request.channel, error);
        if (!spared.failed(tier, error)) return;
        const others = sharing(tier, request).filter((other) => other !== tier);
        for (const other of others) health.share(other.name, (scheduler.now() - start) / limit);
      };
      const answer = (given: TierAnswer): void => {
        if ('miss' in given) note('missed', given.miss);
        else note('answered', given.trust);
        if (!('miss' in given)) circuits.succeeded(name, request.channel);
      };
      const overtaken = (): void => {
        if (ended) return;
        const elapsed = scheduler.now() - start;
        // Before the one that answered.
        attempts.splice(-1, 0, { tier: name, outcome: 'missed', reason: 'another tier was quicker', elapsed });
      };
      circuits.tried(name, request.channel);
      return ask(tier, request, limit, scheduler).pipe(
        tap({
          next: answer,
          error: (error: unknown) => fail(toMarketDataError(error)),
          unsubscribe: overtaken,
        }),
      );
    });

  return (request) =>
    defer(() => {
      const spared = new Spared(circuits, request);
      const ranking = rankFor(request, spared);
      const attempts: Attempt[] = [];
      const giveUp = (): MarketDataError =>
        new AllTiersFailedError(describe(request), attempts, exclusions(ranking), spared.report(attempts));
      const chain$ = ranking
        .filter(({ excluded }) => excluded === undefined)
        .flatMap(({ tier }) => byName.get(tier) ?? [])
        .reduceRight<Observable<TierHit>>(
          (next$, tier) =>
            either(attempt(tier, request, attempts, spared), next$, tier.hedgeAfter?.(request), scheduler),
          throwError(() => EXHAUSTED),
        );
      return chain$.pipe(
        catchError(() => throwError(() => giveUp())),
        map((answer) => ({ ...answer, ranking, attempts })),
      );
    });
};

/** Ends a chain; what is told in the end is made of the attempts. */
const EXHAUSTED = new MarketDataError('no tier is left', { code: 'ALL_TIERS_FAILED', retryable: true });

/** A tier's one answer: within its limit, whole, every error typed. */
const ask = (tier: Tier, request: DataRequest, limit: number, scheduler: SchedulerLike): Observable<TierAnswer> =>
  defer(() => tier.fetch(request)).pipe(
    take(1),
    throwIfEmpty(() => failure('PARTIAL_ANSWER', 'completed without an answer')),
    timeout({
      first: limit,
      scheduler,
      with: () => throwError(() => failure('TIER_TIMEOUT', `no answer within ${limit} ms`, { limit })),
    }),
    map((answer) => ('miss' in answer ? answer : { ...answer, events: whole(request, answer.events) })),
    catchError((error: unknown) => throwError(() => toMarketDataError(error))),
  );

/** The events of the markets asked for, in the order asked; an error when one has none. */
export const whole = (request: DataRequest, events: readonly MarketEvent[]): readonly MarketEvent[] => {
  // History may honestly be empty: the market is younger, or the window had no trades.
  if (!isLatest(request)) return events;
  const byMarket = new Map(events.map((event) => [event.market, event]));
  const ordered = request.markets.flatMap((market) => byMarket.get(market) ?? []);
  if (ordered.length === request.markets.length) return ordered;
  const missing = request.markets.filter((market) => !byMarket.has(market));
  throw failure('PARTIAL_ANSWER', `no answer for ${missing.length} of ${request.markets.length} markets`, { missing });
};

const failure = (code: ErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}): MarketDataError =>
  new MarketDataError(message, { code, retryable: true, details });

/** Why tiers were left out, for the error of a request that no tier was eligible for. */
const exclusions = (ranking: readonly Ranked[]): string[] =>
  ranking.flatMap(({ tier, excluded }) => (excluded === undefined ? [] : `${tier}: ${excluded}`));

/** What was asked, in a few words. */
export const describe = ({ channel, markets, interval }: DataRequest): string => {
  const shown =
    markets.length > 3 ? `${markets.slice(0, 3).join(', ')} and ${markets.length - 3} more` : markets.join(', ');
  return `${interval === undefined ? '' : `${interval} `}${channel} of ${shown}`;
};
