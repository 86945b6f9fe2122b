import { describe, expect, it } from '@jest/globals';
import { topicKey } from '../../src/model/topic.js';

const market = 'KRW-BTC';

describe('topicKey', () => {
  it('names exchange, channel and market', () => {
    expect(topicKey({ exchange: 'upbit', channel: 'ticker', market })).toBe('upbit/ticker/KRW-BTC');
    expect(topicKey({ exchange: 'upbit', channel: 'trade', market })).toBe('upbit/trade/KRW-BTC');
  });

  it('tells candles apart by interval, minutes from months too', () => {
    expect(topicKey({ exchange: 'upbit', channel: 'candle', market, interval: '1m' })).toBe('upbit/candle/KRW-BTC/1m');
    expect(topicKey({ exchange: 'upbit', channel: 'candle', market, interval: '1M' })).toBe('upbit/candle/KRW-BTC/1M');
  });

  it('takes a book without depth and level for the whole raw book', () => {
    const key = topicKey({ exchange: 'upbit', channel: 'orderbook', market });
    expect(topicKey({ exchange: 'upbit', channel: 'orderbook', market, depth: 30, level: 0 })).toBe(key);
    expect(topicKey({ exchange: 'upbit', channel: 'orderbook', market, depth: 5 })).not.toBe(key);
    expect(topicKey({ exchange: 'upbit', channel: 'orderbook', market, level: 10_000 })).not.toBe(key);
  });
});
