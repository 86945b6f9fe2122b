import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InvalidRequestError, MarketDataError } from '../../src/errors.js';
import type { CandleStore } from '../../src/store/candle-store.js';
import { memoryStore } from '../../src/store/memory-store.js';
import { sqliteStore } from '../../src/store/sqlite/sqlite-store.js';
import { minutes, opened, row, rows, span } from './rows.js';

const hours = { ...minutes, interval: '1h' } as const;
const ether = { ...minutes, market: 'KRW-ETH' } as const;

/* What every store promises. */

describe.each([
  ['memory', memoryStore],
  ['sqlite', () => sqliteStore(':memory:')],
] as const)('a %s store', (_, make) => {
  const opening: CandleStore[] = [];
  afterEach(() => {
    for (const store of opening.splice(0)) store.close();
  });
  const open = (): CandleStore => {
    const store = make();
    opening.push(store);
    return store;
  };

  describe('write and range', () => {
    it('gives back what was written, oldest first, as from the database', () => {
      const store = open();
      const written = store.write({ series: minutes, candles: [row(3), row(1), row(2)] });
      expect(written).toEqual({ added: 3, revised: 0, unchanged: 0, removed: 0 });
      expect(store.range(minutes, span(0, 10))).toEqual(
        [row(1), row(2), row(3)].map((candle) => ({ ...candle, origin: 'database', tier: 'warm-cache' })),
      );
    });

    it('takes the start of a range and leaves out its end', () => {
      const store = open();
      store.write({ series: minutes, candles: rows(0, 5) });
      expect(opened(store.range(minutes, span(1, 3)))).toEqual([1, 2]);
    });

    it('answers an empty list for what it does not know', () => {
      const store = open();
      expect(store.range(minutes, span(0, 10))).toEqual([]);
      expect(store.latest(minutes, 5)).toEqual([]);
      expect(store.coverage(minutes)).toEqual([]);
    });

    it('keeps markets, intervals and exchanges apart', () => {
      const store = open();
      store.write({ series: minutes, candles: [row(0)] });
      store.write({ series: hours, candles: [row(0, { interval: '1h', close: 107 })] });
      store.write({ series: ether, candles: [row(0, { market: 'KRW-ETH', close: 108 })] });
      const elsewhere = { ...minutes, exchange: 'another' };
      store.write({ series: elsewhere, candles: [], covered: [span(0, 1)] });
      expect(store.range(minutes, span(0, 1)).map(({ close }) => close)).toEqual([100]);
      expect(store.range(hours, span(0, 1)).map(({ close }) => close)).toEqual([107]);
      expect(store.range(ether, span(0, 1)).map(({ close }) => close)).toEqual([108]);
      expect(store.coverage(minutes)).toEqual([]);
    });

    it('keeps every number as it is', () => {
      const double = fc.double({ min: 5e-324, max: Number.MAX_VALUE, noNaN: true });
      fc.assert(
        fc.property(double, double, double, fc.integer({ min: 0, max: 1e9 }), (price, volume, turnover, minute) => {
          const store = open();
          const numbers = { open: price, high: price, low: price, close: price, volume, turnover };
          store.write({ series: minutes, candles: [row(minute, numbers)] });
          expect(store.latest(minutes, 1)).toEqual([
            { ...row(minute, numbers), origin: 'database', tier: 'warm-cache' },
          ]);
        }),
        { numRuns: 50 },
      );
    });

    it('gives back any candles written in any batches', () => {
      const batches = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 20 }), { maxLength: 8 });
      fc.assert(
        fc.property(batches, (written) => {
          const store = open();
          for (const batch of written) store.write({ series: minutes, candles: batch.map((minute) => row(minute)) });
          const expected = [...new Set(written.flat())].sort((a, b) => a - b);
          expect(opened(store.range(minutes, span(0, 100)))).toEqual(expected);
        }),
        { numRuns: 50 },
      );
    });
  });

  describe('write over what is stored', () => {
    it('changes nothing when the same is written again', () => {
      const store = open();
      store.write({ series: minutes, candles: rows(0, 3), covered: [span(0, 3)] });
      const before = store.range(minutes, span(0, 3));
      const later = rows(0, 3).map((candle) => ({ ...candle, receivedAt: candle.receivedAt + 5_000, timestamp: 1 }));
      expect(store.write({ series: minutes, candles: later, covered: [span(0, 3)] })).toEqual({
        added: 0,
        revised: 0,
        unchanged: 3,
        removed: 0,
      });
      expect(store.range(minutes, span(0, 3))).toEqual(before);
      expect(store.coverage(minutes)).toEqual([span(0, 3)]);
    });

    it.each(['open', 'high', 'low', 'close', 'volume', 'turnover'] as const)(
      'marks a candle as revised when a later read changes its %s',
      (field) => {
        const store = open();
        store.write({ series: minutes, candles: [row(0)] });
        const later = row(0, { [field]: 99.5, receivedAt: row(0).receivedAt + 1 });
        expect(store.write({ series: minutes, candles: [later] })).toMatchObject({ added: 0, revised: 1 });
        expect(store.latest(minutes, 1)).toEqual([
          { ...later, state: 'revised', origin: 'database', tier: 'warm-cache' },
        ]);
      },
    );

    it('keeps a later read when an earlier one comes after it', () => {
      const store = open();
      store.write({ series: minutes, candles: [row(0, { close: 109 })] });
      const earlier = row(0, { close: 101, receivedAt: row(0).receivedAt - 1 });
      expect(store.write({ series: minutes, candles: [earlier] })).toMatchObject({ revised: 0, unchanged: 1 });
      expect(store.latest(minutes, 1)).toMatchObject([{ close: 109, state: 'final' }]);
    });

    it('keeps a revised candle revised when it is read again unchanged', () => {
      const store = open();
      store.write({ series: minutes, candles: [row(0, { state: 'revised' })] });
      store.write({ series: minutes, candles: [row(0)] });
      expect(store.latest(minutes, 1)).toMatchObject([{ state: 'revised' }]);
    });

    it('lets go of what a replacement does not have, and of nothing else', () => {
      const store = open();
      store.write({ series: minutes, candles: rows(0, 10), covered: [span(0, 10)] });
      const candles = [row(4), row(6, { close: 109 })];
      expect(store.write({ series: minutes, candles, replace: [span(3, 5), span(6, 8)] })).toEqual({
        added: 0,
        revised: 1,
        unchanged: 1,
        removed: 2,
      });
      expect(opened(store.range(minutes, span(0, 10)))).toEqual([0, 1, 2, 4, 5, 6, 8, 9]);
    });
  });

  describe('refuses to store', () => {
    const stay = row(0);
    it.each([
      ['an open candle', row(1, { state: 'open' }), 'it is open, and may still change'],
      ['a provisional candle', row(1, { state: 'provisional' }), 'it is provisional, and may still change'],
      ['a filled candle', row(1, { filled: true }), 'nothing was traded'],
      ['a partial candle', row(1, { partial: true }), 'its first part was not seen'],
      ['a simulated candle among real ones', row(1, { origin: 'simulation' }), 'are real, and this is a simulated one'],
      ['a candle of another market', row(1, { market: 'KRW-ETH' }), 'it was written to test/KRW-BTC/1m'],
      ['a candle of another interval', row(1, { interval: '1h' }), 'it was written to test/KRW-BTC/1m'],
      ['a candle off the grid', row(1, { openTime: 60_001 }), 'no window opens at 60001'],
      ['a candle whose close is no number', row(1, { close: NaN }), 'one of its numbers is none'],
      ['a candle whose time is no whole number', row(1, { timestamp: 0.5 }), 'its times are not whole ms'],
    ])('%s, and the whole batch with it', (_what, bad, why) => {
      const store = open();
      store.write({ series: minutes, candles: [stay], covered: [span(0, 1)] });
      const write = (): unknown => store.write({ series: minutes, candles: [row(5), bad], covered: [span(0, 9)] });
      expect(write).toThrow(InvalidRequestError);
      expect(write).toThrow(why);
      expect(opened(store.range(minutes, span(0, 10)))).toEqual([0]);
      expect(store.coverage(minutes)).toEqual([span(0, 1)]);
    });

    it('a range that ends before it starts', () => {
      const store = open();
      const write = (): unknown => store.write({ series: minutes, candles: [row(1)], covered: [span(2, 1)] });
      expect(write).toThrow(InvalidRequestError);
      expect(store.latest(minutes, 1)).toEqual([]);
      expect(() => store.gaps(minutes, { from: NaN, to: 1 })).toThrow(InvalidRequestError);
    });
  });

  describe('of simulated candles', () => {
    const simulated = row(0, { origin: 'simulation' });

    it('says that they are simulated', () => {
      const store = open();
      store.write({ series: minutes, candles: [simulated] });
      expect(store.latest(minutes, 1)).toMatchObject([{ origin: 'simulation', tier: 'warm-cache' }]);
      expect(store.range(minutes, span(0, 1))).toMatchObject([{ origin: 'simulation' }]);
    });

    it('takes no real one of the same exchange, in whichever market', () => {
      const store = open();
      store.write({ series: minutes, candles: [simulated] });
      const write = (): unknown => store.write({ series: ether, candles: [row(0, { market: 'KRW-ETH' })] });
      expect(write).toThrow("the candles of 'test' in this store are simulated, and this is a real one");
    });
  });

  describe('latest', () => {
    it('gives the newest, oldest first', () => {
      const store = open();
      store.write({ series: minutes, candles: rows(0, 9) });
      expect(opened(store.latest(minutes, 3))).toEqual([6, 7, 8]);
    });

    it('gives the newest before an instant', () => {
      const store = open();
      store.write({ series: minutes, candles: rows(0, 9) });
      expect(opened(store.latest(minutes, 3, span(0, 5).to))).toEqual([2, 3, 4]);
      expect(opened(store.latest(minutes, 30, span(0, 5).to))).toEqual([0, 1, 2, 3, 4]);
    });

    it('wants a count', () => {
      expect(() => open().latest(minutes, 0)).toThrow(InvalidRequestError);
    });
  });

  describe('coverage and gaps', () => {
    it('tells a window without trades from one not fetched yet', () => {
      const store = open();
      store.write({ series: minutes, candles: [row(1), row(5)], covered: [span(1, 4)] });
      expect(opened(store.range(minutes, span(0, 9)))).toEqual([1, 5]);
      expect(store.gaps(minutes, span(0, 9))).toEqual([span(0, 1), span(4, 9)]);
    });

    it('knows nothing of what was only written', () => {
      const store = open();
      store.write({ series: minutes, candles: rows(0, 3) });
      expect(store.coverage(minutes)).toEqual([]);
      expect(store.gaps(minutes, span(0, 3))).toEqual([span(0, 3)]);
    });

    it('makes one range of those that touch or overlap', () => {
      const store = open();
      for (const covered of [span(0, 2), span(6, 8), span(2, 4), span(3, 7), span(20, 20)]) {
        store.write({ series: minutes, candles: [], covered: [covered] });
      }
      expect(store.coverage(minutes)).toEqual([span(0, 8)]);
      expect(store.gaps(minutes, span(2, 7))).toEqual([]);
    });

    it('counts a window by its open time', () => {
      const store = open();
      store.write({ series: minutes, candles: [], covered: [{ from: 30_000, to: 150_000 }] });
      expect(store.coverage(minutes)).toEqual([span(1, 3)]);
      expect(store.gaps(minutes, { from: 1, to: 240_001 })).toEqual([span(3, 5)]);
    });

    it('finds exactly what no coverage holds, however it came about', () => {
      const range = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 12 }));
      fc.assert(
        fc.property(fc.array(range, { maxLength: 12 }), (ranges) => {
          const store = open();
          const known = new Set<number>();
          for (const [from, length] of ranges) {
            store.write({ series: minutes, candles: [], covered: [span(from, from + length)] });
            for (let minute = from; minute < from + length; minute += 1) known.add(minute);
          }
          const unknown = new Set<number>();
          for (const { from, to } of store.gaps(minutes, span(0, 60))) {
            for (let time = from; time < to; time += 60_000) unknown.add(time / 60_000);
          }
          const all = Array.from({ length: 60 }, (_each, minute) => minute);
          expect([...unknown]).toEqual(all.filter((minute) => !known.has(minute)));
          const coverage = store.coverage(minutes);
          expect(coverage.every(({ from }, i) => from > (coverage[i - 1]?.to ?? -1))).toBe(true);
        }),
        { numRuns: 50 },
      );
    });
  });

  describe('close', () => {
    it('ends everything, once', () => {
      const store = open();
      store.close();
      store.close();
      for (const use of [
        () => store.latest(minutes, 1),
        () => store.coverage(minutes),
        () => store.write({ series: minutes, candles: [] }),
      ]) {
        expect(use).toThrow(MarketDataError);
        expect(use).toThrow('the candle store is closed');
      }
    });
  });
});
