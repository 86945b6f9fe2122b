import { describe, expect, it } from '@jest/globals';
import { VirtualTimeScheduler } from 'rxjs';
import { toMarketDataError } from '../../../src/errors.js';
import type { Group } from '../../../src/sources/transport/budget.js';
import { RateLimiter } from '../../../src/sources/transport/rate-limiter.js';
import {
  HANDSHAKE,
  budgetOf,
  groupOf,
  heed,
  remainingRequests,
  type Verdict,
} from '../../../src/sources/upbit/limits.js';

describe('remainingRequests', () => {
  it.each([
    ['group=default; min=1800; sec=29', 29],
    ['group=candles; min=600; sec=9', 9],
    ['group=origin; min=6; sec=0', 0],
    ['sec=3;group=x', 3],
    ['group=x;min=600;sec=8', 8],
    ['  group = x ;  sec = 7  ', 7],
    ['Group=x; Min=600; SEC=6', 6],
    ['group=new-thing; hour=5; sec=4; day=1', 4],
  ])('reads %j as %i', (header, left) => {
    expect(remainingRequests(header)).toBe(left);
  });

  it.each([undefined, null, '', 'group=x; min=600', 'sec=', 'sec=many', 'millisec=5', 5, ['sec=5'], {}])(
    'makes nothing of %j',
    (header) => {
      expect(remainingRequests(header)).toBeUndefined();
    },
  );
});

/** What a limiter is made to do by replies, and what they ask of who hears them. */
const heard = (verdict: Partial<Verdict>) => {
  const scheduler = new VirtualTimeScheduler();
  const limiter = new RateLimiter(budgetOf, scheduler);
  const wait = heed(limiter, {
    group: 'ticker',
    status: 200,
    headers: {},
    body: '',
    retryAfter: undefined,
    ...verdict,
  });
  const told = (group: Group): string => {
    let outcome = 'waits';
    limiter.acquire(group).subscribe({
      next: () => (outcome = 'goes'),
      error: (error: unknown) => (outcome = toMarketDataError(error).code),
    });
    return outcome;
  };
  return { limiter, scheduler, wait, told };
};

describe('heed, of a block', () => {
  it.each([
    ['the header', 30_000, '', 30_000],
    ['the header before the body', 30_000, 'blocked for 60 seconds', 30_000],
    ['the body', undefined, '{"error":{"name":418,"message":"blocked for 45 seconds"}}', 45_000],
    ['the body', undefined, 'wait 10s', 10_000],
    ['minutes of the body', undefined, 'blocked for 2 minutes', 120_000],
    ['the body in Korean', undefined, '요청이 5분간 차단되었습니다', 300_000],
  ])('takes the time of %s', (_, retryAfter, body, ms) => {
    expect(heard({ status: 418, retryAfter, body }).wait).toBe(ms);
  });

  it.each(['', '{"name":"I am a teapot"}', '{"error":{"name":418}}', '0 s', 'took 5 ms'])(
    'stays away for a minute when the body says %j',
    (body) => {
      expect(heard({ status: 418, body }).wait).toBe(60_000);
    },
  );

  it('never stays away for more than an hour', () => {
    expect(heard({ status: 418, retryAfter: 99_999_999_000 }).wait).toBe(3_600_000);
    expect(heard({ status: 418, body: `${'9'.repeat(400)} s` }).wait).toBe(3_600_000);
  });

  it('stops everything that is counted by address, and no open socket', () => {
    const { told } = heard({ status: 418 });
    expect(['ticker', 'candles', HANDSHAKE].map(told)).toEqual(['BLOCKED', 'BLOCKED', 'BLOCKED']);
    expect(told(Symbol('messages'))).toBe('goes');
  });
});

describe('heed, of a 429', () => {
  it('stops the group until its next second, and no other', () => {
    const { wait, told } = heard({ status: 429 });
    expect(wait).toBe(1_050);
    expect(['ticker', 'candles', HANDSHAKE].map(told)).toEqual(['waits', 'goes', 'goes']);
  });

  it('stops it as long as the exchange asks, but no longer than a minute', () => {
    expect(heard({ status: 429, retryAfter: 5_000 }).wait).toBe(5_000);
    expect(heard({ status: 429, retryAfter: 5 }).wait).toBe(1_050);
    expect(heard({ status: 429, retryAfter: 86_400_000 }).wait).toBe(60_000);
  });
});

describe('heed, of what remains', () => {
  it('asks nothing of who hears it, and lets the group know', () => {
    const { limiter, wait } = heard({ headers: { 'remaining-req': 'group=ticker; min=600; sec=0' } });
    expect(wait).toBeUndefined();
    expect([limiter.usage('ticker'), limiter.usage('candles')]).toEqual([1, 0]);
  });

  it.each([200, 404, 500, 503])('makes nothing of a %d without the header', (status) => {
    const { limiter, wait } = heard({ status, retryAfter: 5_000 });
    expect([wait, limiter.usage('ticker')]).toEqual([undefined, 0]);
  });
});

describe('budgets', () => {
  it('are kept below what the exchange allows: 10 calls, 5 handshakes, 5 messages a second and 100 a minute', () => {
    for (const channel of ['ticker', 'trade', 'orderbook', 'candle'] as const) {
      for (const { limit, per } of budgetOf(groupOf(channel)).windows) {
        expect([limit < 10, per > 1_000]).toEqual([true, true]);
      }
    }
    for (const { limit, per } of budgetOf(HANDSHAKE).windows) expect([limit < 5, per > 1_000]).toEqual([true, true]);
    expect(budgetOf(Symbol('messages')).windows).toEqual([
      { limit: 4, per: 1_050 },
      { limit: 90, per: 60_000 },
    ]);
  });

  it('are separate for each channel', () => {
    expect(new Set((['ticker', 'trade', 'orderbook', 'candle'] as const).map(groupOf)).size).toBe(4);
  });
});
