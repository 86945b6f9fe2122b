import { describe, expect, it } from '@jest/globals';
import { map, tap } from 'rxjs';
import { finality } from '../../src/candles/finality.js';
import { InvalidRequestError } from '../../src/errors.js';
import type { Candle } from '../../src/model/events.js';
import { KnownTime } from '../../src/routing/known-time.js';
import { candle } from '../events.js';
import { marbles } from '../marbles.js';
import { show } from './show.js';

/** A read of the 1s candle of a second, flat at a price. */
const read = (second: number, price: number, fields: Partial<Candle> = {}): Candle =>
  candle({
    interval: '1s',
    openTime: second * 1_000,
    timestamp: second * 1_000,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: 1,
    ...fields,
  });

const more = { close: 6, high: 6, volume: 2 };

describe('finality', () => {
  it(
    'passes reads of an open candle, and settles the last of them by the clock',
    marbles(({ cold, expectObservable, scheduler }) => {
      const source = cold('a-a-b', { a: read(0, 5), b: read(0, 5, more) });
      const expected = '   a-a-b 995ms p 199ms f';
      expectObservable(source.pipe(finality({ grace: 200, scheduler }), map(show)), '^ 3s !').toBe(expected, {
        a: '0 open 5/5/5/5 x1',
        b: '0 open 5/6/5/6 x2',
        p: '0 provisional 5/6/5/6 x2',
        f: '0 final 5/6/5/6 x2',
      });
    }),
  );

  it(
    'tells a later read that changes a final candle as revised, and one that does not not at all',
    marbles(({ cold, expectObservable, scheduler }) => {
      const source = cold('a 1499ms a b b c', {
        a: read(0, 5),
        b: read(0, 5, { ...more, state: 'final' }),
        c: read(0, 5, { ...more, volume: 3, state: 'open' }),
      });
      const expected = '   a 999ms p 199ms f 300ms b - c';
      expectObservable(source.pipe(finality({ grace: 200, scheduler }), map(show)), '^ 3s !').toBe(expected, {
        a: '0 open 5/5/5/5 x1',
        p: '0 provisional 5/5/5/5 x1',
        f: '0 final 5/5/5/5 x1',
        b: '0 revised 5/6/5/6 x2',
        c: '0 revised 5/6/5/6 x3',
      });
    }),
  );

  it(
    'takes a change within the grace in, and does not repeat what is the same',
    marbles(({ cold, expectObservable, scheduler }) => {
      const source = cold('a 1099ms a b b', { a: read(0, 5), b: read(0, 5, { ...more, state: 'provisional' }) });
      const expected = '   a 999ms p 100ms b 98ms f';
      expectObservable(source.pipe(finality({ grace: 200, scheduler }), map(show)), '^ 3s !').toBe(expected, {
        a: '0 open 5/5/5/5 x1',
        p: '0 provisional 5/5/5/5 x1',
        b: '0 provisional 5/6/5/6 x2',
        f: '0 final 5/6/5/6 x2',
      });
    }),
  );

  it(
    'hears what a late read says of a window before it calls it done',
    marbles(({ cold, expectObservable, scheduler }) => {
      let known = 0;
      const time = new KnownTime(scheduler, () => known);
      const source = cold('a 1999ms b', { a: read(0, 5), b: read(0, 5, more) });
      const late = source.pipe(tap(() => (known = scheduler.now())));
      expectObservable(late.pipe(finality({ grace: 200, scheduler: time }), map(show)), '^ 3s !').toBe('a 1999ms b', {
        a: '0 open 5/5/5/5 x1',
        b: '0 provisional 5/6/5/6 x2',
      });
    }),
  );

  it(
    'is told by the next candle that the clock is late',
    marbles(({ cold, expectObservable, scheduler }) => {
      const source = cold('ab---c', { a: read(0, 5), b: read(1, 6), c: read(1, 6, { timestamp: 1_250 }) });
      expectObservable(source.pipe(finality({ grace: 200, scheduler }), map(show)), '^------!').toBe('a(pb)(fc)', {
        a: '0 open 5/5/5/5 x1',
        p: '0 provisional 5/5/5/5 x1',
        b: '1 open 6/6/6/6 x1',
        f: '0 final 5/5/5/5 x1',
        c: '1 open 6/6/6/6 x1',
      });
    }),
  );

  it(
    'passes final rows of history once each, and an older read not at all',
    marbles(({ cold, expectObservable, scheduler }) => {
      const source = cold('9s (abcab) o', {
        a: read(0, 5, { state: 'final', timestamp: 900 }),
        b: read(1, 6, { state: 'final' }),
        c: read(2, 7, { state: 'final' }),
        o: read(0, 4, { timestamp: 800 }),
      });
      expectObservable(source.pipe(finality({ grace: 200, scheduler }), map(show)), '^ 12s !').toBe('9s (abc)', {
        a: '0 final 5/5/5/5 x1',
        b: '1 final 6/6/6/6 x1',
        c: '2 final 7/7/7/7 x1',
      });
    }),
  );

  it(
    'gives a candle first read after its grace one more grace',
    marbles(({ cold, expectObservable, scheduler }) => {
      const source = cold('5s a', { a: read(0, 5, { state: 'provisional' }) });
      expectObservable(source.pipe(finality({ grace: 200, scheduler }), map(show)), '^ 9s !').toBe('5s p 199ms f', {
        p: '0 provisional 5/5/5/5 x1',
        f: '0 final 5/5/5/5 x1',
      });
    }),
  );

  it(
    'places a candle by its open time, though its timestamp lies after its end',
    marbles(({ cold, expectObservable, scheduler }) => {
      const source = cold('a-b', { a: read(0, 5, { timestamp: 1_054 }), b: read(1, 6, { timestamp: 1_100 }) });
      expectObservable(source.pipe(finality({ grace: 200, scheduler }), map(show)), '^--!').toBe('p-b', {
        p: '0 provisional 5/5/5/5 x1',
        b: '1 open 6/6/6/6 x1',
      });
    }),
  );

  it(
    'settles several markets and intervals, each by itself',
    marbles(({ cold, expectObservable, scheduler }) => {
      const source = cold('(abc)', {
        a: read(0, 5),
        b: read(0, 6, { market: 'KRW-ETH' }),
        c: read(0, 7, { interval: '1m' }),
      });
      const told = source.pipe(
        finality({ grace: 200, scheduler }),
        map(({ market, interval, state }) => `${market} ${interval} ${state}`),
      );
      expectObservable(told, '^ 3s !').toBe('(abc) 995ms (pq) 196ms (fg)', {
        a: 'KRW-BTC 1s open',
        b: 'KRW-ETH 1s open',
        c: 'KRW-BTC 1m open',
        p: 'KRW-BTC 1s provisional',
        q: 'KRW-ETH 1s provisional',
        f: 'KRW-BTC 1s final',
        g: 'KRW-ETH 1s final',
      });
    }),
  );

  it(
    'passes filled candles, and never settles partial ones',
    marbles(({ cold, expectObservable, scheduler }) => {
      const source = cold('ab', {
        a: read(0, 5, { partial: true }),
        b: read(0, 5, { filled: true, state: 'final' }),
      });
      expectObservable(source.pipe(finality({ grace: 200, scheduler }), map(show)), '^ 9s !').toBe('ab 998ms p', {
        a: '0 open 5/5/5/5 x1 partial',
        b: '0 final 5/5/5/5 x1 filled',
        p: '0 provisional 5/5/5/5 x1 partial',
      });
    }),
  );

  it(
    'forgets windows long past, and does not tell them anew',
    marbles(({ cold, expectObservable, scheduler }) => {
      const rows = Array.from({ length: 205 }, (_, i) => read(i, 5, { state: 'final' }));
      const values = Object.fromEntries(rows.map((row, i) => [String.fromCodePoint(0x100 + i), row]));
      const all = Object.keys(values).join('');
      const again = `${all.slice(0, 5)}${all.slice(-5)}`;
      const source = cold(`900s (${all}) 100s (${again}) r`, {
        ...values,
        r: read(200, 9, { state: 'final' }),
      });
      const told = source.pipe(finality({ scheduler }));
      expectObservable(told).toBe(`900s (${all}) 100s ------------r`, {
        ...values,
        r: read(200, 9, { state: 'revised' }),
      });
    }),
  );

  it(
    'says nothing of nothing, and passes on completion and errors',
    marbles(({ cold, expectObservable, expectSubscriptions, scheduler }) => {
      expectObservable(cold<Candle>('---').pipe(finality({ scheduler }))).toBe('---');
      expectObservable(cold<Candle>('--|').pipe(finality({ scheduler }))).toBe('--|');
      expectObservable(cold<Candle>('--#').pipe(finality({ scheduler }))).toBe('--#');
      const source = cold('a-----', { a: read(0, 5) });
      expectObservable(source.pipe(finality({ scheduler }), map(show)), '^--!').toBe('a--', { a: '0 open 5/5/5/5 x1' });
      expectSubscriptions(source.subscriptions).toBe('^--!');
    }),
  );

  it('refuses a grace that makes no sense', () => {
    expect(() => finality({ grace: -1 })).toThrow(InvalidRequestError);
  });
});
