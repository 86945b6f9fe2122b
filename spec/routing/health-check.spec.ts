import { describe, expect, it } from '@jest/globals';
import { EMPTY, NEVER, defer, of, throwError, timer, type Observable } from 'rxjs';
import { AllTiersFailedError, MarketDataError } from '../../src/errors.js';
import type { HealthReport } from '../../src/model/signals.js';
import { checkHealth, healthCheck, type Probes } from '../../src/routing/health-check.js';
import { marbles } from '../marbles.js';

const broken = new MarketDataError('it broke', { code: 'SOCKET_LOST', retryable: true });
const unlisted = new MarketDataError('not listed', { code: 'UNKNOWN_MARKET', retryable: false });
const well: Probes = { router: () => of(1), rest: () => timer(3), socket: () => timer(5) };

describe('checkHealth', () => {
  it(
    'asks every road at the same time and says how each fared',
    marbles(({ expectObservable }) => {
      const probes = { ...well, socket: () => throwError(() => broken) };
      expectObservable(checkHealth(probes)).toBe('---(r|)', {
        r: {
          type: 'health',
          at: 3,
          router: { ok: true, elapsed: 0 },
          rest: { ok: true, elapsed: 3 },
          socket: { ok: false, elapsed: 0, reason: 'it broke' },
        },
      });
    }),
  );

  it.each<[string, () => Observable<unknown>, object]>([
    ['never answers', () => NEVER, { ok: false, elapsed: 10_000, reason: 'no answer within 10000 ms' }],
    ['completes without a word', () => EMPTY, { ok: false, reason: 'completed without an answer' }],
    [
      'throws',
      () => {
        throw new TypeError('a bug');
      },
      { ok: false, reason: 'a bug' },
    ],
    ['goes on and on', () => timer(1, 1), { ok: true, elapsed: 1 }],
    ['says that the market is not listed', () => throwError(() => unlisted), { ok: true }],
    [
      'says so by all tiers',
      () =>
        throwError(
          () =>
            new AllTiersFailedError('ticker of KRW-BTC', [
              { tier: 'cold-rest', outcome: 'failed', reason: '', elapsed: 1, error: unlisted },
            ]),
        ),
      { ok: true },
    ],
  ])('judges a road that %s', (_, rest, verdict) => {
    marbles(({ flush }) => {
      let report: HealthReport | undefined;
      checkHealth({ ...well, rest }).subscribe((value) => (report = value));
      flush();
      expect(report?.rest).toMatchObject(verdict);
      expect(report?.router.ok).toBe(true);
    })();
  });
});

describe('healthCheck', () => {
  const counting = () => {
    const asked: number[] = [];
    const rest = (now: () => number) => (): Observable<unknown> => defer(() => of(asked.push(now())));
    return { asked, rest };
  };

  it(
    'asks at regular times while somebody needs the roads, and nothing while nobody does',
    marbles(({ cold, expectObservable, flush, scheduler }) => {
      const { asked, rest } = counting();
      const needed$ = cold('  f--t-t---------f----------', { t: true, f: false });
      const probes = { router: () => of(1), rest: rest(() => scheduler.now()), socket: () => of(1) };
      expectObservable(healthCheck(probes, { every: 5, needed$ }), '^------------------------!').toBe(
        '                      --------r----r',
        { r: expect.anything() as unknown as HealthReport },
      );
      flush();
      expect(asked).toEqual([8, 13]);
    }),
  );

  it(
    'waits for a check that takes longer',
    marbles(({ cold, expectObservable, flush }) => {
      let asked = 0;
      const rest = (): Observable<unknown> => defer(() => timer((asked += 1) === 1 ? 12 : 0));
      const needed$ = cold('t', { t: true });
      expectObservable(
        healthCheck({ ...well, socket: () => of(1), rest }, { every: 5, needed$ }),
        '^--------------------!',
      ).toBe('-----------------r--r', { r: expect.anything() as unknown as HealthReport });
      flush();
      expect(asked).toBe(2);
    }),
  );

  it(
    'stops a check under way when it is let go',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const slow = cold('---------x');
      const needed$ = cold('t', { t: true });
      expectObservable(healthCheck({ ...well, rest: () => slow }, { every: 5, needed$ }), '^------!').toBe('-');
      expectSubscriptions(slow.subscriptions).toBe('-----^-!');
    }),
  );
});
