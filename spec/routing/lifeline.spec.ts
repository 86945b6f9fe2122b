import { describe, expect, it } from '@jest/globals';
import { NEVER, defer, map, mergeMap, of, throwError, timer, type Observable } from 'rxjs';
import {
  AllTiersFailedError,
  InvalidRequestError,
  MarketDataError,
  type Attempt,
  type ErrorCode,
} from '../../src/errors.js';
import type { Market } from '../../src/model/market.js';
import type { DataRequest } from '../../src/model/request.js';
import type { HealthReport, LifelineEvent } from '../../src/model/signals.js';
import { Lifeline, type LifelineOptions } from '../../src/routing/lifeline.js';
import { LinkState, type Link } from '../../src/routing/link.js';
import type { Routed } from '../../src/routing/router.js';
import { ticker } from '../events.js';
import { marbles } from '../marbles.js';
import { request } from '../requests.js';
import { scriptedSource, type Script } from '../scripted-source.js';

const failure = (code: ErrorCode, details: Record<string, unknown> = {}): MarketDataError =>
  new MarketDataError('it broke', { code, retryable: true, details });
const attempt = (error?: MarketDataError): Attempt => ({
  tier: 'cold-rest',
  outcome: error === undefined ? 'answered' : 'failed',
  reason: 'it broke',
  elapsed: 1,
  ...(error === undefined ? {} : { error }),
});
const answer: Routed = { events: [ticker()], ranking: [], attempts: [attempt()], trust: 'router' };
const allFailed = (error: MarketDataError): AllTiersFailedError => new AllTiersFailedError('it', [attempt(error)]);

const answers = (ms = 1): Observable<Routed> => timer(ms).pipe(map(() => answer));
const fails = (error = failure('HTTP_FAILED', { status: 503 })): Observable<Routed> =>
  timer(1).pipe(mergeMap(() => throwError(() => allFailed(error))));
const noNetwork = failure('HTTP_FAILED', { reason: 'ENETUNREACH' });

const up: Link = { state: 'up', connection: { watch: () => NEVER }, since: 0 };
const down: Link = { state: 'down', error: failure('SOCKET_LOST') };

const lifeline = (
  router: (n: number, request: DataRequest) => Observable<Routed>,
  options: Partial<LifelineOptions> = {},
  script: Script = {},
) => {
  let n = 0;
  const link = new LinkState();
  const asked: string[] = [];
  const it = new Lifeline({
    router: (what) =>
      defer(() => {
        asked.push(`${what.channel} ${what.markets.join('+')} ${what.context} ${what.maxAge}`);
        return router((n += 1), what);
      }),
    source: scriptedSource(script),
    link,
    ...options,
  });
  const events: LifelineEvent[] = [];
  it.events$.subscribe((event) => events.push(event));
  const work = it.work$.subscribe();
  /** Asks at each time, whatever comes of it. */
  const ask = (times: readonly number[], what = request()): void => {
    for (const time of times) {
      timer(time)
        .pipe(mergeMap(() => it.route(what)))
        .subscribe({ error: () => undefined });
    }
  };
  return { it, link, asked, events, work, ask };
};

const summary = (events: readonly LifelineEvent[]): string[] =>
  events.map((event) => {
    if (event.type === 'exit') return `${event.at} ${event.phase}`;
    return 'state' in event ? `${event.at} ${event.type} ${event.state}` : `${event.at} ${event.type}`;
  });

describe('Lifeline', () => {
  it(
    'answers by the router, and says that all is well',
    marbles(({ expectObservable, scheduler, flush }) => {
      const { it, events, work } = lifeline(() => answers());
      expectObservable(it.route(request()).pipe(map(({ trust }) => trust))).toBe('-(r|)', { r: 'router' });
      flush();
      expect(events).toEqual([]);
      expect(it.status()).toEqual({
        phase: 'routed',
        connectivity: 'online',
        slo: {
          success: { state: 'unknown', measured: 1, target: 0.95 },
          response: { state: 'unknown', measured: 1, target: 0.95 },
          count: 1,
        },
      });
      expect(scheduler.now()).toBe(1);
      work.unsubscribe();
    }),
  );

  it(
    'answers directly when the router fails for good, and tries it again by itself',
    marbles(({ flush }) => {
      const { events, ask, asked, work } = lifeline(
        (n) => (n < 4 ? fails() : answers()),
        {},
        { snapshot: () => timer(1).pipe(map(() => [ticker()])) },
      );
      ask([0, 10, 20]);
      timer(400_000).subscribe(() => work.unsubscribe());
      flush();
      expect(summary(events)).toEqual(['21 switching', '27 stabilising', '301021 trying', '301022 routed']);
      expect(asked).toHaveLength(4);
    }),
  );

  it(
    'holds no timer any more once its work has ended',
    marbles(({ flush, scheduler }) => {
      const { ask, work, it } = lifeline(() => fails(), { exit: { failures: 1 } });
      ask([0]);
      timer(10).subscribe(() => work.unsubscribe());
      flush();
      expect([it.status().phase, scheduler.now() < 300_000]).toEqual(['switching', true]);
    }),
  );

  it(
    'measures what callers see: answers, failures, and waiting in vain; not what lies in the request',
    marbles(({ flush }) => {
      const { it, events, ask } = lifeline(
        (_, { markets }) => {
          if (markets.includes('KRW-NOPE')) return fails(failure('UNKNOWN_MARKET'));
          return markets.includes('KRW-SLOW') ? answers(1_500) : answers();
        },
        { slo: { minimum: 3 } },
      );
      ask([0, 1, 2, 3, 4, 5, 6, 7], request({ markets: ['KRW-NOPE'] }));
      ask([10, 11]);
      const impatient = timer(12)
        .pipe(mergeMap(() => it.route(request({ markets: ['KRW-SLOW'] }))))
        .subscribe();
      timer(900).subscribe(() => impatient.unsubscribe());
      ask([2_000], request({ markets: ['KRW-SLOW'] }));
      const patient = timer(4_000)
        .pipe(mergeMap(() => it.route(request({ markets: ['KRW-SLOW'] }))))
        .subscribe();
      timer(5_100).subscribe(() => patient.unsubscribe());
      flush();
      expect(events).toMatchObject([
        { type: 'slo', at: 3_500, objective: 'response', state: 'breached', measured: 2 / 3 },
        { type: 'slo', at: 5_100, objective: 'success', state: 'breached', measured: 3 / 4 },
      ]);
    }),
  );

  it(
    'says that there is no network as soon as both roads have shown it, serves what the router has, and recovers',
    marbles(({ cold, flush }) => {
      let isGone = true;
      const cached: Routed = { ...answer, attempts: [attempt(noNetwork)], trust: 'cache' };
      const { it, events, ask, link, work } = lifeline(
        (n) => (isGone ? (n === 2 ? of(cached) : fails(noNetwork)) : answers()),
        { exit: { failures: 1 } },
        { snapshot: () => (isGone ? throwError(() => noNetwork) : of([ticker()])) },
      );
      cold('d 199ms u', { d: down, u: up }).subscribe((state) => link.set(state));
      const trusts: string[] = [];
      ask([10]);
      for (const time of [50, 300]) {
        timer(time)
          .pipe(mergeMap(() => it.route(request())))
          .subscribe(({ trust }) => trusts.push(trust));
      }
      timer(200).subscribe(() => (isGone = false));
      timer(50_000).subscribe(() => work.unsubscribe());
      flush();
      expect(summary(events)).toEqual([
        '0 connectivity degraded',
        // The router's failure is heard of before the direct road has failed as well.
        '11 connectivity offline',
        '11 switching',
        '200 connectivity online',
        '300 trying',
        '301 routed',
      ]);
      expect(trusts).toEqual(['cache', 'router']);
    }),
  );

  it(
    'tells of a block once, whichever road hears of it',
    marbles(({ cold, flush }) => {
      const blocked = failure('BLOCKED', { retryAfter: 5_000 });
      const { events, ask, link, work } = lifeline(() => fails(blocked), { exit: { failures: 100 } });
      cold('-b', { b: { state: 'down', error: blocked } as const }).subscribe((state) => link.set(state));
      ask([10, 20, 30]);
      timer(100).subscribe(() => work.unsubscribe());
      flush();
      expect(events.filter(({ type }) => type === 'blocked')).toEqual([
        { type: 'blocked', at: 1, until: 5_001, reason: 'it broke' },
      ]);
    }),
  );

  it.each([{ exit: { failures: 0 } }, { slo: { success: 2 } }, { healthCheckEvery: -1 }])('refuses %j', (options) => {
    expect(() => lifeline(() => NEVER, options)).toThrow(InvalidRequestError);
  });
});

describe('Lifeline.check', () => {
  const listed: Market = { market: 'KRW-ETH', base: 'ETH', quote: 'KRW' };
  const script: Script = {
    markets: () => timer(2).pipe(map(() => [listed])),
    snapshot: () => timer(3).pipe(map(() => [ticker({ market: 'KRW-ETH' })])),
    connect: () => timer(4).pipe(map(() => ({ watch: () => NEVER }))),
  };
  const checked = ({ it }: ReturnType<typeof lifeline>): { report?: HealthReport } => {
    const result: { report?: HealthReport } = {};
    it.check().subscribe((report) => (result.report = report));
    return result;
  };

  it(
    'asks the router, REST and the socket for the present state of any market, nothing cached',
    marbles(({ flush }) => {
      const it = lifeline(() => answers(), {}, script);
      const result = checked(it);
      flush();
      expect(it.asked).toEqual(['ticker KRW-ETH maintenance 0']);
      expect(result.report).toEqual({
        type: 'health',
        at: 10,
        router: { ok: true, elapsed: 3 },
        rest: { ok: true, elapsed: 10 },
        socket: { ok: true, elapsed: 4 },
      });
    }),
  );

  it(
    'asks about a market somebody wanted, without looking for one',
    marbles(({ flush }) => {
      const it = lifeline(() => answers(), {}, { ...script, markets: () => throwError(() => new Error('never')) });
      it.ask([0], request({ markets: ['KRW-XRP'] }));
      const results: ReturnType<typeof checked>[] = [];
      timer(5).subscribe(() => results.push(checked(it)));
      flush();
      expect(it.asked).toEqual(['ticker KRW-XRP trading 1000', 'ticker KRW-XRP maintenance 0']);
      expect(results[0]?.report?.router.ok).toBe(true);
    }),
  );

  it.each([
    ['up', up, { ok: true, elapsed: 0 }],
    ['down', down, { ok: false, elapsed: 0, reason: 'it broke' }],
  ])('opens no second socket while the one there is is %s', (_, state, verdict) => {
    marbles(({ flush }) => {
      const it = lifeline(() => answers(), {}, { ...script, connect: () => throwError(() => new Error('never')) });
      it.link.set(state);
      const result = checked(it);
      timer(100).subscribe(() => it.work.unsubscribe());
      flush();
      expect(result.report?.socket).toEqual(verdict);
    })();
  });

  it(
    'is made every minute while the socket is in use, and does not count as a request',
    marbles(({ cold, flush }) => {
      const it = lifeline(() => answers(), {}, script);
      cold('u 150s i', { u: up, i: undefined }).subscribe((state) => it.link.set(state));
      timer(1_000_000).subscribe(() => it.work.unsubscribe());
      flush();
      expect(summary(it.events)).toEqual(['60010 health', '120008 health']);
      expect(it.it.status().slo.count).toBe(0);
    }),
  );

  it(
    'is made at other times, or not at all, as one likes',
    marbles(({ flush }) => {
      const often = lifeline(() => answers(), { healthCheckEvery: 1_000 }, script);
      const never = lifeline(() => answers(), { healthCheckEvery: 0 }, script);
      for (const { link, work } of [often, never]) {
        link.set(up);
        timer(3_500).subscribe(() => work.unsubscribe());
      }
      flush();
      expect([often.events.length, never.events.length]).toEqual([3, 0]);
    }),
  );
});
