import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { map } from 'rxjs';
import { InvalidRequestError } from '../../src/errors.js';
import { SLO, SloWindow, completeSlo, slo, type Outcome, type SloOptions } from '../../src/routing/slo.js';
import { marbles } from '../marbles.js';

const WINDOW = 60_000;
const window = (options: Partial<SloOptions> = {}): SloWindow => new SloWindow(completeSlo({ minimum: 1, ...options }));

const ok = (at: number, elapsed = 10): Outcome => ({ at, ok: true, elapsed });
const bad = (at: number): Outcome => ({ at, ok: false, elapsed: 10 });
const many = (n: number, outcome: Outcome): Outcome[] => Array.from({ length: n }, () => outcome);
const told = (it: SloWindow, outcomes: readonly Outcome[]): string[] =>
  outcomes.flatMap((outcome) => it.note(outcome)).map(({ objective, state }) => `${objective} ${state}`);

describe('SloWindow', () => {
  it('says nothing while all is well', () => {
    expect(told(window(), many(1_000, ok(0)))).toEqual([]);
  });

  it('tells once that too few are answered, with the numbers', () => {
    const it = window({ minimum: 20 });
    expect(told(it, [...many(19, ok(0)), bad(0)])).toEqual([]);
    expect(it.note(bad(0))).toEqual([
      { type: 'slo', at: 0, objective: 'success', state: 'breached', measured: 19 / 21, target: 0.95 },
    ]);
    expect(told(it, many(10, bad(1)))).toEqual([]);
  });

  it('is met at exactly 95 of 100', () => {
    expect(told(window({ minimum: 100 }), [...many(5, bad(0)), ...many(95, ok(0))])).toEqual([]);
    expect(told(window({ minimum: 100 }), [...many(6, bad(0)), ...many(94, ok(0))])).toEqual(['success breached']);
  });

  it('tells that too many answers are late, of those that came', () => {
    expect(told(window({ minimum: 100 }), [...many(5, ok(0, 1_001)), ...many(95, ok(0, 1_000))])).toEqual([]);
    expect(told(window({ minimum: 100 }), [...many(6, ok(0, 1_001)), ...many(94, ok(0))])).toEqual([
      'response breached',
    ]);
    // Failures say nothing about how long answers take.
    expect(told(window({ minimum: 10 }), [...many(30, bad(0)), ...many(15, ok(0))])).toEqual(['success breached']);
  });

  it('is the judgement of a 95th percentile by nearest rank', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 1, maxLength: 200 }), (times) => {
        const it = window({ minimum: times.length });
        const changes = told(
          it,
          times.map((elapsed) => ok(0, elapsed)),
        );
        const p95 = times.toSorted((a, b) => a - b)[Math.ceil(times.length * 0.95 - 1e-9) - 1] ?? 0;
        expect(changes).toEqual(p95 <= 1_000 ? [] : ['response breached']);
      }),
      { seed: 7 },
    );
  });

  it('judges nobody by fewer than the minimum', () => {
    const it = window({ minimum: 20 });
    expect(told(it, many(19, bad(0)))).toEqual([]);
    expect(it.report(0)).toMatchObject({ success: { state: 'unknown', measured: 0 }, count: 19 });
    expect(told(it, [bad(0)])).toEqual(['success breached']);
  });

  it('tells that it is met again, and no sooner than a sixth of the window after the breach', () => {
    const it = window();
    expect(told(it, [bad(0)])).toEqual(['success breached']);
    expect(told(it, many(1_000, ok(9_999)))).toEqual([]);
    expect(told(it, [ok(10_000)])).toEqual(['success met']);
  });

  it('forgets what is older than the window', () => {
    const it = window();
    told(it, many(100, bad(0)));
    expect(it.report(WINDOW - 1_001)).toMatchObject({ count: 100 });
    expect(it.report(WINDOW)).toEqual({
      success: { state: 'breached', measured: undefined, target: 0.95 },
      response: { state: 'unknown', measured: undefined, target: 0.95 },
      count: 0,
    });
    expect(told(it, [ok(WINDOW)])).toEqual(['success met']);
  });

  it('keeps its judgement while nobody asks', () => {
    const it = window({ minimum: 20 });
    told(it, many(20, bad(0)));
    expect(told(it, many(19, ok(10 * WINDOW)))).toEqual([]);
    expect(it.report(10 * WINDOW).success.state).toBe('breached');
    expect(told(it, [ok(10 * WINDOW)])).toEqual(['success met']);
  });

  it('forgets what seems to lie in the future when the clock was set back', () => {
    const it = window();
    told(it, many(100, bad(1e9)));
    expect(told(it, many(100, ok(0)))).toEqual(['success met']);
    expect(it.report(0).count).toBe(100);
  });

  it('counts as one that remembers every outcome would', () => {
    const outcomes = fc.array(fc.record({ wait: fc.nat(20_000), ok: fc.boolean(), elapsed: fc.nat(2_000) }));
    fc.assert(
      fc.property(outcomes, (list) => {
        const it = window();
        const all: Outcome[] = [];
        let at = 0;
        for (const { wait, ...outcome } of list) {
          at += wait;
          all.push({ at, ...outcome });
          it.note({ at, ...outcome });
          const inside = all.filter((past) => Math.floor(past.at / 1_000) > Math.floor(at / 1_000) - 60);
          const answered = inside.filter((past) => past.ok);
          const { success, response, count } = it.report(at);
          expect(count).toBe(inside.length);
          expect(success.measured).toBe(answered.length / inside.length);
          expect(response.measured).toBe(
            answered.length === 0
              ? undefined
              : answered.filter(({ elapsed }) => elapsed <= 1_000).length / answered.length,
          );
        }
      }),
      { seed: 7 },
    );
  });
});

describe('slo', () => {
  const letters = { o: ok(0), b: bad(0), O: ok(WINDOW) };

  it.each([
    ['      -----', '-----'],
    ['      --|  ', '--|  '],
    ['      --#  ', '--#  '],
    ['      -b---', '-x---'],
    ['      -b-O|', '-x-y|'],
    ['      -o-o-', '-----'],
  ])('of outcomes %s tells %s', (source, expected) => {
    marbles(({ cold, expectObservable }) => {
      const changes = cold(source, letters).pipe(
        slo({ minimum: 1 }),
        map(({ state }) => state),
      );
      expectObservable(changes).toBe(expected, { x: 'breached', y: 'met' });
    })();
  });

  it(
    'keeps a window for each subscription, and lets go of its source',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('b-b', letters);
      const changes = source.pipe(
        slo({ minimum: 2 }),
        map(({ state }) => state),
      );
      expectObservable(changes, '^--!').toBe('--x', { x: 'breached' });
      expectObservable(changes, '-^--!').toBe('---x', { x: 'breached' });
      expectSubscriptions(source.subscriptions).toBe(['^--!', '-^--!']);
    }),
  );

  it.each([{ success: 95 }, { success: 0 }, { response: -1 }, { window: NaN }, { minimum: 0.5 }])(
    'refuses %j at once',
    (options) => {
      expect(() => slo(options)).toThrow(InvalidRequestError);
    },
  );

  it('wants 95 %, and those within a second, of the last minute, if nothing else is said', () => {
    expect(completeSlo()).toEqual(SLO);
    expect(SLO).toEqual({ success: 0.95, response: 1_000, window: 60_000, minimum: 20 });
  });
});
