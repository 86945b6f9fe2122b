import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { VirtualTimeScheduler, catchError, map, merge, mergeMap, of, timer } from 'rxjs';
import { MarketDataError, toMarketDataError } from '../../../src/errors.js';
import { RateLimiter, type RateWindow } from '../../../src/sources/transport/rate-limiter.js';
import { marbles } from '../../marbles.js';

const ONE: readonly RateWindow[] = [{ limit: 2, per: 10 }];
const SOCKET: readonly RateWindow[] = [
  { limit: 4, per: 1_050 },
  { limit: 90, per: 60_000 },
];

/** When each of `arrivals` is served, ms, in virtual time. */
const served = (
  windows: readonly RateWindow[],
  arrivals: readonly number[],
): readonly [index: number, at: number][] => {
  const scheduler = new VirtualTimeScheduler();
  const limiter = new RateLimiter(() => windows, scheduler);
  const given: [number, number][] = [];
  merge(
    ...arrivals.map((at, i) =>
      timer(at, scheduler).pipe(
        mergeMap(() => limiter.acquire('g')),
        map(() => i),
      ),
    ),
  ).subscribe((i) => given.push([i, scheduler.now()]));
  scheduler.flush();
  return given;
};

const most = (times: readonly number[], { per }: RateWindow): number =>
  Math.max(0, ...times.map((start) => times.filter((at) => at >= start && at < start + per).length));

describe('RateLimiter.acquire', () => {
  it(
    'gives a burst at once, then waits until the window has room',
    marbles(({ cold, expectObservable, scheduler }) => {
      const limiter = new RateLimiter(() => ONE, scheduler);
      const permit$ = cold('(abcde|)').pipe(mergeMap((name) => limiter.acquire('g').pipe(map(() => name))));
      expectObservable(permit$).toBe('(ab)------(cd)------(e|)');
    }),
  );

  it(
    'counts a window from each permit, not from the first',
    marbles(({ cold, expectObservable, scheduler }) => {
      const limiter = new RateLimiter(() => ONE, scheduler);
      const asks = ' a-----b-c---d-----|';
      const gives = 'a-----b---c-----d-|';
      const permit$ = cold(asks).pipe(mergeMap((name) => limiter.acquire('g').pipe(map(() => name))));
      expectObservable(permit$).toBe(gives);
    }),
  );

  it(
    'completes with the permit',
    marbles(({ expectObservable, scheduler }) => {
      const limiter = new RateLimiter(() => ONE, scheduler);
      expectObservable(limiter.acquire('g').pipe(map(() => 'a'))).toBe('(a|)');
    }),
  );

  it('spends nothing until it is subscribed', () => {
    const limiter = new RateLimiter(() => ONE, new VirtualTimeScheduler());
    void limiter.acquire('g');
    expect(limiter.usage('g')).toBe(0);
  });

  it(
    'keeps groups apart',
    marbles(({ expectObservable, scheduler }) => {
      const limiter = new RateLimiter((group) => [{ limit: 1, per: group === 'slow' ? 20 : 5 }], scheduler);
      for (const group of ['slow', 'fast']) expectObservable(limiter.acquire(group).pipe(map(() => 'a'))).toBe('(a|)');
      expectObservable(limiter.acquire('slow').pipe(map(() => 'b'))).toBe('20ms (b|)');
      expectObservable(limiter.acquire('fast').pipe(map(() => 'b'))).toBe('5ms (b|)');
    }),
  );

  it(
    'gives the place of a waiter that left to the next one',
    marbles(({ expectObservable, scheduler }) => {
      const limiter = new RateLimiter(() => [{ limit: 1, per: 10 }], scheduler);
      const permit = (name: string) => limiter.acquire('g').pipe(map(() => name));
      expectObservable(permit('a')).toBe('(a|)');
      expectObservable(permit('b'), '^----!').toBe('------');
      expectObservable(permit('c')).toBe('----------(c|)');
    }),
  );

  it('leaves no timer behind when the last waiter leaves', () => {
    const scheduler = new VirtualTimeScheduler();
    const limiter = new RateLimiter(() => [{ limit: 1, per: 10 }], scheduler);
    limiter.acquire('g').subscribe();
    const waiter = limiter.acquire('g').subscribe();
    waiter.unsubscribe();
    scheduler.flush();
    expect(scheduler.now()).toBe(0);
  });

  it('keeps 4 in 1,050 ms and 90 in a minute, both', () => {
    const given = served(SOCKET, Array<number>(200).fill(0)).map(([, at]) => at);
    expect(given).toHaveLength(200);
    expect(given.slice(0, 5)).toEqual([0, 0, 0, 0, 1_050]);
    // The 91st has to wait for the minute of the first, long after the short window has room again.
    expect(given[89]).toBe(22 * 1_050);
    expect(given[90]).toBe(60_000);
    for (const window of SOCKET) expect(most(given, window)).toBeLessThanOrEqual(window.limit);
  });

  it('never exceeds a window and serves everybody in order, whatever the arrivals', () => {
    const arrivals = fc.array(fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.constantFrom(0, 1_049, 1_050, 1_051)), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 1, max: 9 }), (times, limit) => {
        const windows = [{ limit, per: 1_050 }];
        const sorted = [...times].sort((a, b) => a - b);
        const given = served(windows, sorted);
        expect(given.map(([i]) => i)).toEqual(sorted.map((_, i) => i));
        expect(
          most(
            given.map(([, at]) => at),
            { limit, per: 1_050 },
          ),
        ).toBeLessThanOrEqual(limit);
        for (const [i, at] of given) expect(at).toBeGreaterThanOrEqual(sorted[i] ?? Infinity);
      }),
      { numRuns: 300 },
    );
  });

  it('serves everybody who stays when others leave at random times', () => {
    const waiter = fc.record({
      at: fc.integer({ min: 0, max: 3_000 }),
      patience: fc.option(fc.integer({ min: 0, max: 2_000 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(waiter, { maxLength: 40 }), (waiters) => {
        const scheduler = new VirtualTimeScheduler();
        const limiter = new RateLimiter(() => [{ limit: 3, per: 1_050 }], scheduler);
        const given = new Map<number, number>();
        for (const [i, { at, patience }] of waiters.entries()) {
          scheduler.schedule(() => {
            const waiting = limiter.acquire('g').subscribe(() => given.set(i, scheduler.now()));
            if (patience !== undefined) scheduler.schedule(() => waiting.unsubscribe(), patience);
          }, at);
        }
        scheduler.flush();
        expect(most([...given.values()], { limit: 3, per: 1_050 })).toBeLessThanOrEqual(3);
        for (const [i, { patience }] of waiters.entries()) expect(patience !== undefined || given.has(i)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('RateLimiter.learn', () => {
  it(
    'believes the exchange when it says less is left',
    marbles(({ expectObservable, scheduler }) => {
      const limiter = new RateLimiter(() => [{ limit: 9, per: 10 }], scheduler);
      limiter.learn('g', 1);
      expectObservable(limiter.acquire('g').pipe(map(() => 'a'))).toBe('(a|)');
      expectObservable(limiter.acquire('g').pipe(map(() => 'b'))).toBe('----------(b|)');
    }),
  );

  it('keeps its own count when the exchange says more is left', () => {
    const scheduler = new VirtualTimeScheduler();
    const limiter = new RateLimiter(() => [{ limit: 4, per: 10 }], scheduler);
    limiter.acquire('g').subscribe();
    limiter.acquire('g').subscribe();
    limiter.learn('g', 9);
    expect(limiter.usage('g')).toBe(0.5);
  });

  it('stops the group for a whole window when nothing is left, and only this group', () => {
    const scheduler = new VirtualTimeScheduler();
    const limiter = new RateLimiter(() => [{ limit: 9, per: 1_050 }], scheduler);
    const given: [string, number][] = [];
    limiter.learn('candles', 0);
    for (const group of ['candles', 'ticker']) {
      limiter.acquire(group).subscribe(() => given.push([group, scheduler.now()]));
    }
    scheduler.flush();
    expect(given).toEqual([
      ['ticker', 0],
      ['candles', 1_050],
    ]);
  });

  it('makes those already waiting wait longer', () => {
    const scheduler = new VirtualTimeScheduler();
    const limiter = new RateLimiter(() => [{ limit: 2, per: 10 }], scheduler);
    const given: number[] = [];
    for (let i = 0; i < 3; i += 1) limiter.acquire('g').subscribe(() => given.push(scheduler.now()));
    scheduler.schedule(() => limiter.acquire('other').subscribe(), 1);
    scheduler.schedule(() => limiter.learn('g', 0), 9);
    scheduler.flush();
    expect(given).toEqual([0, 0, 10]);
    expect(limiter.usage('g')).toBe(0.5);
  });
});

describe('RateLimiter.block', () => {
  const outcome = (limiter: RateLimiter, group: string) =>
    limiter.acquire(group).pipe(
      map(() => 'given'),
      catchError((error: unknown) => of(error instanceof MarketDataError ? error.code : 'foreign error')),
    );

  it('tells who waits and who asks, in every group, until it ends', () => {
    const scheduler = new VirtualTimeScheduler();
    const limiter = new RateLimiter(() => [{ limit: 1, per: 100 }], scheduler);
    const told: [string, string, number][] = [];
    const ask = (name: string, group: string, at: number): void => {
      scheduler.schedule(() => {
        outcome(limiter, group).subscribe((what) => told.push([name, what, scheduler.now()]));
      }, at);
    };
    ask('first', 'g', 0);
    ask('waiting', 'g', 1);
    scheduler.schedule(() => limiter.block(500), 10);
    ask('same group', 'g', 11);
    ask('other group', 'h', 509);
    ask('after', 'g', 510);
    scheduler.flush();
    expect(told).toEqual([
      ['first', 'given', 0],
      ['waiting', 'BLOCKED', 10],
      ['same group', 'BLOCKED', 11],
      ['other group', 'BLOCKED', 509],
      ['after', 'given', 510],
    ]);
  });

  it('says how long it lasts and that it is worth trying again', () => {
    const limiter = new RateLimiter(() => ONE, new VirtualTimeScheduler());
    limiter.block(3_000);
    let seen: unknown;
    limiter.acquire('g').subscribe({ error: (error: unknown) => (seen = error) });
    expect(seen).toMatchObject({ code: 'BLOCKED', retryable: true, details: { retryAfter: 3_000 } });
  });

  it('is not undone by a waiter that asks again as soon as it is told', () => {
    const scheduler = new VirtualTimeScheduler();
    const limiter = new RateLimiter(() => [{ limit: 1, per: 100 }], scheduler);
    const told: string[] = [];
    limiter.acquire('g').subscribe();
    limiter
      .acquire('g')
      .pipe(catchError(() => outcome(limiter, 'g')))
      .subscribe((what) => told.push(String(what)));
    limiter.block(500);
    expect(told).toEqual(['BLOCKED']);
  });
});

describe('RateLimiter.usage', () => {
  it('is the share of the window in use, and falls as time passes', () => {
    const scheduler = new VirtualTimeScheduler();
    const limiter = new RateLimiter(() => [{ limit: 4, per: 100 }], scheduler);
    const seen: number[] = [limiter.usage('g')];
    for (let i = 0; i < 3; i += 1) limiter.acquire('g').subscribe();
    seen.push(limiter.usage('g'));
    scheduler.schedule(() => seen.push(limiter.usage('g')), 99);
    scheduler.schedule(() => seen.push(limiter.usage('g')), 100);
    scheduler.flush();
    expect(seen).toEqual([0, 0.75, 0.75, 0]);
  });

  it('is full when the longer window is spent although the shorter has room', () => {
    const scheduler = new VirtualTimeScheduler();
    const limiter = new RateLimiter(
      () => [
        { limit: 2, per: 10 },
        { limit: 3, per: 1_000 },
      ],
      scheduler,
    );
    for (const at of [0, 20, 40]) scheduler.schedule(() => limiter.acquire('g').subscribe(), at);
    let usage = NaN;
    scheduler.schedule(() => (usage = limiter.usage('g')), 100);
    scheduler.flush();
    expect(usage).toBe(1);
  });

  it('is nothing for a group without windows', () => {
    expect(new RateLimiter(() => [], new VirtualTimeScheduler()).usage('g')).toBe(0);
  });
});

describe('RateLimiter, when the clock is set back', () => {
  it('makes nobody wait for the time it was set back by', () => {
    const scheduler = new VirtualTimeScheduler();
    scheduler.frame = 3_600_000;
    const limiter = new RateLimiter(() => ONE, scheduler);
    limiter.acquire('g').subscribe();
    limiter.acquire('g').subscribe();
    scheduler.frame = 0;
    let served = -1;
    limiter.acquire('g').subscribe(() => (served = scheduler.now()));
    scheduler.flush();
    expect(served).toBe(10);
  });

  it('does not shorten a block by a shorter one', () => {
    const scheduler = new VirtualTimeScheduler();
    const limiter = new RateLimiter(() => ONE, scheduler);
    limiter.block(600_000);
    limiter.block(1_000);
    scheduler.frame = 2_000;
    let code = '';
    limiter.acquire('g').subscribe({ error: (error: unknown) => (code = toMarketDataError(error).code) });
    expect(code).toBe('BLOCKED');
  });
});
