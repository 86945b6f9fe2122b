import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Subject, from, map, take, toArray, type Observable } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { closedOnly } from '../../src/candles/closed-only.js';
import { toCandles, type ToCandlesOptions } from '../../src/candles/to-candles.js';
import { InvalidRequestError } from '../../src/errors.js';
import type { Candle, Trade } from '../../src/model/events.js';
import { openTimeOf } from '../../src/model/interval.js';
import { trade } from '../events.js';
import { marbles } from '../marbles.js';
import { show } from './show.js';

let counter = 0;
/** A trade at a time and a price; ids rise in the order they are made. */
const at = (timestamp: number, price: number, fields: Partial<Trade> = {}): Trade =>
  trade({ id: String(1_000 + (counter += 1)), timestamp, price, ...fields });

const seconds =
  (options: ToCandlesOptions = {}) =>
  (source: Observable<Trade>) =>
    source.pipe(toCandles('1s', { grace: 200, since: 0, ...options }), map(show));

/** What trades come to without a clock: as if all of it were in the future. */
const without = (trades: readonly Trade[], options: ToCandlesOptions = { since: 0 }): Candle[] => {
  const told: Candle[] = [];
  const scheduler = new TestScheduler(() => undefined);
  from(trades)
    .pipe(toCandles('1s', { grace: 200, scheduler, ...options }))
    .subscribe((candle) => told.push(candle));
  return told;
};

describe('toCandles', () => {
  it(
    'opens with a trade, is provisional when the clock passes the end, final after the grace',
    marbles(({ cold, expectObservable, scheduler }) => {
      const source = cold('  a-b 997ms --- 200ms ---', { a: at(0, 5), b: at(2, 7, { volume: 2 }) });
      const expected = '     a-b 997ms p 199ms f----';
      expectObservable(source.pipe(seconds({ scheduler })), '^ 1300ms !').toBe(expected, {
        a: '0 open 5/5/5/5 x1',
        b: '0 open 5/7/5/7 x3',
        p: '0 provisional 5/7/5/7 x3',
        f: '0 final 5/7/5/7 x3',
      });
    }),
  );

  it(
    'folds a late trade in within the grace, and tells one after it as a revision',
    marbles(({ cold, expectObservable, scheduler }) => {
      const source = cold('  a 1099ms b 199ms c', { a: at(10, 5), b: at(990, 9), c: at(20, 3) });
      const expected = '     a 999ms p 99ms b 99ms f 99ms c';
      expectObservable(source.pipe(seconds({ scheduler })), '^ 2000ms !').toBe(expected, {
        a: '0 open 5/5/5/5 x1',
        p: '0 provisional 5/5/5/5 x1',
        b: '0 provisional 5/9/5/9 x2',
        f: '0 final 5/9/5/9 x2',
        c: '0 revised 5/9/3/9 x3',
      });
    }),
  );

  it('is closed by later trades when the clock is behind them', () => {
    expect(without([at(10, 5), at(1_050, 6), at(1_300, 7)]).map(show)).toEqual([
      '0 open 5/5/5/5 x1',
      '0 provisional 5/5/5/5 x1',
      '1 open 6/6/6/6 x1',
      '0 final 5/5/5/5 x1',
      '1 open 6/7/6/7 x2',
    ]);
  });

  it('has no candle where nothing is traded', () => {
    const opens = without([at(10, 5), at(5_000, 6)]).map(({ openTime, state }) => `${openTime} ${state}`);
    expect(opens).toEqual(['0 open', '0 provisional', '0 final', '5000 open']);
  });

  it('opens and closes with the first and last trade by time and id, whatever order they come in', () => {
    const [a, b, c, d] = [at(10, 1), at(10, 2), at(20, 3), at(20, 4)];
    for (const order of [
      [a, b, c, d],
      [d, c, b, a],
      [c, a, d, b],
    ]) {
      expect(without(order).at(-1)).toMatchObject({ open: 1, close: 4, high: 4, low: 1, volume: 4 });
    }
    expect(without([at(10, 1, { id: '10' }), at(10, 2, { id: '9' })]).at(-1)).toMatchObject({ open: 2, close: 1 });
  });

  it('counts a trade once, however often it comes', () => {
    const [a, b] = [at(10, 5), at(20, 6)];
    expect(without([a, b, a, b, b]).map(show)).toEqual(['0 open 5/5/5/5 x1', '0 open 5/6/5/6 x2']);
    const other = { ...a, market: 'KRW-ETH' as const };
    expect(without([a, other])).toHaveLength(2);
  });

  it('counts no trade that is too old to know whether it was counted', () => {
    const many = Array.from({ length: 5_000 }, (_, i) => at(i, 5));
    const told = without([...many, ...many]);
    const last = new Map(told.map((candle) => [candle.openTime, candle]));
    expect([...last.values()].map((candle) => candle.volume)).toEqual([1_000, 1_000, 1_000, 1_000, 1_000]);
  });

  it('adds volume and turnover up exactly', () => {
    const candle = without([
      at(1, 0.1, { volume: 0.1 }),
      at(2, 0.2, { volume: 0.2 }),
      at(3, 162_483_000, { volume: 0.00077721 }),
    ]).at(-1);
    expect(candle).toMatchObject({ volume: 0.30077721, turnover: 126_283.46243 });
  });

  it('keeps several markets and exchanges apart', () => {
    const other = { market: 'KRW-ETH', exchange: 'test' } as const;
    const elsewhere = { exchange: 'elsewhere' };
    const told = without([at(10, 5), at(20, 6, other), at(30, 7, elsewhere), at(40, 8)]);
    expect(told.map(({ exchange, market, volume }) => `${exchange} ${market} ${volume}`)).toEqual([
      'test KRW-BTC 1',
      'test KRW-ETH 1',
      'elsewhere KRW-BTC 1',
      'test KRW-BTC 2',
    ]);
  });

  it('says of a candle whose window it did not see from the start that it is partial, and never final', () => {
    const told = without([at(600, 5), at(1_100, 6), at(2_300, 7), at(5_000, 8)], {}).map(show);
    expect(told).toEqual([
      '0 open 5/5/5/5 x1 partial',
      '0 provisional 5/5/5/5 x1 partial',
      '1 open 6/6/6/6 x1',
      '1 provisional 6/6/6/6 x1',
      '1 final 6/6/6/6 x1',
      '2 open 7/7/7/7 x1',
      '2 provisional 7/7/7/7 x1',
      '2 final 7/7/7/7 x1',
      '5 open 8/8/8/8 x1',
    ]);
    expect(without([at(600, 5)], { since: 500 }).map(show)).toEqual(['0 open 5/5/5/5 x1 partial']);
  });

  it('tells a late trade of a window that was settled as empty as a revision', () => {
    expect(without([at(10, 5), at(3_000, 6), at(1_500, 4)]).at(-1)).toMatchObject({
      openTime: 1_000,
      state: 'revised',
    });
  });

  it('leaves out trades of windows long past', () => {
    const trades = Array.from({ length: 70 }, (_, i) => at(i * 1_000, 5));
    expect(without([...trades, at(500, 9)])).toEqual(without(trades));
    expect(without([...trades, at(10_500, 9)]).at(-1)).toMatchObject({ openTime: 10_000, state: 'revised', volume: 2 });
  });

  it(
    'gives history a grace from its last trade, and waits for no more',
    marbles(({ cold, expectObservable, scheduler }) => {
      const source = cold('5s a-b', { a: at(10, 5), b: at(20, 6) });
      const expected = '   5s a-b 199ms f';
      expectObservable(source.pipe(seconds({ scheduler })), '^ 6000ms !').toBe(expected, {
        a: '0 provisional 5/5/5/5 x1',
        b: '0 provisional 5/6/5/6 x2',
        f: '0 final 5/6/5/6 x2',
      });
    }),
  );

  it('leaves the last candles unsettled when the source completes, unless it had every trade', () => {
    const trades = [at(10, 5), at(1_100, 6)];
    expect(without(trades).map(show).at(-1)).toBe('1 open 6/6/6/6 x1');
    expect(without(trades, { since: 0, until: 2_000 }).map(show).slice(-3)).toEqual([
      '0 final 5/5/5/5 x1',
      '1 provisional 6/6/6/6 x1',
      '1 final 6/6/6/6 x1',
    ]);
  });

  it('closes months, which are longer than timers can wait', () => {
    const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
    scheduler.maxFrames = Infinity;
    const source = scheduler.createHotObservable<Trade>('a', { a: at(0, 5) });
    const seen: string[] = [];
    source
      .pipe(toCandles('1M', { since: 0, scheduler }), take(3))
      .subscribe((candle) => seen.push(`${scheduler.now()} ${candle.state}`));
    scheduler.flush();
    const end = Date.UTC(1970, 1);
    expect(seen).toEqual(['0 open', `${end} provisional`, `${end + 2_000} final`]);
  });

  it(
    'says nothing of nothing, and passes on completion and errors',
    marbles(({ cold, expectObservable, expectSubscriptions, scheduler }) => {
      expectObservable(cold<Trade>('---').pipe(seconds({ scheduler }))).toBe('---');
      expectObservable(cold<Trade>('--|').pipe(seconds({ scheduler }))).toBe('--|');
      expectObservable(cold('a-#', { a: at(0, 5) }).pipe(seconds({ scheduler }))).toBe('a-#', {
        a: '0 open 5/5/5/5 x1',
      });
      const source = cold('a-----', { a: at(0, 5) });
      expectObservable(source.pipe(seconds({ scheduler })), '^--!').toBe('a---', { a: '0 open 5/5/5/5 x1' });
      expectSubscriptions(source.subscriptions).toBe('^--!');
    }),
  );

  it('keeps nothing from one subscription to the next', () => {
    const source = from([at(10, 5), at(20, 6)]).pipe(toCandles('1s', { since: 0 }), toArray());
    const volumes: number[][] = [];
    const listen = () => source.subscribe((told) => volumes.push(told.map(({ volume }) => volume)));
    listen();
    listen();
    expect(volumes).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  it('tells in order what telling brings in', () => {
    const source$ = new Subject<Trade>();
    const seen: string[] = [];
    const scheduler = new TestScheduler(() => undefined);
    source$.pipe(toCandles('1s', { since: 0, grace: 0, scheduler })).subscribe((candle) => {
      seen.push(`${candle.openTime} ${candle.state}`);
      if (candle.state === 'final' && candle.openTime === 0) source$.next(at(2_500, 9));
    });
    source$.next(at(10, 5));
    source$.next(at(1_500, 6));
    expect(seen).toEqual([
      '0 open',
      '0 provisional',
      '0 final',
      '1000 open',
      '1000 provisional',
      '1000 final',
      '2000 open',
    ]);
  });

  it('refuses an interval or a grace that makes no sense', () => {
    expect(() => toCandles('2m' as '1m')).toThrow(InvalidRequestError);
    expect(() => toCandles('1m', { grace: -1 })).toThrow('grace must be milliseconds, 0 or more, not -1');
    expect(() => toCandles('1m', { grace: NaN })).toThrow(InvalidRequestError);
  });

  it("takes Upbit's names of the hours", () => {
    const hours: string[] = [];
    from([at(10, 5)])
      .pipe(toCandles('60m'))
      .subscribe(({ interval }) => hours.push(interval));
    expect(hours).toEqual(['1h']);
  });
});

/** Trades of a few markets over some seconds, thin and dense, several in one millisecond. */
const trades = fc
  .array(
    fc.record({
      timestamp: fc.integer({ min: 1_000, max: 9_999 }),
      price: fc.integer({ min: 1, max: 10 ** 10 }).map((units) => units / 1e4),
      volume: fc.integer({ min: 1, max: 10 ** 10 }).map((units) => units / 1e8),
      market: fc.constantFrom('KRW-BTC' as const, 'KRW-ETH' as const),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((list) =>
    list
      .sort((a, b) => a.timestamp - b.timestamp)
      .map((fields, i) => trade({ ...fields, id: String(10_000 + i), receivedAt: fields.timestamp })),
  );

const finals = (list: readonly Trade[]): string[] =>
  without(list, { since: 0, until: 20_000 })
    .filter(({ state }) => state === 'final')
    .map((candle) => `${candle.market} ${show(candle)} ${candle.turnover}`)
    .sort();

describe('candles of any trades', () => {
  it('do not depend on the order within the grace', () => {
    fc.assert(
      fc.property(trades, fc.array(fc.nat(199), { minLength: 60, maxLength: 60 }), (list, delays) => {
        const delayed = list
          .map((each, i) => ({ each, arrival: each.timestamp + (delays[i] ?? 0) }))
          .sort((a, b) => a.arrival - b.arrival)
          .map(({ each }) => each);
        expect(finals(delayed)).toEqual(finals(list));
      }),
    );
  });

  it('do not depend on how the trades are split into batches, or on what of them is repeated', () => {
    fc.assert(
      fc.property(trades, fc.array(fc.nat(59)), (list, cuts) => {
        const batches = [0, ...cuts.sort((a, b) => a - b), list.length].flatMap((start, i, all) =>
          list.slice(Math.max(0, start - 3), all[i + 1] ?? list.length),
        );
        expect(finals(batches)).toEqual(finals(list));
      }),
    );
  });

  it('are those of the trades of each window, added up by hand', () => {
    fc.assert(
      fc.property(trades, (list) => {
        const expected = new Map<string, Trade[]>();
        for (const each of list) {
          const key = `${each.market} ${openTimeOf('1s', each.timestamp)}`;
          expected.set(key, [...(expected.get(key) ?? []), each]);
        }
        const told = without(list, { since: 0, until: 20_000 }).filter(({ state }) => state === 'final');
        expect(told).toHaveLength(expected.size);
        for (const candle of told) {
          const of = expected.get(`${candle.market} ${candle.openTime}`) ?? [];
          const volume = of.reduce((sum, each) => sum + BigInt(Math.round(each.volume * 1e8)), 0n);
          const turnover = of.reduce(
            (sum, each) => sum + BigInt(Math.round(each.volume * 1e8)) * BigInt(Math.round(each.price * 1e4)),
            0n,
          );
          expect(candle).toMatchObject({
            open: of[0]?.price,
            close: of.at(-1)?.price,
            high: Math.max(...of.map(({ price }) => price)),
            low: Math.min(...of.map(({ price }) => price)),
            volume: Number(`${volume}e-8`),
            turnover: Number(`${turnover}e-12`),
          });
        }
      }),
    );
  });

  it('are final once each, and revised by nothing that comes in time', () => {
    fc.assert(
      fc.property(trades, (list) => {
        const told: string[] = [];
        from(list)
          .pipe(toCandles('1s', { grace: 200, since: 0, scheduler: new TestScheduler(() => undefined) }), closedOnly())
          .subscribe(({ market, openTime }) => told.push(`${market} ${openTime}`));
        expect(new Set(told).size).toBe(told.length);
      }),
    );
  });
});
