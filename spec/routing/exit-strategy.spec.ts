import { describe, expect, it } from '@jest/globals';
import {
  EMPTY,
  NEVER,
  catchError,
  concatMap,
  defer,
  finalize,
  map,
  mergeMap,
  of,
  throwError,
  timer,
  type Observable,
} from 'rxjs';
import { AllTiersFailedError, MarketDataError, type Attempt, type ErrorCode } from '../../src/errors.js';
import type { DataRequest } from '../../src/model/request.js';
import type { ExitLimits } from '../../src/routing/exit-machine.js';
import { ExitStrategy } from '../../src/routing/exit-strategy.js';
import type { DirectRoad } from '../../src/routing/direct-road.js';
import type { Routed } from '../../src/routing/router.js';
import { ticker } from '../events.js';
import { marbles } from '../marbles.js';
import { request } from '../requests.js';

const error = (code: ErrorCode = 'HTTP_FAILED'): MarketDataError =>
  new MarketDataError('it broke', { code, retryable: true });
const attempt = (tier: string, code: ErrorCode): Attempt => ({
  tier,
  outcome: 'failed',
  reason: 'it broke',
  elapsed: 1,
  error: error(code),
});
const allFailed = (code: ErrorCode = 'HTTP_FAILED'): AllTiersFailedError =>
  new AllTiersFailedError('ticker of KRW-BTC', [attempt('cold-rest', code)]);
const answer = (trust: string): Routed => ({ events: [ticker()], ranking: [], attempts: [], trust });

const letter = ({ trust }: Routed): string => trust.charAt(0);

interface Play {
  /** What the router does for its nth request, counted from 1. */
  readonly router: (n: number, request: DataRequest) => Observable<Routed>;
  readonly direct?: (before: readonly Attempt[]) => Observable<Routed>;
  readonly limits?: Partial<ExitLimits>;
  readonly isOffline?: () => boolean;
  readonly cannotServe?: string;
}

const fails = (ms = 1): Observable<Routed> => timer(ms).pipe(mergeMap(() => throwError(() => allFailed())));
const answers = (trust: string, ms = 1): Observable<Routed> => timer(ms).pipe(map(() => answer(trust)));

const play = ({ router, direct = () => answers('direct'), limits, isOffline, cannotServe }: Play) => {
  let asked = 0;
  const requests: DataRequest[] = [];
  const road: DirectRoad = { cannotServe: () => cannotServe, fetch: (_, before = []) => direct(before) };
  const exit = new ExitStrategy({
    router: (what) =>
      defer(() => {
        requests.push(what);
        return router((asked += 1), what);
      }),
    direct: road,
    ...(limits === undefined ? {} : { limits }),
    ...(isOffline === undefined ? {} : { isOffline }),
  });
  /** One request at each time, as the letter of who answered it: `r`outer, `d`irect, or `e`rror. */
  const at = (times: readonly number[], what = request()): Observable<string> =>
    of(...times).pipe(
      mergeMap((time) => timer(time).pipe(mergeMap(() => exit.route(what)))),
      map(letter),
    );
  return { exit, at, requests, asked: () => asked };
};

/** Changes of phase: `r`outed, s`w`itching, `s`tabilising, `t`rying. */
const phases = ({ changes$ }: ExitStrategy): Observable<string> =>
  changes$.pipe(map(({ phase }) => ({ routed: 'r', switching: 'w', stabilising: 's', trying: 't' })[phase]));

/** One request after the other: each waits its time after the end of the one before. `e` for an error. */
const oneByOne = ({ exit }: Pick<ReturnType<typeof play>, 'exit'>, waits: readonly number[]): Observable<string> =>
  of(...waits).pipe(
    concatMap((wait) =>
      timer(wait).pipe(
        mergeMap(() => exit.route(request())),
        map(letter),
        catchError(() => of('e')),
      ),
    ),
  );

describe('ExitStrategy, while the router works', () => {
  it(
    'hands on its answers and holds no timer',
    marbles(({ expectObservable }) => {
      const it = play({ router: () => answers('router', 3) });
      expectObservable(it.exit.trials$, '^ 60m !').toBe('-');
      expectObservable(it.exit.changes$, '^ 60m !').toBe('-');
      expectObservable(it.at([1, 5])).toBe('----r---(r|)');
    }),
  );

  it(
    'hands on one failure, and two, and is not tripped by them',
    marbles(({ expectObservable }) => {
      const it = play({ router: (n) => (n % 3 === 0 ? answers('router') : fails()) });
      expectObservable(oneByOne(it, [1, 1, 1, 1, 1, 1])).toBe('--e-e-r-e-e-(r|)');
      expectObservable(it.exit.changes$, '^ 60m !').toBe('-');
    }),
  );

  it(
    'hands on the failure itself',
    marbles(({ expectObservable }) => {
      const it = play({ router: () => fails(2) });
      expectObservable(it.exit.route(request())).toBe('--#', undefined, allFailed());
    }),
  );

  it.each<ErrorCode>(['UNKNOWN_MARKET', 'INVALID_REQUEST', 'CLOSED'])('is never tripped by %s', (code) => {
    marbles(({ expectObservable }) => {
      const bare = play({ router: () => throwError(() => error(code)) });
      const listed = play({ router: () => throwError(() => allFailed(code)) });
      for (const it of [bare, listed]) {
        expectObservable(oneByOne(it, [1, 1, 1, 1, 1])).toBe('-eeee(e|)');
        expectObservable(it.exit.changes$, '^ 60m !').toBe('-');
      }
    })();
  });

  it.each<ErrorCode>(['RATE_LIMITED', 'BLOCKED'])(
    'is not tripped by %s, which would meet the direct road too',
    (code) => {
      marbles(({ expectObservable }) => {
        const it = play({ router: () => throwError(() => allFailed(code)) });
        expectObservable(oneByOne(it, [1, 1, 1, 1, 1])).toBe('-eeee(e|)');
        expectObservable(it.exit.changes$, '^ 60m !').toBe('-');
        const mixed = new AllTiersFailedError('it', [
          attempt('batch-snapshot', 'HTTP_FAILED'),
          attempt('cold-rest', code),
        ]);
        const other = play({ router: () => throwError(() => mixed) });
        expectObservable(oneByOne(other, [1, 1, 1])).toBe('-ee-(d|)');
      })();
    },
  );

  it(
    'is tripped by a router that leaves every tier alone',
    marbles(({ expectObservable }) => {
      const spared = new AllTiersFailedError('it', [], [], { reasons: ['circuit open'], retryAfter: 9 });
      const it = play({ router: () => throwError(() => spared) });
      expectObservable(oneByOne(it, [1, 1, 1])).toBe('-ee-(d|)');
    }),
  );

  it(
    'is never tripped by what the exchange cannot serve by any road',
    marbles(({ expectObservable }) => {
      const it = play({ router: () => fails(), cannotServe: 'a socket has no history' });
      expectObservable(oneByOne(it, [1, 1, 1, 1])).toBe('--e-e-e-(e|)');
      expectObservable(it.exit.changes$, '^ 60m !').toBe('-');
    }),
  );
});

describe('ExitStrategy, when the router fails for good', () => {
  it(
    'answers the third request in a row directly, at once, having said so',
    marbles(({ expectObservable }) => {
      const it = play({ router: () => fails() });
      expectObservable(oneByOne(it, [1, 1, 1, 5])).toBe('--e-e--d-----(d|)');
      expectObservable(it.exit.changes$, '^--------!').toBe('------ws', {
        w: { type: 'exit', at: 6, phase: 'switching', reason: `3 failures in a row, the last: ${allFailed().message}` },
        s: { type: 'exit', at: 7, phase: 'stabilising', reason: 'the exchange answers directly' },
      });
    }),
  );

  it(
    'does not ask the router any more',
    marbles(({ expectObservable, flush }) => {
      const it = play({ router: () => fails() });
      expectObservable(oneByOne(it, [1, 1, 1, 5, 5, 5])).toBe('--e-e--d-----d-----d-----(d|)');
      flush();
      expect(it.asked()).toBe(3);
    }),
  );

  it.each<[string, () => Observable<Routed>]>([
    ['throws', () => fails()],
    [
      'throws a bug',
      () => {
        throw new TypeError('a bug');
      },
    ],
    ['completes without a word', () => EMPTY],
  ])('counts it when the router %s', (_, router) => {
    marbles(({ flush }) => {
      const it = play({ router, limits: { failures: 1 } });
      const seen: string[] = [];
      oneByOne(it, [1]).subscribe((what) => seen.push(what));
      flush();
      expect([seen, it.exit.phase]).toEqual([['d'], 'stabilising']);
    })();
  });

  it(
    'goes direct after 300 s without a success, not after 299',
    marbles(({ expectObservable }) => {
      const early = play({ router: () => fails() });
      // Asked at 1 and at 299,999, failed at 300,000.
      expectObservable(oneByOne(early, [1, 299_997])).toBe('--e 299997ms (e|)');
      const late = play({ router: () => fails() });
      // Failed at 300,001: 300 s after the first was asked.
      expectObservable(oneByOne(late, [1, 299_998])).toBe('--e 299999ms (d|)');
      expectObservable(phases(late.exit), '^ 301s !').toBe('300001ms ws');
    }),
  );

  it(
    'answers directly what the router never answers',
    marbles(({ expectObservable }) => {
      const it = play({ router: () => NEVER });
      expectObservable(it.at([5])).toBe('300006ms (d|)');
      expectObservable(it.exit.changes$.pipe(map(({ reason }) => reason)), '^ 300005ms !').toBe('300005ms a', {
        a: 'no success for 300 s: the router gave no answer within 300000 ms',
      });
    }),
  );

  it(
    'gives a history the time it takes',
    marbles(({ expectObservable }) => {
      const it = play({ router: () => answers('router', 500_000) });
      expectObservable(it.at([0], request({ channel: 'candle', count: 90_000 }))).toBe('500s (r|)');
    }),
  );

  it(
    'leaves the callers who were under way where they are, and answers them directly when they fail too',
    marbles(({ expectObservable }) => {
      const durations = [2, 2, 20, 10, 2, 2];
      const it = play({ router: (n) => (n === 4 ? answers('router', 10) : fails(durations[n - 1])) });
      // The first four at once: failures of the same moment count once. The fifth and the sixth make three.
      const [first, second, third, fourth] = [0, 0, 0, 0].map((time) => it.at([time]));
      expectObservable(first ?? NEVER).toBe('--#', undefined, allFailed());
      expectObservable(second ?? NEVER).toBe('--#', undefined, allFailed());
      expectObservable(third ?? NEVER).toBe('---------------------(d|)');
      expectObservable(fourth ?? NEVER).toBe('----------(r|)');
      expectObservable(it.at([3])).toBe('-----#', undefined, allFailed());
      expectObservable(it.at([6])).toBe('---------(d|)');
    }),
  );

  it(
    'hands the attempts of the router on, and whatever the direct road says',
    marbles(({ expectObservable, flush }) => {
      const failed = new AllTiersFailedError('ticker of KRW-BTC', [attempt('direct-rest', 'HTTP_FAILED')]);
      const befores: (readonly Attempt[])[] = [];
      const it = play({
        router: (n) => (n < 3 ? fails() : throwError(() => error())),
        direct: (before) => {
          befores.push(before);
          return throwError(() => failed);
        },
      });
      expectObservable(oneByOne(it, [1, 1])).toBe('--e-(e|)');
      expectObservable(it.at([6])).toBe('------#', undefined, failed);
      expectObservable(it.at([8])).toBe('--------#', undefined, failed);
      flush();
      expect(befores).toEqual([
        [{ tier: 'router', outcome: 'failed', reason: 'it broke', elapsed: 0, error: error() }],
        [],
      ]);
      expect(it.exit.phase).toBe('switching');
    }),
  );

  it(
    'lets go of the direct road when the caller leaves',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const direct = cold<Routed>('----(a|)', { a: answer('direct') });
      const it = play({ router: () => throwError(() => error()), direct: () => direct, limits: { failures: 1 } });
      expectObservable(it.exit.route(request()), '^-!').toBe('-');
      expectSubscriptions(direct.subscriptions).toBe('^-!');
    }),
  );
});

describe('ExitStrategy, coming back', () => {
  const once = { failures: 1 };

  it(
    'tries the router after 300 s with the next request, and stays when it answers',
    marbles(({ expectObservable, flush }) => {
      const it = play({ router: (n) => (n === 1 ? fails() : answers('router')), limits: once });
      expectObservable(it.exit.trials$, '^ 400s !').toBe('-');
      // Left at 1; due at 300,001; asked at 300,500.
      expectObservable(it.at([0, 299_000, 300_500, 300_600])).toBe('--d 298998ms d 1499ms r 99ms (r|)');
      expectObservable(phases(it.exit), '^ 400s !').toBe('-ws 300497ms tr');
      flush();
      expect(it.asked()).toBe(3);
    }),
  );

  it(
    'tries it with the last request when nobody asks, and returns',
    marbles(({ expectObservable, flush }) => {
      const it = play({ router: (n) => (n === 1 ? fails() : answers('router')), limits: once });
      const what = request({ markets: ['KRW-XRP'] });
      expectObservable(it.exit.trials$, '^ 60m !').toBe('-');
      expectObservable(it.at([0], what)).toBe('--(d|)');
      expectObservable(it.at([400_000])).toBe('400001ms (r|)');
      // A second is left to whoever may ask.
      expectObservable(phases(it.exit), '^ 60m !').toBe('-ws 300998ms tr');
      flush();
      expect(it.requests.map(({ markets }) => markets.join())).toEqual(['KRW-XRP', 'KRW-XRP', 'KRW-BTC']);
    }),
  );

  it(
    'tries it again and again, every 300 s, as long as it fails',
    marbles(({ expectObservable, flush }) => {
      const it = play({ router: (n) => (n < 4 ? fails() : answers('router')), limits: once });
      expectObservable(it.exit.trials$, '^ 120m !').toBe('-');
      expectObservable(it.at([0])).toBe('--(d|)');
      expectObservable(phases(it.exit), '^ 120m !').toBe('-ws 300998ms ts 300999ms ts 300999ms tr');
      flush();
      expect(it.asked()).toBe(4);
    }),
  );

  it(
    'answers directly the request that has tried in vain, with what the router said',
    marbles(({ expectObservable, flush }) => {
      let before: readonly Attempt[] = [];
      const it = play({
        router: () => fails(),
        limits: once,
        direct: (attempts) => {
          before = attempts;
          return answers('direct');
        },
      });
      expectObservable(it.exit.trials$, '^ 300700ms !').toBe('-');
      expectObservable(it.at([0, 300_500])).toBe('--d 300499ms (d|)');
      flush();
      expect(before.map(({ tier }) => tier)).toEqual(['cold-rest']);
    }),
  );

  it(
    'sends everybody else direct while one request tries',
    marbles(({ expectObservable }) => {
      const it = play({ router: (n) => (n === 1 ? fails() : answers('router', 10)), limits: once });
      expectObservable(it.exit.trials$, '^ 400s !').toBe('-');
      expectObservable(it.at([0, 300_500, 300_502, 300_504])).toBe('--d 300500ms d-d----(r|)');
    }),
  );

  it(
    'tries with the next request when the one that tried was given up, and in the end with the last one',
    marbles(({ expectObservable, flush }) => {
      const it = play({ router: (n) => (n === 1 ? fails() : answers('router', 10)), limits: once });
      expectObservable(it.exit.trials$, '^ 400s !').toBe('-');
      expectObservable(it.at([0])).toBe('--(d|)');
      expectObservable(it.at([300_500]), '^ 300504ms !').toBe('-');
      expectObservable(phases(it.exit), '^ 400s !').toBe('-ws 300497ms t 4ms s 999ms t 9ms r');
      flush();
      expect(it.asked()).toBe(3);
    }),
  );

  it(
    'remembers the lightest request for its try',
    marbles(({ expectObservable, flush }) => {
      const it = play({ router: (n) => (n <= 1 ? fails() : answers('router')), limits: once });
      expectObservable(it.exit.trials$, '^ 60m !').toBe('-');
      expectObservable(it.at([0])).toBe('--(d|)');
      expectObservable(it.at([10], request({ channel: 'candle', count: 10_000 }))).toBe('-----------(d|)');
      flush();
      expect(it.requests.map(({ count }) => count)).toEqual([1, 1]);
    }),
  );

  it(
    'tries at once when it is told that what was wrong may be over',
    marbles(({ cold, expectObservable }) => {
      const it = play({ router: (n) => (n === 1 ? fails() : answers('router')), limits: once });
      expectObservable(it.exit.trials$, '^ 400s !').toBe('-');
      cold('----------h').subscribe(() => it.exit.hurry());
      expectObservable(it.at([0, 9, 20])).toBe('--d-------d----------(r|)');
    }),
  );

  it(
    'does nothing when it is told so while the router works',
    marbles(({ expectObservable }) => {
      const it = play({ router: () => answers('router') });
      expectObservable(it.exit.trials$, '^ 60m !').toBe('-');
      it.exit.hurry();
      expectObservable(phases(it.exit), '^ 60m !').toBe('-');
    }),
  );

  it(
    'lets go of its timer and of a try under way when it is closed',
    marbles(({ expectObservable, flush }) => {
      let underWay = 0;
      const slow = defer(() => {
        underWay += 1;
        return answers('router', 50).pipe(finalize(() => (underWay -= 1)));
      });
      const it = play({ router: (n) => (n === 1 ? fails() : slow), limits: once });
      expectObservable(it.exit.trials$, '^ 301010ms !').toBe('-');
      expectObservable(it.at([0])).toBe('--(d|)');
      const seen: number[] = [];
      for (const time of [301_009, 301_012]) timer(time).subscribe(() => seen.push(underWay));
      flush();
      expect([seen, it.asked()]).toEqual([[1, 0], 2]);
    }),
  );
});

describe('ExitStrategy, without any network', () => {
  it(
    'asks the router first, whose caches may know, and goes direct when they do not',
    marbles(({ expectObservable, flush }) => {
      let offline = false;
      const it = play({
        router: (n) => (n === 2 ? answers('router') : fails()),
        limits: { failures: 1 },
        isOffline: () => offline,
      });
      timer(5).subscribe(() => (offline = true));
      timer(15).subscribe(() => (offline = false));
      expectObservable(it.at([0, 10, 13, 20])).toBe('--d--------r---d-----(d|)');
      // A cache that answers is no sign that the router works.
      expectObservable(phases(it.exit), '^ 100ms !').toBe('-ws');
      flush();
      expect(it.asked()).toBe(3);
    }),
  );
});
