import { describe, expect, it } from '@jest/globals';
import { EMPTY, NEVER, catchError, defer, map, mergeMap, of, timer, throwError, type Observable } from 'rxjs';
import { AllTiersFailedError, MarketDataError } from '../../src/errors.js';
import { TIERS, type TierName } from '../../src/model/provenance.js';
import { Circuits } from '../../src/routing/circuits.js';
import { TierHealth } from '../../src/routing/health.js';
import { createRouter, type Routed } from '../../src/routing/router.js';
import type { Tier, TierAnswer } from '../../src/routing/tier.js';
import { ticker } from '../events.js';
import { marbles } from '../marbles.js';
import { request } from '../requests.js';

const LIMIT = 10;

const failure = (code: 'HTTP_FAILED' | 'UNKNOWN_MARKET' = 'HTTP_FAILED'): MarketDataError =>
  new MarketDataError('it broke', { code, retryable: code === 'HTTP_FAILED' });

const hit = (tier: TierName): TierAnswer => ({ events: [ticker({ tier })], trust: 'scripted' });

const scripted = (name: TierName, answer: Observable<TierAnswer>, cannotServe?: string): Tier => ({
  name,
  cannotServe: () => cannotServe,
  timeLimit: () => LIMIT,
  fetch: () => answer,
});

const router = (tiers: readonly Tier[], health?: TierHealth) =>
  createRouter({ tiers, networkPolicy: 'balanced', usage: () => 0, ...(health === undefined ? {} : { health }) });

const served = ({ events }: Routed): string => events[0]?.tier ?? 'nobody';

/** The five tiers, of which the first `n` fail after one frame. */
const failing = (n: number): Tier[] =>
  TIERS.map((name, i) =>
    scripted(
      name,
      timer(1).pipe(
        map(() => {
          if (i < n) throw failure();
          return hit(name);
        }),
      ),
    ),
  );

describe('createRouter', () => {
  it.each(TIERS.map((tier, n) => [n, tier] as const))('comes to the next tier when %d have failed: %s', (n, tier) => {
    marbles(({ expectObservable }) => {
      const answer = router(failing(n))(request()).pipe(map(served));
      expectObservable(answer).toBe(`${'-'.repeat(n + 1)}(t|)`, { t: tier });
    })();
  });

  it(
    'ends in one error that lists every attempt when all five fail',
    marbles(({ expectObservable, flush }) => {
      let error: unknown;
      const answer = router(failing(5))(request());
      answer.subscribe({ error: (cause: unknown) => (error = cause) });
      expectObservable(NEVER, '------!').toBe('-');
      flush();
      expect(error).toBeInstanceOf(AllTiersFailedError);
      expect(error).toMatchObject({
        code: 'ALL_TIERS_FAILED',
        retryable: true,
        attempts: TIERS.map((tier) => ({ tier, outcome: 'failed', reason: 'it broke', elapsed: 1 })),
      });
    }),
  );

  it(
    'gives each tier its time limit and unsubscribes from the one that is late',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const late = cold<TierAnswer>('            ------------(a|)', { a: hit('hot-cache') });
      const lateSubs = '                         ^---------!';
      const next = cold<TierAnswer>('            --(b|)', { b: hit('cold-rest') });
      const nextSubs = '                         ----------^-!';
      const answer = router([scripted('hot-cache', late), scripted('cold-rest', next)])(request());
      expectObservable(answer.pipe(map(served))).toBe('------------(t|)', { t: 'cold-rest' });
      expectSubscriptions(late.subscriptions).toBe(lateSubs);
      expectSubscriptions(next.subscriptions).toBe(nextSubs);
    }),
  );

  it(
    'asks nobody else once a tier has answered, and lets go of it',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const first = cold<TierAnswer>('-a-----', { a: hit('hot-cache') });
      const second = cold<TierAnswer>('-b', { b: hit('cold-rest') });
      const answer = router([scripted('hot-cache', first), scripted('cold-rest', second)])(request());
      expectObservable(answer.pipe(map(served))).toBe('-(t|)', { t: 'hot-cache' });
      expectSubscriptions(first.subscriptions).toBe('^!');
      expectSubscriptions(second.subscriptions).toBe([]);
    }),
  );

  it(
    'lets go of the tier under way when the caller leaves',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const first = cold<TierAnswer>('---#', {}, failure());
      const second = cold<TierAnswer>('-------(b|)', { b: hit('cold-rest') });
      const answer = router([scripted('hot-cache', first), scripted('cold-rest', second)])(request());
      expectObservable(answer, '^----!').toBe('-');
      expectSubscriptions(first.subscriptions).toBe('^--!');
      expectSubscriptions(second.subscriptions).toBe('---^-!');
    }),
  );

  it(
    'counts a partial answer as a failure',
    marbles(({ expectObservable, flush }) => {
      const both = request({ markets: ['KRW-BTC', 'KRW-ETH'] });
      const whole = { events: [ticker({ market: 'KRW-ETH' }), ticker()], trust: 'scripted' };
      const tiers = [scripted('hot-cache', of(hit('hot-cache'))), scripted('cold-rest', of(whole))];
      let routed: Routed | undefined;
      router(tiers)(both).subscribe((answer) => (routed = answer));
      expectObservable(NEVER, '!').toBe('');
      flush();
      expect(routed?.attempts).toMatchObject([
        { tier: 'hot-cache', outcome: 'failed', error: { code: 'PARTIAL_ANSWER', details: { missing: ['KRW-ETH'] } } },
        { tier: 'cold-rest', outcome: 'answered' },
      ]);
      // In the order asked, not in the order received.
      expect(routed?.events.map(({ market }) => market)).toEqual(['KRW-BTC', 'KRW-ETH']);
    }),
  );

  it(
    'drops what nobody asked for',
    marbles(({ expectObservable }) => {
      const extra = { events: [ticker(), ticker({ market: 'KRW-XRP' })], trust: 'scripted' };
      const answer = router([scripted('cold-rest', of(extra))])(request());
      expectObservable(answer.pipe(map(({ events }) => events.length))).toBe('(n|)', { n: 1 });
    }),
  );

  it(
    'takes an empty history for an answer',
    marbles(({ expectObservable }) => {
      const nothing = { events: [], trust: 'scripted' };
      const answer = router([scripted('cold-rest', of(nothing))])(request({ channel: 'candle', count: 10 }));
      expectObservable(answer.pipe(map(({ events }) => events.length))).toBe('(n|)', { n: 0 });
    }),
  );

  it(
    'passes by a tier that has nothing, without holding it against the tier',
    marbles(({ expectObservable, flush }) => {
      const health = new TierHealth();
      const tiers = [scripted('hot-cache', of({ miss: 'nothing fresh' })), scripted('cold-rest', of(hit('cold-rest')))];
      let routed: Routed | undefined;
      router(tiers, health)(request()).subscribe((answer) => (routed = answer));
      expectObservable(NEVER, '!').toBe('');
      flush();
      expect(routed?.attempts).toMatchObject([
        { tier: 'hot-cache', outcome: 'missed', reason: 'nothing fresh' },
        { tier: 'cold-rest', outcome: 'answered', reason: 'scripted' },
      ]);
      expect(health.of('hot-cache')).toBe(1);
    }),
  );

  it(
    'takes a tier that completes without a word for failed',
    marbles(({ expectObservable }) => {
      const answer = router([scripted('hot-cache', EMPTY), scripted('cold-rest', of(hit('cold-rest')))])(request());
      expectObservable(answer.pipe(map(served))).toBe('(t|)', { t: 'cold-rest' });
    }),
  );

  it(
    'does not try a tier that cannot serve the request, and says why in the ranking',
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const hot = cold<TierAnswer>('(a|)', { a: hit('hot-cache') });
      const tiers = [scripted('hot-cache', hot, 'no history'), scripted('cold-rest', of(hit('cold-rest')))];
      let routed: Routed | undefined;
      const answer = router(tiers)(request());
      answer.subscribe((value) => (routed = value));
      expectObservable(answer.pipe(map(served))).toBe('(t|)', { t: 'cold-rest' });
      expectSubscriptions(hot.subscriptions).toBe([]);
      flush();
      expect(routed?.ranking.at(-1)).toEqual({ tier: 'hot-cache', score: 0, excluded: 'no history' });
    }),
  );

  it(
    'errors when no tier is eligible at all',
    marbles(({ expectObservable }) => {
      const answer = router([scripted('hot-cache', NEVER, 'no history')])(request());
      expectObservable(answer).toBe(
        '#',
        {},
        new AllTiersFailedError('ticker of KRW-BTC', [], ['hot-cache: no history']),
      );
    }),
  );

  it(
    'stops at a failure that lies in the request, and does not hold it against the tier',
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const health = new TierHealth();
      const next = cold<TierAnswer>('(a|)', { a: hit('cold-rest') });
      const tiers = [
        scripted(
          'batch-snapshot',
          throwError(() => failure('UNKNOWN_MARKET')),
        ),
        scripted('cold-rest', next),
      ];
      let error: unknown;
      router(tiers, health)(request()).subscribe({ error: (cause: unknown) => (error = cause) });
      expectObservable(NEVER, '!').toBe('');
      flush();
      expect(error).toMatchObject({ retryable: false, attempts: [{ tier: 'batch-snapshot' }] });
      expectSubscriptions(next.subscriptions).toBe([]);
      expect(health.of('batch-snapshot')).toBe(1);
    }),
  );

  it(
    'goes on when a tier throws instead of erroring, and types what it threw',
    marbles(({ expectObservable, flush }) => {
      const broken: Tier = {
        ...scripted('hot-cache', NEVER),
        fetch: () => {
          throw new TypeError('a bug');
        },
      };
      let routed: Routed | undefined;
      router([broken, scripted('cold-rest', of(hit('cold-rest')))])(request()).subscribe((value) => (routed = value));
      expectObservable(NEVER, '!').toBe('');
      flush();
      expect(routed?.attempts[0]).toMatchObject({ outcome: 'failed', reason: 'a bug', error: { code: 'BAD_PAYLOAD' } });
    }),
  );

  it(
    'shares no state between two subscriptions',
    marbles(({ cold, expectObservable }) => {
      const tier = scripted('cold-rest', cold<TierAnswer>('-(a|)', { a: hit('cold-rest') }));
      const answer = router([tier])(request()).pipe(map(({ attempts }) => attempts.length));
      expectObservable(answer).toBe('   -(n|)', { n: 1 });
      expectObservable(answer, '---^').toBe('----(n|)', { n: 1 });
    }),
  );

  it(
    'ranks a tier that fails behind one that works',
    marbles(({ expectObservable }) => {
      const health = new TierHealth();
      for (let i = 0; i < 9; i += 1) health.note('hot-cache', 'failed', 0);
      const tiers = [scripted('hot-cache', of(hit('hot-cache'))), scripted('cold-rest', of(hit('cold-rest')))];
      expectObservable(router(tiers, health)(request()).pipe(map(served))).toBe('(t|)', { t: 'cold-rest' });
    }),
  );
});

describe('createRouter, its circuits', () => {
  const broken = (name: TierName, more: Partial<Tier> = {}): Tier => ({
    ...scripted(
      name,
      defer(() => throwError(() => failure())),
    ),
    ...more,
  });
  const fails = (circuits: Circuits, tier: TierName, times: number): void => {
    for (let i = 0; i < times; i += 1) circuits.failed(tier, 'ticker', failure());
  };
  const circuitRouter = (tiers: readonly Tier[], circuits: Circuits) =>
    createRouter({ tiers, networkPolicy: 'balanced', usage: () => 0, circuits });
  const errorOf = (answer$: Observable<Routed>): unknown => {
    let error: unknown;
    answer$.subscribe({ error: (cause: unknown) => (error = cause) });
    return error;
  };

  it(
    'leaves a tier alone that failed five times in a row, and says so in the ranking',
    marbles(({ flush }) => {
      const circuits = new Circuits();
      fails(circuits, 'live-subscription', 4);
      const tiers = [broken('live-subscription'), scripted('cold-rest', of(hit('cold-rest')))];
      let routed: Routed | undefined;
      const ask = (): unknown => circuitRouter(tiers, circuits)(request()).subscribe((answer) => (routed = answer));
      ask();
      expect(routed?.attempts.map(({ tier }) => tier)).toEqual(['live-subscription', 'cold-rest']);
      ask();
      flush();
      expect(routed?.ranking).toMatchObject([
        { tier: 'cold-rest' },
        { tier: 'live-subscription', excluded: 'circuit open for another 0.5 s after 5 failures in a row' },
      ]);
      expect(routed?.attempts.map(({ tier }) => tier)).toEqual(['cold-rest']);
    }),
  );

  it(
    'errors at once when all are held back, with the reasons and when to come back',
    marbles(({ flush }) => {
      const circuits = new Circuits();
      fails(circuits, 'batch-snapshot', 5);
      fails(circuits, 'cold-rest', 5);
      const tiers = [scripted('hot-cache', NEVER, 'no history'), broken('batch-snapshot'), broken('cold-rest')];
      const error = errorOf(circuitRouter(tiers, circuits)(request()));
      flush();
      expect(error).toMatchObject({
        code: 'ALL_TIERS_FAILED',
        retryable: true,
        attempts: [],
        details: { retryAfter: 500 },
      });
      expect(String(error)).toMatch(/batch-snapshot: circuit open .*; cold-rest: circuit open/);
    }),
  );

  it(
    'lets one request in to find out, and closes when it is answered',
    marbles(({ cold, expectObservable, scheduler }) => {
      const circuits = new Circuits(scheduler);
      fails(circuits, 'cold-rest', 5);
      const route = createRouter({
        tiers: [scripted('cold-rest', cold<TierAnswer>('--(a|)', { a: hit('cold-rest') }))],
        networkPolicy: 'balanced',
        usage: () => 0,
        circuits,
        scheduler,
      });
      const ask = () =>
        route(request()).pipe(
          map(served),
          catchError(() => of('held back')),
        );
      const asks$ = cold('a 499ms (bc) d').pipe(mergeMap(ask));
      expectObservable(asks$).toBe('h 499ms h 1ms t 3ms t', { h: 'held back', t: 'cold-rest' });
    }),
  );

  it(
    'passes by a tier whose endpoint has just failed another',
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const cold$ = cold<TierAnswer>('(a|)', { a: hit('cold-rest') });
      const endpoint = (): string => 'rest/ticker';
      const tiers = [broken('batch-snapshot', { endpoint }), { ...scripted('cold-rest', cold$), endpoint }];
      const error = errorOf(circuitRouter(tiers, new Circuits())(request()));
      expectObservable(NEVER, '!').toBe('');
      expectSubscriptions(cold$.subscriptions).toBe([]);
      flush();
      expect(error).toMatchObject({ retryable: true, attempts: [{ tier: 'batch-snapshot' }] });
      expect(String(error)).toContain('cold-rest: its endpoint has just failed batch-snapshot: HTTP_FAILED');
    }),
  );

  it(
    'asks the same endpoint again when the answer itself was the trouble',
    marbles(({ expectObservable }) => {
      const endpoint = (): string => 'rest/ticker';
      const partial = { events: [], trust: 'scripted' };
      const tiers = [
        { ...scripted('batch-snapshot', of(partial)), endpoint },
        { ...scripted('cold-rest', of(hit('cold-rest'))), endpoint },
      ];
      expectObservable(router(tiers)(request()).pipe(map(served))).toBe('(t|)', { t: 'cold-rest' });
    }),
  );

  it(
    'asks for many at once before it asks for each, however badly the endpoint has fared',
    marbles(({ expectObservable }) => {
      const endpoint = (): string => 'rest/ticker';
      const health = new TierHealth();
      for (let i = 0; i < 9; i += 1) health.note('batch-snapshot', 'failed', 0);
      for (let i = 0; i < 50; i += 1) health.note('cold-rest', 'answered', 0);
      const tiers = [
        { ...scripted('batch-snapshot', of(hit('batch-snapshot'))), endpoint },
        { ...scripted('cold-rest', of(hit('cold-rest'))), endpoint },
      ];
      expectObservable(router(tiers, health)(request()).pipe(map(served))).toBe('(t|)', { t: 'batch-snapshot' });
    }),
  );

  it(
    'leaves alone what shares the endpoint of a tier whose circuit is open',
    marbles(({ flush }) => {
      const circuits = new Circuits();
      fails(circuits, 'batch-snapshot', 5);
      const endpoint = (): string => 'rest/ticker';
      const tiers = [
        { ...scripted('batch-snapshot', NEVER), endpoint },
        { ...scripted('cold-rest', of(hit('cold-rest'))), endpoint },
      ];
      const error = errorOf(circuitRouter(tiers, circuits)(request()));
      flush();
      expect(error).toMatchObject({ attempts: [], details: { retryAfter: 500 } });
    }),
  );

  it(
    'says when to come back only when nothing can be had before',
    marbles(({ flush }) => {
      const limited = new MarketDataError('slow down', {
        code: 'RATE_LIMITED',
        retryable: true,
        details: { retryAfter: 7_000 },
      });
      const slow = scripted(
        'batch-snapshot',
        throwError(() => limited),
      );
      expect(errorOf(router([slow])(request()))).toMatchObject({ details: { retryAfter: 7_000 } });
      const both = errorOf(router([slow, broken('cold-rest')])(request()));
      expect(both instanceof MarketDataError && 'retryAfter' in both.details).toBe(false);
      flush();
    }),
  );
});

describe('createRouter, beside a slow tier', () => {
  it(
    'takes the answer of the next, and writes down who was overtaken',
    marbles(({ cold, flush }) => {
      const slow = { ...scripted('live-subscription', cold<TierAnswer>('--------a')), hedgeAfter: () => 3 };
      const next = scripted('cold-rest', cold<TierAnswer>('-a', { a: hit('cold-rest') }));
      let routed: Routed | undefined;
      router([slow, next])(request()).subscribe((answer) => (routed = answer));
      flush();
      expect(routed?.attempts).toEqual([
        { tier: 'live-subscription', outcome: 'missed', reason: 'another tier was quicker', elapsed: 4 },
        { tier: 'cold-rest', outcome: 'answered', reason: 'scripted', elapsed: 1 },
      ]);
    }),
  );

  it(
    'hears from the next that there is no such market, without waiting for the slow one',
    marbles(({ cold, expectObservable, flush }) => {
      const slow = { ...scripted('live-subscription', NEVER), hedgeAfter: () => 3 };
      const next = scripted('cold-rest', cold<TierAnswer>('-#', {}, failure('UNKNOWN_MARKET')));
      const told$ = router([slow, next])(request()).pipe(catchError(() => of('told')));
      expectObservable(told$).toBe('----(t|)', { t: 'told' });
      flush();
    }),
  );
});
