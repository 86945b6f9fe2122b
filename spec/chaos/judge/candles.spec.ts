import { describe, expect, it } from '@jest/globals';
import type { Candle, Gap } from 'market-data-backbone';
import { MARKET, candle, seen, trueCandle, truthOf, watched } from './fabricated.js';
import { judgeCandles } from './candles.js';

const truth = truthOf({ candles: [trueCandle(1_000, 5), trueCandle(2_000, 6), trueCandle(4_000, 7)] });
const judge = (candles: readonly Candle[], signals: readonly Gap[] = []) =>
  judgeCandles(
    watched(
      'candle',
      candles.map((event) => seen(event)),
    ),
    { signals, struck: [], endedAt: 8_000 },
    truth,
  );

const all = [candle(1_000, 4), candle(1_000, 5), candle(2_000, 6), candle(4_000, 7)];

describe('the judge of candles', () => {
  it('has nothing to say when the last state of each window is right', async () => {
    expect(await judge(all)).toEqual([]);
  });

  it('finds a window whose last state is not the true one', async () => {
    expect(await judge([...all, candle(4_000, 8)])).toMatchObject([{ rule: 'candles', at: 5_000 }]);
    expect(await judge([...all, candle(4_000, 7, 1.5)])).toHaveLength(1);
  });

  it('finds a window that was not told, but for those inside a declared gap', async () => {
    const told = [candle(1_000, 5), candle(4_000, 7)];
    const gap: Gap = {
      type: 'gap',
      topic: `simulated/candle/${MARKET}/1s`,
      at: 0,
      after: { time: 1_000 },
      before: { time: 4_000 },
      reason: 'unreachable',
    };
    expect(await judge(told)).toMatchObject([{ what: expect.stringContaining('never told') as unknown }]);
    expect(await judge(told, [gap])).toEqual([]);
  });

  it('finds a candle of a window in which nothing was traded', async () => {
    expect(await judge([...all, candle(3_000, 6)])).toMatchObject([
      { what: expect.stringContaining('although') as unknown },
    ]);
  });
});
