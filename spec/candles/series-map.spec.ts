import { describe, expect, it } from '@jest/globals';
import { SeriesMap } from '../../src/candles/series-map.js';
import { candle, trade } from '../events.js';

describe('a map of series', () => {
  it('keeps one state for each exchange, market and interval', () => {
    let made = 0;
    const series = new SeriesMap(() => (made += 1));
    const events = [
      candle(),
      candle({ close: 7 }),
      candle({ interval: '5m' }),
      candle({ market: 'KRW-ETH' }),
      candle({ exchange: 'elsewhere' }),
      trade(),
    ];
    expect(events.map((event) => series.of(event))).toEqual([1, 1, 2, 3, 4, 5]);
    expect([...series.all()].sort()).toEqual([1, 2, 3, 4, 5]);
  });
});
