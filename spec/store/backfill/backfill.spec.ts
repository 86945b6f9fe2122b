import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { VirtualTimeScheduler, take } from 'rxjs';
import { InvalidRequestError, MarketDataError } from '../../../src/errors.js';
import { backfill, type BackfillOptions } from '../../../src/store/backfill/backfill.js';
import type { BackfillProgress } from '../../../src/store/backfill/progress.js';
import type { CandleStore } from '../../../src/store/candle-store.js';
import { memoryStore } from '../../../src/store/memory-store.js';
import { marbles } from '../../marbles.js';
import { MINUTE, minutes, opened, row, rows, span } from '../rows.js';
import { scriptedExchange, type ExchangeScript } from './scripted-exchange.js';

const NOW = 1_000 * MINUTE;
const all = (from: number, to: number): readonly number[] => Array.from({ length: to - from }, (_, i) => from + i);
const failure = (retryable: boolean): MarketDataError =>
  new MarketDataError('no', { code: 'HTTP_FAILED', retryable, details: {} });

interface Outcome {
  readonly store: CandleStore;
  readonly progress: readonly BackfillProgress[];
  readonly last: BackfillProgress | undefined;
  readonly error: unknown;
  readonly completed: boolean;
  /** What was asked, as the first and the last minute of what was meant. */
  readonly asked: readonly (readonly [to: number, count: number])[];
  readonly elapsed: number;
}

/** A whole backfill in virtual time that starts at minute 1,000. */
const run = (script: ExchangeScript, options: Partial<BackfillOptions> & { readonly calls?: number } = {}): Outcome => {
  const scheduler = new VirtualTimeScheduler();
  scheduler.frame = NOW;
  const now = (): number => scheduler.now();
  const clock = { now, schedule: scheduler.schedule.bind(scheduler) };
  const { calls = Infinity, store = memoryStore(), ...rest } = options;
  const exchange = scriptedExchange({ takes: 10, scheduler, ...script });
  const progress: BackfillProgress[] = [];
  let [error, completed]: [unknown, boolean] = [undefined, false];
  backfill({
    store,
    fetch: exchange.fetch,
    exchange: 'test',
    markets: ['KRW-BTC'],
    interval: '1m',
    from: 0,
    pageSize: 10,
    random: () => 0,
    scheduler: clock,
    ...rest,
  })
    .pipe(take(calls))
    .subscribe({
      next: (value) => progress.push(value),
      error: (thrown: unknown) => (error = thrown),
      complete: () => (completed = true),
    });
  scheduler.flush();
  const asked = exchange.requests.map(({ to = NaN, count }) => [to / MINUTE, count] as const);
  return { store, progress, last: progress.at(-1), error, completed, asked, elapsed: scheduler.now() - NOW };
};

describe('backfill', () => {
  describe('fetches', () => {
    const within = (covered: readonly (readonly [number, number])[]): Outcome => {
      const store = memoryStore();
      for (const [from, to] of covered) {
        store.write({ series: minutes, candles: rows(from, to), covered: [span(from, to)] });
      }
      return run({ traded: all(0, 100) }, { store, to: 40 * MINUTE });
    };

    it.each([
      [
        'all, newest first, when nothing is known',
        [],
        [
          [40, 10],
          [30, 10],
          [20, 10],
          [10, 10],
        ],
      ],
      ['nothing when all is known', [[0, 40]], []],
      [
        'the tail',
        [[0, 25]],
        [
          [40, 10],
          [30, 5],
        ],
      ],
      [
        'the head',
        [[12, 40]],
        [
          [12, 10],
          [2, 2],
        ],
      ],
      [
        'what lies between fragments, those near each other at once',
        [
          [2, 18],
          [19, 21],
          [23, 37],
        ],
        [
          [40, 3],
          [23, 5],
          [2, 2],
        ],
      ],
    ] as const)('%s', (_, covered, calls) => {
      const { store, asked, completed } = within(covered);
      expect(asked).toEqual(calls);
      expect(opened(store.range(minutes, span(0, 99)))).toEqual(all(0, 40));
      expect(store.coverage(minutes)).toEqual([span(0, 40)]);
      expect(completed).toBe(true);
    });

    it('asks as little of a thin market as its candles need', () => {
      const { store, asked, last } = run({ traded: [3, 50, 300, 611, 899] }, { to: 900 * MINUTE });
      expect(asked).toEqual([
        [900, 10],
        [3, 3],
      ]);
      expect(store.coverage(minutes)).toEqual([span(0, 900)]);
      expect(last).toMatchObject({ requestsDone: 2, requestsPlanned: 2 });
    });

    it('takes an empty answer for the time before the market was listed', () => {
      const { store, asked } = run({ traded: all(35, 40) }, { to: 40 * MINUTE });
      expect(asked).toHaveLength(2);
      expect(store.coverage(minutes)).toEqual([span(0, 40)]);
    });

    it('leaves what is not yet done, grace included', () => {
      const { store } = run({ traded: all(990, 1_001) }, { from: 995 * MINUTE });
      expect(store.coverage(minutes)).toEqual([span(995, 999)]);
      expect(opened(store.latest(minutes, 1))).toEqual([998]);
    });

    it('asks quietly: for maintenance, by REST, from no cache, after everybody else', () => {
      const requests: unknown[] = [];
      run({ traded: [5], failing: (request) => (requests.push(request), undefined) }, { to: 9 * MINUTE });
      expect(requests[0]).toEqual({
        exchange: 'test',
        channel: 'candle',
        markets: ['KRW-BTC'],
        interval: '1m',
        count: 9,
        to: 9 * MINUTE,
        context: 'maintenance',
        realtime: false,
        maxAge: 0,
        via: 'rest',
        priority: 'low',
      });
    });

    it('several markets at once, no more than allowed', () => {
      const markets = ['KRW-A', 'KRW-B', 'KRW-C'] as const;
      const { elapsed, progress, completed } = run({ traded: all(0, 20) }, { markets, to: 20 * MINUTE, parallel: 2 });
      expect(elapsed).toBe(40);
      expect(progress.filter(({ state }) => state === 'done').map(({ market }) => market)).toEqual(markets);
      expect(completed).toBe(true);
    });
  });

  describe('goes on after an interruption', () => {
    it('where it was', () => {
      const store = memoryStore();
      run({ traded: all(0, 100) }, { store, to: 40 * MINUTE, calls: 2 });
      expect(store.coverage(minutes)).toEqual([span(20, 40)]);
      const { asked } = run({ traded: all(0, 100) }, { store, to: 40 * MINUTE });
      expect(asked).toEqual([
        [20, 10],
        [10, 10],
      ]);
    });

    it('in the same rows, from whatever partial state, however often it is interrupted', () => {
      const traded = fc.uniqueArray(fc.integer({ min: 0, max: 120 }), { maxLength: 80 });
      const known = fc.array(fc.tuple(fc.integer({ min: 0, max: 110 }), fc.integer({ min: 0, max: 30 })), {
        maxLength: 5,
      });
      const stops = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 });
      const size = fc.integer({ min: 1, max: 15 });
      fc.assert(
        fc.property(traded, known, stops, size, (minutesTraded, ranges, interruptions, pageSize) => {
          const store = memoryStore();
          for (const [from, length] of ranges) {
            const candles = minutesTraded.filter((m) => m >= from && m < from + length).map((m) => row(m));
            store.write({ series: minutes, candles, covered: [span(from, from + length)] });
          }
          const script = { traded: minutesTraded };
          for (const calls of interruptions) run(script, { store, to: 100 * MINUTE, pageSize, calls });
          const { completed, last, progress } = run(script, { store, to: 100 * MINUTE, pageSize });
          expect(completed).toBe(true);
          expect(last).toMatchObject({ state: 'done' });
          const planned = progress.map(({ requestsDone, requestsPlanned }) => requestsPlanned - requestsDone);
          expect(planned.at(-1)).toBe(0);
          const expected = minutesTraded.filter((m) => m < 100).sort((a, b) => a - b);
          expect(opened(store.range(minutes, span(0, 100)))).toEqual(expected);
          expect(store.gaps(minutes, span(0, 100))).toEqual([]);
        }),
        { numRuns: 100 },
      );
    });
  });

  describe('is not misled by', () => {
    const to = 30 * MINUTE;

    it('a row that stands again at the seam of two pages', () => {
      const spoil: ExchangeScript['spoil'] = (answer, request) => [...answer, row((request.to ?? 0) / MINUTE)];
      const { store, error } = run({ traded: all(0, 30), spoil }, { to });
      expect(error).toBeUndefined();
      expect(opened(store.range(minutes, span(0, 99)))).toEqual(all(0, 30));
    });

    it('rows in another order, and stamps after the end of their candle', () => {
      const spoil: ExchangeScript['spoil'] = (answer) =>
        answer.map((each) => ({ ...each, timestamp: each.openTime + MINUTE + 54 })).reverse();
      const { store } = run({ traded: all(0, 30), spoil }, { to });
      expect(opened(store.range(minutes, span(0, 99)))).toEqual(all(0, 30));
    });

    it('a candle that the exchange still calls open', () => {
      const spoil: ExchangeScript['spoil'] = (answer) =>
        answer.map((each) => (each.openTime >= 28 * MINUTE ? { ...each, state: 'provisional' } : each));
      const { store, completed } = run({ traded: all(0, 30), spoil }, { to });
      expect(store.coverage(minutes)).toEqual([span(0, 28)]);
      expect(opened(store.latest(minutes, 1))).toEqual([27]);
      expect(completed).toBe(true);
    });

    it('a candle that makes no sense: it is not stored, and stays unknown', () => {
      const spoil: ExchangeScript['spoil'] = (answer) =>
        answer.map((each) => (each.openTime === 12 * MINUTE ? { ...each, low: 200 } : each));
      const { store, last } = run({ traded: all(0, 30), spoil }, { to });
      expect(store.coverage(minutes)).toEqual([span(0, 12), span(13, 30)]);
      expect(opened(store.range(minutes, span(11, 14)))).toEqual([11, 13]);
      expect(last).toMatchObject({ state: 'done', fetched: 30, written: 29, refused: 1 });
    });

    it("a candle that opens at no window's start", () => {
      const spoil: ExchangeScript['spoil'] = (answer) =>
        answer.map((each) => (each.openTime === 20 * MINUTE ? { ...each, openTime: each.openTime + 1 } : each));
      const { store, completed } = run({ traded: all(0, 30), spoil }, { to });
      expect(store.coverage(minutes)).toEqual([span(0, 20), span(21, 30)]);
      expect(completed).toBe(true);
    });

    it('an empty answer about a time of which candles are stored', () => {
      const store = memoryStore();
      store.write({ series: minutes, candles: rows(0, 3), covered: [span(0, 3)] });
      const { error, asked } = run({ traded: [] }, { store, to, retries: 2 });
      expect(error).toMatchObject({ code: 'BAD_PAYLOAD', message: expect.stringContaining('are stored') });
      expect(asked).toHaveLength(3);
      expect(store.coverage(minutes)).toEqual([span(0, 3)]);
    });

    it('an exchange that does not hear what is asked', () => {
      const { error, store } = run({ traded: [], spoil: () => rows(90, 95) }, { to, retries: 0 });
      expect(error).toMatchObject({ code: 'BAD_PAYLOAD', message: expect.stringContaining('later candles only') });
      expect(store.coverage(minutes)).toEqual([]);
    });

    it('seconds that the exchange has forgotten: they are not taken for quiet ones', () => {
      const seconds = { ...minutes, interval: '1s' } as const;
      const { store, completed } = run({ traded: [] }, { interval: '1s', to: 30_000 });
      expect(store.coverage(seconds)).toEqual([]);
      expect(completed).toBe(true);
    });
  });

  describe('when a call fails', () => {
    it('tries again later and later, and goes on', () => {
      const { error, elapsed, asked, completed } = run(
        { traded: all(0, 20), failing: (_, nth) => (nth <= 3 ? failure(true) : undefined) },
        { to: 20 * MINUTE },
      );
      expect([error, completed]).toEqual([undefined, true]);
      expect(asked).toHaveLength(5);
      expect(elapsed).toBe(1_000 + 2_000 + 4_000 + 2 * 10);
    });

    it('waits as long as the exchange wants', () => {
      const blocked = new MarketDataError('blocked', {
        code: 'BLOCKED',
        retryable: true,
        details: { retryAfter: 60_000 },
      });
      const { elapsed, completed } = run(
        { traded: all(0, 10), failing: (_, nth) => (nth === 1 ? blocked : undefined) },
        { to: 10 * MINUTE },
      );
      expect(completed).toBe(true);
      expect(elapsed).toBe(60_010);
    });

    it('gives up after some tries, and keeps what it has', () => {
      const { error, store, asked, last } = run(
        { traded: all(0, 40), failing: ({ to = 0 }) => (to <= 20 * MINUTE ? failure(true) : undefined) },
        { to: 40 * MINUTE },
      );
      expect(error).toMatchObject({ code: 'HTTP_FAILED' });
      expect(asked).toHaveLength(2 + 5);
      expect(store.coverage(minutes)).toEqual([span(20, 40)]);
      expect(last).toMatchObject({ state: 'failed', requestsDone: 2, requestsPlanned: 2 });
    });

    it('does not try again what will never succeed', () => {
      const { asked, error } = run({ traded: [], failing: () => failure(false) }, { to: 40 * MINUTE });
      expect(error).toMatchObject({ code: 'HTTP_FAILED', retryable: false });
      expect(asked).toHaveLength(1);
    });

    it('finishes the other markets first, and then tells of all that failed', () => {
      const { error, store, progress } = run(
        {
          traded: all(0, 10),
          failing: ({ markets }) => (markets.includes('KRW-ETH') ? undefined : failure(false)),
        },
        { markets: ['KRW-A', 'KRW-ETH', 'KRW-B'], to: 10 * MINUTE },
      );
      expect(error).toMatchObject({
        message: '2 of 3 markets could not be fetched: KRW-A: no; KRW-B: no',
        details: { markets: ['KRW-A', 'KRW-B'] },
      });
      expect(store.coverage({ ...minutes, market: 'KRW-ETH' })).toEqual([span(0, 10)]);
      expect(progress.at(-1)?.all).toMatchObject({ markets: 3, marketsDone: 3 });
    });

    it('reports a store that does not keep what it is given', () => {
      const store = { ...memoryStore(), range: () => [] };
      const { error } = run({ traded: all(0, 10) }, { store, to: 10 * MINUTE });
      expect(error).toMatchObject({ code: 'STORE_FAILED' });
    });
  });

  describe('tells how far it is', () => {
    it('after each call, with what is left and how long it will take', () => {
      const { progress } = run({ traded: all(0, 100) }, { to: 40 * MINUTE });
      expect(
        progress.map(({ state, written, requestsDone, requestsPlanned, elapsed, remaining }) => [
          state,
          written,
          requestsDone,
          requestsPlanned,
          elapsed,
          remaining,
        ]),
      ).toEqual([
        ['running', 10, 1, 4, 10, 30],
        ['running', 20, 2, 4, 20, 20],
        ['running', 30, 3, 4, 30, 10],
        ['running', 40, 4, 4, 40, 0],
        ['done', 40, 4, 4, 40, 0],
      ]);
    });

    it('once when there is nothing to do', () => {
      const { progress } = run({ traded: [] }, { from: 40 * MINUTE, to: 40 * MINUTE });
      expect(progress).toHaveLength(1);
      expect(progress[0]).toMatchObject({ state: 'done', requestsDone: 0, requestsPlanned: 0 });
      expect(progress[0]).not.toHaveProperty('remaining');
    });
  });

  describe('with windows to fetch again', () => {
    it('fetches those that are known, and lets go of what is not there', () => {
      const store = memoryStore();
      store.write({ series: minutes, candles: rows(0, 40), covered: [span(0, 40)] });
      const later = (answer: readonly ReturnType<typeof row>[]) =>
        answer.map((each) => ({
          ...each,
          receivedAt: each.receivedAt + 1,
          ...(each.openTime === 14 * MINUTE ? { volume: 9 } : {}),
        }));
      const traded = all(0, 40).filter((minute) => minute !== 12 && minute !== 16);
      const again = [span(11, 15), span(17, 18)];
      const { asked, last } = run({ traded, spoil: later }, { store, to: 40 * MINUTE, again });
      expect(asked).toEqual([[18, 7]]);
      expect(last).toMatchObject({ fetched: 5, written: 1, revised: 1 });
      // Nobody doubted minute 16.
      expect(opened(store.range(minutes, span(0, 40)))).toEqual(all(0, 40).filter((minute) => minute !== 12));
      expect(store.range(minutes, span(14, 15))).toMatchObject([{ volume: 9, state: 'revised' }]);
    });
  });

  it.each([[{ from: 5, to: 4 }], [{ from: NaN }], [{ pageSize: 0 }], [{ parallel: 0 }]])('refuses %o', (options) => {
    expect(run({ traded: [] }, options).error).toBeInstanceOf(InvalidRequestError);
  });

  it('does not grow the stack with an exchange that answers at once', () => {
    const traded = all(0, 990);
    const exchange = scriptedExchange({ traded });
    const store = memoryStore();
    const seen: BackfillProgress[] = [];
    backfill({
      store,
      fetch: exchange.fetch,
      exchange: 'test',
      markets: ['KRW-BTC'],
      interval: '1m',
      from: 0,
      to: 990 * MINUTE,
      pageSize: 1,
    }).subscribe((progress) => seen.push(progress));
    expect(seen.at(-1)).toMatchObject({ state: 'done', requestsDone: 990 });
  });

  it(
    'fetches nothing before it is subscribed, and nothing more once it is not',
    marbles(({ cold, expectObservable, expectSubscriptions, scheduler }) => {
      const answer = cold('--a|', { a: [] });
      const unsub = '      -! ';
      const progress$ = backfill({
        store: memoryStore(),
        fetch: () => answer,
        exchange: 'test',
        markets: ['KRW-BTC'],
        interval: '1m',
        from: -10 * MINUTE,
        to: 0,
        scheduler,
      });
      expectObservable(progress$, unsub).toBe('');
      expectSubscriptions(answer.subscriptions).toBe('^!');
    }),
  );
});
