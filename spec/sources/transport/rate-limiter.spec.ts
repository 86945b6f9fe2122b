import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { VirtualTimeScheduler, catchError, map, merge, mergeMap, of, tap, timer } from 'rxjs';
import { MarketDataError, toMarketDataError } from '../../../src/errors.js';
import type { Budget, Group, RateWindow } from '../../../src/sources/transport/budget.js';
import { RateLimiter, type Settle } from '../../../src/sources/transport/rate-limiter.js';
import type { Priority } from '../../../src/sources/transport/waiting-line.js';
import { marbles } from '../../marbles.js';

const ONE: readonly RateWindow[] = [{ limit: 2, per: 10 }];
const SOCKET: readonly RateWindow[] = [
  { limit: 4, per: 1_050 },
  { limit: 90, per: 60_000 },
];

const budget = (windows: readonly RateWindow[]) => (): Budget => ({ windows, scope: 'all' });

/** A permit for what is answered at once. */
const take = (limiter: RateLimiter, group: Group, priority?: Priority) =>
  limiter.acquire(group, priority).pipe(tap((settle) => settle(true)));

/** When each of `arrivals` is served, ms, in virtual time. */
const served = (
  windows: readonly RateWindow[],
  arrivals: readonly number[],
): readonly [index: number, at: number][] => {
  const scheduler = new VirtualTimeScheduler();
  const limiter = new RateLimiter(budget(windows), scheduler);
  const given: [number, number][] = [];
  merge(
    ...arrivals.map((at, i) =>
      timer(at, scheduler).pipe(
        mergeMap(() => take(limiter, 'g')),
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
      const limiter = new RateLimiter(budget(ONE), scheduler);
      const permit$ = cold('(abcde|)').pipe(mergeMap((name) => take(limiter, 'g').pipe(map(() => name))));
      expectObservable(permit$).toBe('(ab)------(cd)------(e|)');
    }),
  );

  it(
    'counts a window from each permit, not from the first',
    marbles(({ cold, expectObservable, scheduler }) => {
      const limiter = new RateLimiter(budget(ONE), scheduler);
      const asks = ' a-----b-c---d-----|';
      const gives = 'a-----b---c-----d-|';
      const permit$ = cold(asks).pipe(mergeMap((name) => take(limiter, 'g').pipe(map(() => name))));
      expectObservable(permit$).toBe(gives);
    }),
  );

  it(
    'completes with the permit',
    marbles(({ expectObservable, scheduler }) => {
      const limiter = new RateLimiter(budget(ONE), scheduler);
      expectObservable(take(limiter, 'g').pipe(map(() => 'a'))).toBe('(a|)');
    }),
  );

  it('spends nothing until it is subscribed', () => {
    const limiter = new RateLimiter(budget(ONE), new VirtualTimeScheduler());
    void take(limiter, 'g');
    expect(limiter.usage('g')).toBe(0);
  });

  it(
    'keeps groups apart',
    marbles(({ expectObservable, scheduler }) => {
      const limiter = new RateLimiter(
        (group) => ({ windows: [{ limit: 1, per: group === 'slow' ? 20 : 5 }], scope: 'all' }),
        scheduler,
      );
      for (const group of ['slow', 'fast']) expectObservable(take(limiter, group).pipe(map(() => 'a'))).toBe('(a|)');
      expectObservable(take(limiter, 'slow').pipe(map(() => 'b'))).toBe('20ms (b|)');
      expectObservable(take(limiter, 'fast').pipe(map(() => 'b'))).toBe('5ms (b|)');
    }),
  );

  it(
    'gives the place of a waiter that left to the next one',
    marbles(({ expectObservable, scheduler }) => {
      const limiter = new RateLimiter(budget([{ limit: 1, per: 10 }]), scheduler);
      const permit = (name: string) => take(limiter, 'g').pipe(map(() => name));
      expectObservable(permit('a')).toBe('(a|)');
      expectObservable(permit('b'), '^----!').toBe('------');
      expectObservable(permit('c')).toBe('----------(c|)');
    }),
  );

  it('leaves no timer behind when the last waiter leaves', () => {
    const scheduler = new VirtualTimeScheduler();
    const limiter = new RateLimiter(budget([{ limit: 1, per: 10 }]), scheduler);
    take(limiter, 'g').subscribe();
    const waiter = take(limiter, 'g').subscribe();
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
        const limiter = new RateLimiter(budget([{ limit: 3, per: 1_050 }]), scheduler);
        const given = new Map<number, number>();
        for (const [i, { at, patience }] of waiters.entries()) {
          scheduler.schedule(() => {
            const waiting = take(limiter, 'g').subscribe(() => given.set(i, scheduler.now()));
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
      const limiter = new RateLimiter(budget([{ limit: 9, per: 10 }]), scheduler);
      limiter.learn('g', 1);
      expectObservable(take(limiter, 'g').pipe(map(() => 'a'))).toBe('(a|)');
      expectObservable(take(limiter, 'g').pipe(map(() => 'b'))).toBe('----------(b|)');
    }),
  );

  it('keeps its own count when the exchange says more is left', () => {
    const scheduler = new VirtualTimeScheduler();
    const limiter = new RateLimiter(budget([{ limit: 4, per: 10 }]), scheduler);
    take(limiter, 'g').subscribe();
    take(limiter, 'g').subscribe();
    limiter.learn('g', 9);
    expect(limiter.usage('g')).toBe(0.5);
  });

  it('stops the group for a whole window when nothing is left, and only this group', () => {
    const scheduler = new VirtualTimeScheduler();
    const limiter = new RateLimiter(budget([{ limit: 9, per: 1_050 }]), scheduler);
    const given: [string, number][] = [];
    limiter.learn('candles', 0);
    for (const group of ['candles', 'ticker']) {
      take(limiter, group).subscribe(() => given.push([group, scheduler.now()]));
    }
    scheduler.flush();
    expect(given).toEqual([
      ['ticker', 0],
      ['candles', 1_050],
    ]);
  });

  it('makes those already waiting wait longer', () => {
    const scheduler = new VirtualTimeScheduler();
    const limiter = new RateLimiter(budget([{ limit: 2, per: 10 }]), scheduler);
    const given: number[] = [];
    for (let i = 0; i < 3; i += 1) take(limiter, 'g').subscribe(() => given.push(scheduler.now()));
    scheduler.schedule(() => take(limiter, 'other').subscribe(), 1);
    scheduler.schedule(() => limiter.learn('g', 0), 9);
    scheduler.flush();
    expect(given).toEqual([0, 0, 10]);
    expect(limiter.usage('g')).toBe(0.5);
  });

  it('takes a late answer for what it is: news of when it was asked', () => {
    const scheduler = new VirtualTimeScheduler();
    const limiter = new RateLimiter(budget([{ limit: 9, per: 1_050 }]), scheduler);
    const usages: number[] = [];
    scheduler.schedule(() => {
      limiter.learn('g', 0, 1_500);
      usages.push(limiter.usage('g'));
      limiter.learn('g', 0, 500);
      usages.push(limiter.usage('g'));
    }, 2_000);
    scheduler.schedule(() => usages.push(limiter.usage('g')), 2_549);
    scheduler.schedule(() => usages.push(limiter.usage('g')), 2_550);
    scheduler.flush();
    expect(usages).toEqual([0, 1, 1, 0]);
  });

  it('never gives more than its own count allows, whatever the exchange says', () => {
    const at = fc.integer({ min: 0, max: 5_000 });
    const said = fc.record({ at, left: fc.integer({ min: -5, max: 600 }), age: fc.nat(3_000) });
    fc.assert(
      fc.property(fc.array(at, { maxLength: 40 }), fc.array(said, { maxLength: 40 }), (asks, answers) => {
        const scheduler = new VirtualTimeScheduler();
        const limiter = new RateLimiter(budget([{ limit: 4, per: 1_050 }]), scheduler);
        const given: number[] = [];
        for (const ask of asks) {
          scheduler.schedule(() => take(limiter, 'g').subscribe(() => given.push(scheduler.now())), ask);
        }
        for (const { at: heard, left, age } of answers) scheduler.schedule(() => limiter.learn('g', left, age), heard);
        scheduler.flush();
        expect(given).toHaveLength(asks.length);
        expect(most(given, { limit: 4, per: 1_050 })).toBeLessThanOrEqual(4);
      }),
      { numRuns: 20_000 },
    );
  });
});

describe('RateLimiter.block', () => {
  const outcome = (limiter: RateLimiter, group: string) =>
    take(limiter, group).pipe(
      map(() => 'given'),
      catchError((error: unknown) => of(error instanceof MarketDataError ? error.code : 'foreign error')),
    );

  it('tells who waits and who asks, in every group, until it ends', () => {
    const scheduler = new VirtualTimeScheduler();
    const limiter = new RateLimiter(budget([{ limit: 1, per: 100 }]), scheduler);
    const told: [string, string, number][] = [];
    const ask = (name: string, group: string, at: number): void => {
      scheduler.schedule(() => {
        outcome(limiter, group).subscribe((what) => told.push([name, what, scheduler.now()]));
      }, at);
    };
    ask('first', 'g', 0);
    ask('waiting', 'g', 1);
    scheduler.schedule(() => limiter.block('g', 500), 10);
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
    const limiter = new RateLimiter(budget(ONE), new VirtualTimeScheduler());
    limiter.block('g', 3_000);
    let seen: unknown;
    take(limiter, 'g').subscribe({ error: (error: unknown) => (seen = error) });
    expect(seen).toMatchObject({ code: 'BLOCKED', retryable: true, details: { retryAfter: 3_000 } });
  });

  it('is not undone by a waiter that asks again as soon as it is told', () => {
    const scheduler = new VirtualTimeScheduler();
    const limiter = new RateLimiter(budget([{ limit: 1, per: 100 }]), scheduler);
    const told: string[] = [];
    take(limiter, 'g').subscribe();
    take(limiter, 'g')
      .pipe(catchError(() => outcome(limiter, 'g')))
      .subscribe((what) => told.push(String(what)));
    limiter.block('g', 500);
    expect(told).toEqual(['BLOCKED']);
  });

  it('does not shorten a block by a shorter one', () => {
    const scheduler = new VirtualTimeScheduler();
    const limiter = new RateLimiter(budget(ONE), scheduler);
    limiter.block('g', 600_000);
    limiter.block('g', 1_000);
    scheduler.frame = 2_000;
    let code = '';
    take(limiter, 'g').subscribe({ error: (error: unknown) => (code = toMarketDataError(error).code) });
    expect(code).toBe('BLOCKED');
  });
});

describe('RateLimiter.usage', () => {
  it('is the share of the window in use, and falls as time passes', () => {
    const scheduler = new VirtualTimeScheduler();
    const limiter = new RateLimiter(budget([{ limit: 4, per: 100 }]), scheduler);
    const seen: number[] = [limiter.usage('g')];
    for (let i = 0; i < 3; i += 1) take(limiter, 'g').subscribe();
    seen.push(limiter.usage('g'));
    scheduler.schedule(() => seen.push(limiter.usage('g')), 99);
    scheduler.schedule(() => seen.push(limiter.usage('g')), 100);
    scheduler.flush();
    expect(seen).toEqual([0, 0.75, 0.75, 0]);
  });

  it('is full when the longer window is spent although the shorter has room', () => {
    const scheduler = new VirtualTimeScheduler();
    const limiter = new RateLimiter(
      budget([
        { limit: 2, per: 10 },
        { limit: 3, per: 1_000 },
      ]),
      scheduler,
    );
    for (const at of [0, 20, 40]) scheduler.schedule(() => take(limiter, 'g').subscribe(), at);
    let usage = NaN;
    scheduler.schedule(() => (usage = limiter.usage('g')), 100);
    scheduler.flush();
    expect(usage).toBe(1);
  });

  it('is nothing for a group without windows', () => {
    expect(new RateLimiter(budget([]), new VirtualTimeScheduler()).usage('g')).toBe(0);
  });
});

/** A clock that can be set, beside timers that go on as they do. */
const settable = () => {
  const scheduler = new VirtualTimeScheduler();
  const clock = { offset: 0, now: () => scheduler.now() + clock.offset };
  return { scheduler, clock };
};

describe('RateLimiter, when its clock is set back', () => {
  it.each([1, 5, 3_600_000])('makes nobody wait for the %d ms it was set back by', (ms) => {
    const { scheduler, clock } = settable();
    const limiter = new RateLimiter(budget(ONE), scheduler, clock);
    const given: number[] = [];
    for (let i = 0; i < 6; i += 1) take(limiter, 'g').subscribe(() => given.push(scheduler.now()));
    scheduler.schedule(() => (clock.offset = -ms), 5);
    scheduler.flush();
    expect(given).toHaveLength(6);
    // What was waited before it was set back may not be counted, and no more than that.
    expect(Math.max(...given)).toBeLessThanOrEqual(20 + 10);
    expect(most(given, { limit: 2, per: 10 })).toBeLessThanOrEqual(2);
  });

  it('prolongs no block', () => {
    const { scheduler, clock } = settable();
    const limiter = new RateLimiter(budget(ONE), scheduler, clock);
    limiter.block('g', 1_000);
    clock.offset = -3_600_000;
    const told: string[] = [];
    const ask = (): void => {
      take(limiter, 'g').subscribe({
        next: () => told.push('given'),
        error: (error: unknown) => told.push(toMarketDataError(error).code),
      });
    };
    ask();
    scheduler.schedule(ask, 1_001);
    scheduler.flush();
    expect(told).toEqual(['BLOCKED', 'given']);
  });
});

describe('RateLimiter, when the time of day is set ahead', () => {
  it('counts on by the clock nobody sets, and lets no burst through', () => {
    const scheduler = new VirtualTimeScheduler();
    let ahead = 0;
    const wall = { now: () => scheduler.now() + ahead, schedule: scheduler.schedule.bind(scheduler) };
    const limiter = new RateLimiter(budget(ONE), wall, { now: () => scheduler.now() });
    const given: number[] = [];
    for (let i = 0; i < 2; i += 1) take(limiter, 'g').subscribe(() => given.push(scheduler.now()));
    ahead = 3_600_000;
    for (let i = 0; i < 2; i += 1) take(limiter, 'g').subscribe(() => given.push(scheduler.now()));
    scheduler.flush();
    expect(given).toEqual([0, 0, 10, 10]);
  });
});

describe('RateLimiter, of what is under way', () => {
  /** Gives permits that are settled `after` so long each, ms; and when they were given. */
  const run = (
    limit: number,
    asks: readonly (readonly [after: number, certain: boolean])[],
    per = 10,
  ): readonly number[] => {
    const scheduler = new VirtualTimeScheduler();
    const limiter = new RateLimiter(budget([{ limit, per }]), scheduler);
    const given: number[] = [];
    for (const [after, certain] of asks) {
      limiter.acquire('g').subscribe((settle) => {
        given.push(scheduler.now());
        scheduler.schedule(() => settle(certain), after);
      });
    }
    scheduler.flush();
    return given;
  };

  it('counts a window from the answer', () => {
    const asks = [
      [300, true],
      [700, true],
      [0, true],
    ] as const;
    expect(run(2, asks, 1_010)).toEqual([0, 0, 1_310]);
  });

  it('counts what nobody waited for until something else is answered', () => {
    expect(
      run(2, [
        [1, false],
        [30, true],
        [0, true],
        [0, true],
      ]),
    ).toEqual([0, 0, 10, 20]);
  });

  it('counts what is settled twice from the first time', () => {
    const scheduler = new VirtualTimeScheduler();
    const limiter = new RateLimiter(budget([{ limit: 1, per: 10 }]), scheduler);
    const given: number[] = [];
    limiter.acquire('g').subscribe((settle) => {
      settle(true);
      scheduler.schedule(() => settle(true), 9);
    });
    take(limiter, 'g').subscribe(() => given.push(scheduler.now()));
    scheduler.flush();
    expect(given).toEqual([10]);
  });

  it('tries less and less often while nothing is answered, and all again soon after something is', () => {
    const silent = [5_000, false] as const;
    const answered = [100, true] as const;
    const asks = [...Array<typeof silent>(7).fill(silent), ...Array<typeof answered>(4).fill(answered)];
    expect(run(3, asks, 1_010)).toEqual([0, 0, 1_010, 3_030, 7_030, 11_030, 15_030, 19_030, 20_140, 20_140, 20_240]);
  });

  it('takes what is long overdue for handled once something else is answered', () => {
    const hung = [60_000, false] as const;
    const answered = [100, true] as const;
    // Two hang; a third is tried, and answered; 1,010 ms later all is as before.
    expect(run(3, [hung, hung, [50_000, false], answered, answered, answered, answered], 1_010)).toEqual([
      0, 0, 1_010, 3_030, 4_140, 4_140, 4_240,
    ]);
  });

  it('never lets more be handled in any window than may be, however long each takes', () => {
    const caller = fc.record({
      at: fc.integer({ min: 0, max: 3_000 }),
      takes: fc.integer({ min: 0, max: 2_000 }),
      handled: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(caller, { maxLength: 40 }), (callers) => {
        const scheduler = new VirtualTimeScheduler();
        const limiter = new RateLimiter(budget([{ limit: 3, per: 1_010 }]), scheduler);
        const handled: number[] = [];
        for (const each of callers) {
          const serve = (settle: Settle): void => {
            scheduler.schedule(() => handled.push(scheduler.now()), each.takes * each.handled);
            scheduler.schedule(() => settle(true), each.takes);
          };
          scheduler.schedule(() => limiter.acquire('g').subscribe(serve), each.at);
        }
        scheduler.flush();
        expect(handled).toHaveLength(callers.length);
        expect(most(handled, { limit: 3, per: 1_010 })).toBeLessThanOrEqual(3);
      }),
      { numRuns: 20_000 },
    );
  });
});

describe('RateLimiter, its lanes', () => {
  const order = (asks: readonly (Priority | undefined)[]): string => {
    const scheduler = new VirtualTimeScheduler();
    const limiter = new RateLimiter(budget([{ limit: 1, per: 10 }]), scheduler);
    const served: string[] = [];
    take(limiter, 'g').subscribe();
    for (const [i, priority] of asks.entries()) {
      take(limiter, 'g', priority).subscribe(() => served.push(`${priority ?? 'nothing'} ${i}`));
    }
    scheduler.flush();
    return served.join(', ');
  };

  it('serves who is in a hurry first, and each lane in order', () => {
    expect(order(['low', 'normal', 'critical', 'high', 'normal', 'critical'])).toBe(
      'critical 2, critical 5, high 3, normal 1, normal 4, low 0',
    );
  });

  it('takes who says nothing for normal', () => {
    expect(order(['low', undefined, 'normal', 'high'])).toBe('high 3, nothing 1, normal 2, low 0');
  });

  it('lets nobody pass while the window is full, however urgent', () => {
    const scheduler = new VirtualTimeScheduler();
    const limiter = new RateLimiter(budget([{ limit: 1, per: 10 }]), scheduler);
    const given: number[] = [];
    for (let at = 0; at < 5; at += 1) {
      scheduler.schedule(() => take(limiter, 'g', 'critical').subscribe(() => given.push(scheduler.now())), at);
    }
    scheduler.flush();
    expect(given).toEqual([0, 10, 20, 30, 40]);
  });
});

describe('RateLimiter.stop', () => {
  it('is followed by one at a time until the exchange answers without stopping the group again', () => {
    const scheduler = new VirtualTimeScheduler();
    const limiter = new RateLimiter(budget([{ limit: 9, per: 1_000 }]), scheduler);
    const given: number[] = [];
    let refusals = 2;
    limiter.stop('g', 1_000);
    for (let i = 0; i < 8; i += 1) {
      limiter.acquire('g').subscribe((settle) => {
        given.push(scheduler.now());
        scheduler.schedule(() => {
          refusals -= 1;
          if (refusals >= 0) limiter.stop('g', 1_000);
          else limiter.resume('g');
          settle(true);
        }, 50);
      });
    }
    scheduler.flush();
    expect(given).toEqual([1_000, 2_050, 3_100, 3_150, 3_150, 3_150, 3_150, 3_150]);
  });

  it('holds up the group for so long, and no other', () => {
    const scheduler = new VirtualTimeScheduler();
    const limiter = new RateLimiter(budget(ONE), scheduler);
    const given: [string, number][] = [];
    const ask = (group: string): void => {
      take(limiter, group).subscribe(() => given.push([group, scheduler.now()]));
    };
    for (let i = 0; i < 3; i += 1) ask('g');
    limiter.stop('g', 5_000);
    limiter.stop('g', 100);
    ask('h');
    scheduler.flush();
    expect(given).toEqual([
      ['g', 0],
      ['g', 0],
      ['h', 0],
      ['g', 5_000],
    ]);
  });

  it('tells those who would have to wait for more than ten seconds, now and later', () => {
    const scheduler = new VirtualTimeScheduler();
    const limiter = new RateLimiter(budget(ONE), scheduler);
    const told: unknown[] = [];
    const ask = (): void => {
      take(limiter, 'g').subscribe({
        next: () => told.push(`given at ${scheduler.now()}`),
        error: (error: unknown) => told.push(toMarketDataError(error)),
      });
    };
    for (let i = 0; i < 3; i += 1) ask();
    limiter.stop('g', 30_000);
    scheduler.schedule(ask, 10_000);
    scheduler.schedule(ask, 20_000);
    scheduler.flush();
    expect(told).toMatchObject([
      'given at 0',
      'given at 0',
      { code: 'RATE_LIMITED', retryable: true, details: { retryAfter: 30_000 } },
      { code: 'RATE_LIMITED', retryable: true, details: { retryAfter: 20_000 } },
      'given at 30000',
    ]);
  });
});

describe('RateLimiter.forget', () => {
  it('starts afresh', () => {
    const limiter = new RateLimiter(budget(ONE), new VirtualTimeScheduler());
    const group = Symbol('messages');
    take(limiter, group).subscribe();
    limiter.forget(group);
    expect(limiter.usage(group)).toBe(0);
  });
});

describe('RateLimiter, when thousands wait', () => {
  it('serves the right ones, and lets all others leave', () => {
    const scheduler = new VirtualTimeScheduler();
    const limiter = new RateLimiter(budget([{ limit: 9, per: 1_050 }]), scheduler);
    const given: number[] = [];
    const waiting = Array.from({ length: 10_000 }, (_, i) => take(limiter, 'g', 'low').subscribe(() => given.push(i)));
    take(limiter, 'g', 'critical').subscribe(() => given.push(-1));
    scheduler.maxFrames = 1_050;
    scheduler.flush();
    expect(given).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, -1, 9, 10, 11, 12, 13, 14, 15, 16]);
    for (const one of waiting) one.unsubscribe();
    scheduler.maxFrames = Infinity;
    scheduler.flush();
    expect([given.length, scheduler.now()]).toEqual([18, 1_050]);
  });
});
