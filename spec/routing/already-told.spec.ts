import { describe, expect, it } from '@jest/globals';
import type { MarketEvent } from '../../src/model/events.js';
import { isSame, isUnsure, isUpToDate, skips } from '../../src/routing/already-told.js';
import type { Sequential } from '../../src/routing/missing.js';
import { candle, ticker, trade } from '../events.js';

describe('isUpToDate', () => {
  const last = trade({ timestamp: 1_000, price: 100, volume: 2 });
  it.each<[string, MarketEvent, MarketEvent | undefined, boolean]>([
    ['a trade that is the last one', last, ticker({ tradedAt: 1_000, price: 100, tradeVolume: 2 }), true],
    ['a trade after which REST is behind', last, ticker({ tradedAt: 900 }), true],
    ['a trade, another one of its millisecond', last, ticker({ tradedAt: 1_000, price: 101, tradeVolume: 2 }), false],
    ['a trade, one of another size', last, ticker({ tradedAt: 1_000, price: 100, tradeVolume: 3 }), false],
    ['a trade, a later one', last, ticker({ tradedAt: 1_001, price: 100, tradeVolume: 2 }), false],
    ['a candle stored after the last trade', candle({ timestamp: 1_000 }), ticker({ tradedAt: 990 }), true],
    ['a candle stored before it', candle({ timestamp: 1_000 }), ticker({ tradedAt: 1_001 }), false],
    ['anything, when the exchange does not say', last, ticker(), false],
    ['anything, when there is no ticker', last, undefined, false],
  ])('judges %s', (_, told, known, upToDate) => {
    expect(isUpToDate(told, known)).toBe(upToDate);
  });
});

describe('skips', () => {
  const second = (openTime: number) => candle({ interval: '1s', openTime });
  it.each<[string, Sequential, MarketEvent, boolean]>([
    ['a later trade', trade({ id: '7' }), trade({ id: '8' }), true],
    ['the same trade', trade({ id: '7' }), trade({ id: '7' }), false],
    ['the next minute', candle({ openTime: 0 }), candle({ openTime: 60_000, timestamp: 61_000 }), true],
    [
      'the next minute that has just begun',
      candle({ openTime: 0 }),
      candle({ openTime: 60_000, timestamp: 60_999 }),
      false,
    ],
    ['a minute that has just begun', candle({ openTime: 0 }), candle({ openTime: 120_000, timestamp: 120_000 }), true],
    ['the same minute', candle({ openTime: 0 }), candle({ openTime: 0, timestamp: 9 }), false],
    ['the next second', second(0), second(1_000), false],
    ['the second after it', second(0), second(2_000), true],
    ['a state', trade(), ticker({ timestamp: 9_000 }), false],
  ])('judges %s', (_, last, answer, skipped) => {
    expect(skips(last, answer)).toBe(skipped);
  });
});

describe('isUnsure', () => {
  const at = (openTime: number, close = 105) => candle({ openTime, timestamp: openTime + 1, close });

  it('is a candle before the one told, after or beyond the one that was sure', () => {
    const [sure, told] = [at(0), at(180_000)];
    expect([at(60_000), at(120_000)].map((each) => isUnsure(each, sure, told))).toEqual([true, true]);
    expect(isUnsure({ ...at(0, 109), timestamp: 9 }, sure, told)).toBe(true);
    expect([at(0), at(180_000), at(240_000)].map((each) => isUnsure(each, sure, told))).toEqual([false, false, false]);
    expect(isUnsure(trade({ id: '8' }), trade({ id: '7' }), trade({ id: '9' }))).toBe(false);
  });
});

describe('isSame', () => {
  it('goes by the id of trades and the open time of candles', () => {
    expect(isSame(trade({ id: '7' }), trade({ id: '7', tier: 'cold-rest' }))).toBe(true);
    expect(isSame(trade({ id: '7' }), trade({ id: '8' }))).toBe(false);
    expect(isSame(candle({ openTime: 0 }), candle({ openTime: 0, close: 1 }))).toBe(true);
    expect(isSame(candle({ openTime: 0 }), candle({ openTime: 60_000 }))).toBe(false);
    expect(isSame(trade(), candle())).toBe(false);
    expect(isSame(ticker(), ticker())).toBe(false);
  });
});
