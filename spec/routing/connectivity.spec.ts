import { describe, expect, it } from '@jest/globals';
import { NEVER } from 'rxjs';
import { MarketDataError, type Attempt, type ErrorCode } from '../../src/errors.js';
import { UNKNOWN_ROADS, connectivity, judge, reachOf, withRest, withSocket } from '../../src/routing/connectivity.js';
import type { Link } from '../../src/routing/link.js';
import { marbles } from '../marbles.js';

const failure = (code: ErrorCode, details: Record<string, unknown> = {}): MarketDataError =>
  new MarketDataError('it broke', { code, retryable: true, details });
const failed = (tier: string, code: ErrorCode, details: Record<string, unknown> = {}): Attempt => ({
  tier,
  outcome: 'failed',
  reason: 'it broke',
  elapsed: 1,
  error: failure(code, details),
});
const answered = (tier: string): Attempt => ({ tier, outcome: 'answered', reason: 'now', elapsed: 1 });
const missed = (tier: string): Attempt => ({ tier, outcome: 'missed', reason: 'nothing', elapsed: 0 });
const gone = (reason: string): Attempt => failed('cold-rest', 'HTTP_FAILED', { reason });

const up: Link = { state: 'up', connection: { watch: () => NEVER }, since: 0 };
const down: Link = { state: 'down', error: failure('SOCKET_LOST') };
const connecting: Link = { state: 'connecting' };
const no = (lost: string, ago = 0) => ({ lost, ago });
const yes = { ago: 0 };

describe('reachOf', () => {
  it.each(['ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ECONNABORTED', 'ECONNRESET'])(
    'takes %s for no way to the exchange',
    (reason) => {
      expect(reachOf([gone(reason)])).toEqual(no(reason));
    },
  );

  it.each([
    ['an answer', answered('cold-rest')],
    ['a direct answer', answered('direct-rest')],
    ['HTTP 503', failed('cold-rest', 'HTTP_FAILED', { status: 503 })],
    ['HTTP 429', failed('batch-snapshot', 'RATE_LIMITED', { status: 429 })],
    ['HTTP 418', failed('cold-rest', 'BLOCKED', { status: 418 })],
    ['an unlisted market', failed('cold-rest', 'UNKNOWN_MARKET')],
    ['a body that makes no sense', failed('cold-rest', 'BAD_PAYLOAD')],
  ])('takes %s for a way', (_, attempt) => {
    expect(reachOf([attempt])).toEqual(yes);
  });

  it.each([
    ['a cache', answered('hot-cache')],
    ['a miss', missed('warm-cache')],
    ['the socket', failed('live-subscription', 'SOCKET_LOST')],
    ['a block kept by ourselves', failed('cold-rest', 'BLOCKED', { retryAfter: 5_000 })],
    ['a time limit', failed('cold-rest', 'TIER_TIMEOUT')],
  ])('learns nothing from %s', (_, attempt) => {
    expect(reachOf([attempt])).toBeUndefined();
  });

  it('believes the latest attempt that went there', () => {
    expect(reachOf([gone('ENOTFOUND'), answered('cold-rest')])).toEqual(yes);
    expect(reachOf([answered('batch-snapshot'), gone('ENOTFOUND')])).toEqual(no('ENOTFOUND'));
    // The socket was waited for after that, for 1 ms.
    expect(reachOf([gone('ENOTFOUND'), failed('direct-socket', 'SOCKET_LOST')])).toEqual(no('ENOTFOUND', 1));
    expect(reachOf([])).toBeUndefined();
  });
});

describe('judge', () => {
  it.each([
    ['idle', undefined, 'online'],
    ['idle', 'ENOTFOUND', 'offline'],
    ['connecting', 'ENOTFOUND', 'offline'],
    ['up', undefined, 'online'],
    ['up', 'ECONNRESET', 'degraded'],
    ['down', undefined, 'degraded'],
    ['down', 'ENETUNREACH', 'offline'],
  ] as const)('with the socket %s and REST lost by %s says %s', (socket, restLost, state) => {
    expect(judge({ socket, socketLost: 'lost', restLost, restAt: 0 }).state).toBe(state);
  });

  it('says why', () => {
    const roads = withRest(withSocket(UNKNOWN_ROADS, down, 0), no('ENETUNREACH'), 1);
    expect(judge(roads).reason).toBe('REST: ENETUNREACH; socket: it broke');
  });

  it('forgets what REST said before the socket came up, even if it is heard of later, not what it says after', () => {
    const roads = withSocket(withRest(UNKNOWN_ROADS, no('ENOTFOUND'), 0), up, 10);
    expect(judge(roads).state).toBe('online');
    expect(judge(withRest(roads, no('ENOTFOUND', 6), 15)).state).toBe('online');
    expect(judge(withRest(roads, no('ENOTFOUND', 4), 15)).state).toBe('degraded');
  });

  it('is not turned back by what is older than what it knows', () => {
    const roads = withRest(UNKNOWN_ROADS, yes, 10);
    expect(judge(withRest(roads, no('ENOTFOUND', 3), 12)).state).toBe('online');
    // The clock was set back.
    expect(judge(withRest(roads, no('ENOTFOUND'), 5)).state).toBe('offline');
  });
});

describe('connectivity', () => {
  const links = { c: connecting, u: up, d: down, i: undefined };
  const reaches = { y: yes, n: no('ENOTFOUND') };
  const says = (at: number, state: 'online' | 'degraded' | 'offline', reason: string) => ({
    type: 'connectivity' as const,
    at,
    state,
    reason,
  });
  const well = 'the exchange answers';

  it(
    'says offline as soon as no road is left, and online when one is back',
    marbles(({ cold, expectObservable, scheduler }) => {
      const link$ = cold('  -cu---d------c-u', links);
      const reach$ = cold(' ---y-----n-n-----y', reaches);
      const expected = '    ------d--o-----u';
      const changes = connectivity({ link$, reach$, now: () => scheduler.now() });
      expectObservable(changes, '^-----------------!').toBe(expected, {
        d: says(6, 'degraded', 'socket: it broke'),
        o: says(9, 'offline', 'REST: ENOTFOUND; socket: it broke'),
        u: says(15, 'online', well),
      });
    }),
  );

  it(
    'knows by REST alone when nobody needs the socket',
    marbles(({ cold, expectObservable, scheduler }) => {
      const reach$ = cold('-y-n-n-y', reaches);
      const changes = connectivity({ link$: NEVER, reach$, now: () => scheduler.now() });
      expectObservable(changes, '^--------!').toBe('---o---u', {
        o: says(3, 'offline', 'REST: ENOTFOUND'),
        u: says(7, 'online', well),
      });
    }),
  );

  it(
    'says nothing while nothing changes, and lets go of both',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const link$ = cold(' -cu---i', links);
      const reach$ = cold('y-y-y-y', reaches);
      expectObservable(connectivity({ link$, reach$, now: () => 0 }), '^------!').toBe('-');
      expectSubscriptions(link$.subscriptions).toBe('^------!');
      expectSubscriptions(reach$.subscriptions).toBe('^------!');
    }),
  );
});
