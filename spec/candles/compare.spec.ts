import { describe, expect, it } from '@jest/globals';
import { Subject, from } from 'rxjs';
import { compare, type CompareOptions, type Divergence } from '../../src/candles/compare.js';
import { InvalidRequestError } from '../../src/errors.js';
import type { MarketEvent } from '../../src/model/events.js';
import { candle, orderbook, ticker, trade } from '../events.js';
import { marbles } from '../marbles.js';

const between = (a: readonly MarketEvent[], b: readonly MarketEvent[], options?: CompareOptions): Divergence[] => {
  const found: Divergence[] = [];
  compare(from(a), from(b), options).subscribe((each) => found.push(each));
  return found;
};

const done = { state: 'final' } as const;

describe('compare', () => {
  it('tells in what two candles of one window differ, and by how much', () => {
    const found = between(
      [candle({ ...done, close: 100, volume: 4 })],
      [candle({ ...done, close: 101, volume: 4.003 })],
    );
    expect(found).toEqual([
      {
        type: 'divergence',
        channel: 'candle',
        market: 'KRW-BTC',
        interval: '1m',
        key: 0,
        field: 'close',
        a: 100,
        b: 101,
        relativeDifference: 1 / 101,
      },
    ]);
  });

  it('takes a difference of up to .1 % for none, unless told otherwise', () => {
    const [a, b] = [[candle({ ...done, close: 1_000 })], [candle({ ...done, close: 999.1 })]];
    expect(between(a, b)).toEqual([]);
    expect(between(a, b, { tolerance: 0 })).toHaveLength(1);
    expect(between(a, a, { tolerance: 0 })).toEqual([]);
  });

  it('waits for both sides, in whatever order they tell', () => {
    const [a$, b$] = [new Subject<MarketEvent>(), new Subject<MarketEvent>()];
    const found: unknown[] = [];
    compare(a$, b$).subscribe(({ key, a, b }) => found.push([key, a, b]));
    b$.next(candle({ ...done, openTime: 60_000, close: 110 }));
    b$.next(candle({ ...done, close: 110 }));
    a$.next(candle({ ...done, close: 105 }));
    a$.next(candle({ ...done, openTime: 60_000, close: 105 }));
    expect(found).toEqual([
      [0, 105, 110],
      [60_000, 105, 110],
    ]);
  });

  it('compares no candle that is not done, and one again that is revised', () => {
    const open = candle({ close: 105 });
    expect(between([open, { ...open, state: 'provisional' }], [candle({ ...done, close: 110 })])).toEqual([]);
    const revised = candle({ close: 110, state: 'revised' });
    expect(between([candle({ ...done, close: 105 })], [candle({ ...done, close: 105 }), revised])).toHaveLength(1);
  });

  it('compares what is about the same market and interval only, whatever the exchange', () => {
    const other = candle({ ...done, close: 110, market: 'KRW-ETH' });
    const longer = candle({ ...done, close: 110, interval: '5m' });
    const elsewhere = candle({ ...done, close: 110, exchange: 'elsewhere' });
    expect(between([candle({ ...done, close: 105 })], [other, longer])).toEqual([]);
    expect(between([candle({ ...done, close: 105 })], [elsewhere])).toHaveLength(1);
  });

  it('compares trades by id', () => {
    const [a, b] = [trade({ id: '1', volume: 1 }), trade({ id: '1', volume: 2, timestamp: 9 })];
    expect(between([a, trade({ id: '2', volume: 5 })], [b])).toMatchObject([
      { channel: 'trade', key: '1', field: 'volume', a: 1, b: 2, relativeDifference: 0.5 },
    ]);
  });

  it('compares a ticker or book with the one nearest in time, if it is near enough', () => {
    const found = between(
      [ticker({ timestamp: 900, price: 200 }), ticker({ timestamp: 0, price: 100 }), ticker({ timestamp: 9_000 })],
      [ticker({ timestamp: 800, price: 300 })],
    );
    expect(found).toMatchObject([{ key: 900, field: 'price', a: 200, b: 300 }]);
    const bids = [{ price: 98, size: 1 }];
    expect(between([orderbook()], [orderbook({ bids, timestamp: 1_200 })])).toMatchObject([
      { channel: 'orderbook', field: 'bid', a: 99, b: 98 },
    ]);
    expect(between([orderbook()], [orderbook({ bids, timestamp: 1_200 })], { within: 100 })).toEqual([]);
    expect(between([orderbook()], [orderbook({ bids: [] })])).toEqual([]);
  });

  it('compares the fields asked for', () => {
    const [a, b] = [candle({ ...done, close: 105 }), candle({ ...done, close: 90, volume: 9 })];
    expect(between([a], [b], { fields: ['volume'] }).map(({ field }) => field)).toEqual(['volume']);
  });

  it('remembers so many of a market and no more', () => {
    const all = Array.from({ length: 1_001 }, (_, i) => candle({ ...done, openTime: i * 60_000, close: 105 }));
    const other = (minute: number) => candle({ ...done, openTime: minute * 60_000, close: 110 });
    expect(between(all, [other(0), other(1), other(1_000)]).map(({ key }) => key)).toEqual([60_000, 60_000_000]);
  });

  it(
    'completes when both sides have, errors when one does, and lets go of both',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      expectObservable(compare(cold<MarketEvent>('-|'), cold<MarketEvent>('---|'))).toBe('---|');
      expectObservable(compare(cold<MarketEvent>('-#'), cold<MarketEvent>('---|'))).toBe('-#');
      const [a$, b$] = [cold<MarketEvent>('----'), cold<MarketEvent>('----')];
      expectObservable(compare(a$, b$), '^-!').toBe('---');
      expectSubscriptions(a$.subscriptions).toBe('^-!');
      expectSubscriptions(b$.subscriptions).toBe('^-!');
    }),
  );

  it('keeps nothing from one subscription to the next', () => {
    const b$ = new Subject<MarketEvent>();
    const compared$ = compare(from([candle({ ...done, close: 105 })]), b$);
    const found: Divergence[] = [];
    compared$.subscribe((each) => found.push(each));
    b$.next(candle({ ...done, close: 110 }));
    compared$.subscribe((each) => found.push(each));
    expect(found).toHaveLength(1);
  });

  it('refuses options that make no sense', () => {
    expect(() => between([], [], { tolerance: -1 })).toThrow(InvalidRequestError);
    expect(() => between([], [], { within: NaN })).toThrow('within must be a number of 0 or more, not NaN');
  });
});
