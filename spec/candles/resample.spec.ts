import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { from, map, type Observable } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { resample, type ResampleOptions } from '../../src/candles/resample.js';
import { resampleAll } from '../../src/candles/resample-all.js';
import { InvalidRequestError } from '../../src/errors.js';
import type { Candle } from '../../src/model/events.js';
import type { Interval } from '../../src/model/interval.js';
import { candle } from '../events.js';
import { marbles } from '../marbles.js';
import { show } from './show.js';

const MINUTE = 60_000;

/** The 1m candle of a minute, flat at a price. */
const at = (minute: number, price: number, fields: Partial<Candle> = {}): Candle =>
  candle({
    openTime: minute * MINUTE,
    timestamp: minute * MINUTE + 30_000,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: 1,
    turnover: price,
    state: 'final',
    ...fields,
  });

/** What candles come to without a clock: as if all of it were in the future. */
const without = (lowers: readonly Candle[], interval: Interval, options: ResampleOptions = {}): Candle[] => {
  const told: Candle[] = [];
  from(lowers)
    .pipe(resample(interval, { scheduler: new TestScheduler(() => undefined), ...options }))
    .subscribe((each) => told.push(each));
  return told;
};

describe('resample', () => {
  it('makes one candle of several', () => {
    const lowers = [
      at(0, 5, { high: 9, volume: 0.1, turnover: 0.1 }),
      at(1, 6, { low: 2, volume: 0.2, turnover: 0.2, receivedAt: 7, timestamp: 119_999 }),
      at(2, 7, { volume: 0.3, turnover: 0.4, tier: 'cold-rest', timestamp: 180_054 }),
    ];
    expect(without(lowers, '3m').at(-1)).toEqual(
      candle({
        interval: '3m',
        openTime: 0,
        timestamp: 180_054,
        receivedAt: 1_000,
        tier: 'cold-rest',
        open: 5,
        high: 9,
        low: 2,
        close: 7,
        volume: 0.6,
        turnover: 0.7,
        state: 'final',
      }),
    );
  });

  it('tells the forming candle with each lower one, and settles it with the last', () => {
    expect(without([at(0, 5), at(1, 6), at(2, 7), at(3, 8)], '3m').map(show)).toEqual([
      '0 open 5/5/5/5 x1',
      '0 open 5/6/5/6 x2',
      '0 provisional 5/7/5/7 x3',
      '0 final 5/7/5/7 x3',
      '180 open 8/8/8/8 x1',
    ]);
  });

  it('replaces a forming lower candle, and does not add it', () => {
    const open = { state: 'open' } as const;
    const lowers = [
      at(0, 5),
      at(1, 6, open),
      at(1, 6, { ...open, close: 8, high: 8, volume: 3 }),
      at(1, 6, { volume: 4 }),
    ];
    expect(without(lowers, '3m').map(show)).toEqual([
      '0 open 5/5/5/5 x1',
      '0 open 5/6/5/6 x2',
      '0 open 5/8/5/8 x4',
      '0 open 5/6/5/6 x5',
    ]);
  });

  it('says nothing when a lower candle is told again, or only its state has changed', () => {
    const lowers = [at(0, 5, { state: 'open' }), at(0, 5, { state: 'provisional' }), at(0, 5), at(0, 5)];
    expect(without(lowers, '3m').map(show)).toEqual(['0 open 5/5/5/5 x1']);
  });

  it('is settled by a later candle when nothing was traded at its end', () => {
    expect(without([at(0, 5), at(3, 8, { state: 'open' })], '3m').map(show)).toEqual([
      '0 open 5/5/5/5 x1',
      '0 provisional 5/5/5/5 x1',
      '180 open 8/8/8/8 x1',
    ]);
    expect(without([at(0, 5), at(4, 8)], '3m').map(show)).toContain('0 final 5/5/5/5 x1');
  });

  it('is not final before all of its lower candles are', () => {
    const lowers = [at(0, 5), at(2, 7, { state: 'provisional' }), at(3, 8), at(2, 7)];
    expect(without(lowers, '3m').map(show)).toEqual([
      '0 open 5/5/5/5 x1',
      '0 provisional 5/7/5/7 x2',
      '180 open 8/8/8/8 x1',
      '0 final 5/7/5/7 x2',
    ]);
  });

  it(
    'is closed by the clock when no lower candle comes any more',
    marbles(({ cold, expectObservable, scheduler }) => {
      const source = cold('30s f', { f: at(0, 5) });
      const expected = '   30s a 149999ms p 1999ms f';
      const told = source.pipe(resample('3m', { scheduler }), map(show));
      expectObservable(told, '^ 200s !').toBe(expected, {
        a: '0 open 5/5/5/5 x1',
        p: '0 provisional 5/5/5/5 x1',
        f: '0 final 5/5/5/5 x1',
      });
    }),
  );

  it(
    'waits for a lower candle that is not settled, whatever the clock says',
    marbles(({ cold, expectObservable, scheduler }) => {
      const source = cold('180s p 3999ms f', { p: at(2, 7, { state: 'provisional' }), f: at(2, 7) });
      const expected = '   180s p 3999ms f';
      const told = source.pipe(resample('3m', { scheduler, since: 0 }), map(show));
      expectObservable(told, '^ 200s !').toBe(expected, {
        p: '0 provisional 7/7/7/7 x1',
        f: '0 final 7/7/7/7 x1',
      });
    }),
  );

  it('revises a candle of which a lower one is revised, the first, a middle or the last', () => {
    const lowers = [at(0, 5), at(1, 6), at(2, 7), at(3, 8)];
    const revised = (minute: number) => at(minute, 9, { state: 'revised', timestamp: minute * MINUTE + 59_000 });
    const last = (minute: number) => show(without([...lowers, revised(minute)], '3m').at(-1) ?? at(0, 0));
    expect([last(0), last(1), last(2)]).toEqual([
      '0 revised 9/9/6/7 x3',
      '0 revised 5/9/5/7 x3',
      '0 revised 5/9/5/9 x3',
    ]);
  });

  it('is revised by a lower candle that comes when it was final without', () => {
    expect(
      without([at(0, 5), at(2, 7), at(3, 8), at(1, 1)], '3m')
        .map(show)
        .at(-1),
    ).toBe('0 revised 5/7/1/7 x3');
  });

  it('forgets windows long past, and does not begin them anew', () => {
    const minutes = Array.from({ length: 2_000 }, (_, i) => at(i, 5));
    expect(without([...minutes, at(1_990, 9)], '3m').at(-1)).toMatchObject({
      state: 'revised',
      openTime: 1_989 * MINUTE,
    });
    expect(without([...minutes, at(3, 9)], '3m')).toEqual(without(minutes, '3m'));
  });

  it('says of a first candle whose beginning may be missing that it is partial, and never final', () => {
    const lowers = [at(1, 6), at(2, 7), at(3, 8), at(4, 9), at(5, 9)];
    expect(without(lowers, '3m').map(show)).toEqual([
      '0 open 6/6/6/6 x1 partial',
      '0 provisional 6/7/6/7 x2 partial',
      '180 open 8/8/8/8 x1',
      '180 open 8/9/8/9 x2',
      '180 provisional 8/9/8/9 x3',
      '180 final 8/9/8/9 x3',
    ]);
    expect(without(lowers, '3m', { since: 0 }).map(show)).toContain('0 final 6/7/6/7 x2');
    expect(
      without([at(0, 5, { partial: true }), at(1, 6), at(2, 7)], '3m')
        .map(show)
        .at(-1),
    ).toBe('0 provisional 5/7/5/7 x3 partial');
  });

  it('leaves the last one unsettled when the source completes, unless it had every candle', () => {
    expect(
      without([at(0, 5)], '3m')
        .map(show)
        .at(-1),
    ).toBe('0 open 5/5/5/5 x1');
    expect(
      without([at(0, 5)], '3m', { until: 3 * MINUTE })
        .map(show)
        .at(-1),
    ).toBe('0 final 5/5/5/5 x1');
    expect(
      without([at(0, 5)], '3m', { until: 3 * MINUTE - 1 })
        .map(show)
        .at(-1),
    ).toBe('0 open 5/5/5/5 x1');
  });

  it('takes from filled candles the time, and nothing else', () => {
    const filled = (minute: number) => at(minute, 5, { volume: 0, turnover: 0, filled: true });
    const lowers = [at(0, 5), filled(1), filled(2), filled(3), at(4, 8)];
    expect(without(lowers, '3m').map(show)).toEqual([
      '0 open 5/5/5/5 x1',
      '0 provisional 5/5/5/5 x1',
      '0 final 5/5/5/5 x1',
      '180 open 8/8/8/8 x1',
    ]);
  });

  it('keeps several markets apart', () => {
    const lowers = [at(0, 5), at(0, 7, { market: 'KRW-ETH' }), at(1, 6), at(1, 8, { market: 'KRW-ETH' })];
    expect(without(lowers, '3m').map(({ market, close, volume }) => `${market} ${close} ${volume}`)).toEqual([
      'KRW-BTC 5 1',
      'KRW-ETH 7 1',
      'KRW-BTC 6 2',
      'KRW-ETH 8 2',
    ]);
  });

  it('says what is simulated, and what is of mixed origin', () => {
    const origins = (...list: Candle['origin'][]) =>
      without(
        list.map((origin, minute) => at(minute, 5, { origin })),
        '3m',
      ).at(-1)?.origin;
    expect(origins('rest', 'rest')).toBe('rest');
    expect(origins('rest', 'websocket')).toBe('hybrid');
    expect(origins('rest', 'simulation', 'rest')).toBe('simulation');
  });

  it.each([
    ['1w', '2026-09-06T23:00:00Z', '2026-08-31T00:00:00Z'],
    ['1w', '2026-09-07T00:00:00Z', '2026-09-07T00:00:00Z'],
    ['1M', '2024-02-29T23:00:00Z', '2024-02-01T00:00:00Z'],
    ['1d', '2026-09-06T23:00:00Z', '2026-09-06T00:00:00Z'],
  ] as const)('places an hour in the %s: %s in %s', (interval, hour, open) => {
    const told = without([at(0, 5, { interval: '1h', openTime: Date.parse(hour) })], interval);
    expect(new Date(told.at(-1)?.openTime ?? 0)).toEqual(new Date(open));
  });

  it('refuses candles that do not add up to the interval', () => {
    const errors: unknown[] = [];
    const attempt = (lower: Interval, higher: Interval): void => {
      const source: Observable<Candle> = from([candle({ interval: lower })]);
      source.pipe(resample(higher)).subscribe({ error: (error: unknown) => errors.push(error) });
    };
    for (const [lower, higher] of [
      ['1w', '1M'],
      ['3m', '5m'],
      ['5m', '1m'],
      ['1m', '1m'],
    ] as const)
      attempt(lower, higher);
    expect(errors).toHaveLength(4);
    for (const error of errors) expect(error).toBeInstanceOf(InvalidRequestError);
    expect(String(errors[0])).toContain('1M candles are not made of whole 1w candles');
    expect(() => resample('7m' as '5m')).toThrow(InvalidRequestError);
  });

  it(
    'says nothing of nothing, and passes on completion and errors',
    marbles(({ cold, expectObservable, expectSubscriptions, scheduler }) => {
      const fives = resample('5m', { scheduler });
      expectObservable(cold<Candle>('---').pipe(fives)).toBe('---');
      expectObservable(cold<Candle>('--|').pipe(fives)).toBe('--|');
      expectObservable(cold<Candle>('--#').pipe(fives)).toBe('--#');
      const source = cold<Candle>('------');
      expectObservable(source.pipe(fives), '^--!').toBe('---');
      expectSubscriptions(source.subscriptions).toBe('^--!');
    }),
  );
});

/** Final 1m candles of a thin market over some hours, oldest first. */
const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 60 }).chain((list) =>
  fc.tuple(
    ...list
      .sort((a, b) => a - b)
      .map((minute) =>
        fc
          .record({
            low: fc.integer({ min: 1, max: 900 }),
            span: fc.nat(50),
            units: fc.integer({ min: 1, max: 10 ** 9 }),
          })
          .map(({ low, span, units }) =>
            at(minute, low, {
              high: low + span,
              close: low + (span >> 1),
              volume: units / 1e8,
              turnover: units / 1e5,
            }),
          ),
      ),
  ),
);

/** The last word on each window. */
const lastWords = (told: readonly Candle[]): string[] =>
  [...new Map(told.map((each) => [each.openTime, each])).values()]
    .sort((a, b) => a.openTime - b.openTime)
    .map((each) => `${show(each)} ${each.turnover} ${each.timestamp}`);

describe('resampling any candles', () => {
  const covered = { since: 0, until: 480 * MINUTE };

  it.each([
    ['3m', '15m'],
    ['5m', '1h'],
    ['15m', '4h'],
  ] as const)('by way of %s to %s is the same as at once', (between, interval) => {
    fc.assert(
      fc.property(minutes, (list) => {
        const steps = without(without(list, between, covered), interval, covered);
        expect(lastWords(steps)).toEqual(lastWords(without(list, interval, covered)));
        expect(resampleAll(resampleAll(list, between, covered), interval, covered)).toEqual(
          resampleAll(list, interval, covered),
        );
      }),
    );
  });

  it('as a stream ends in what it is as a list', () => {
    fc.assert(
      fc.property(minutes, (list) => {
        expect(lastWords(without(list, '15m', covered))).toEqual(lastWords(resampleAll(list, '15m', covered)));
      }),
    );
  });

  it('does not depend on what forming candles were told before, or on what is repeated', () => {
    fc.assert(
      fc.property(minutes, fc.array(fc.nat(3), { minLength: 60, maxLength: 60 }), (list, repeats) => {
        const noisy = list.flatMap((each, i) => [
          { ...each, state: 'open' as const, volume: each.volume / 2, high: each.open },
          ...Array.from({ length: 1 + (repeats[i] ?? 0) }, () => each),
        ]);
        expect(lastWords(without(noisy, '5m', covered))).toEqual(lastWords(without(list, '5m', covered)));
      }),
    );
  });
});
