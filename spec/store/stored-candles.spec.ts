import { describe, expect, it } from '@jest/globals';
import type { DataRequest } from '../../src/model/request.js';
import { memoryStore } from '../../src/store/memory-store.js';
import { storedCandles } from '../../src/store/stored-candles.js';
import { request } from '../requests.js';
import { MINUTE, minutes, opened, row, rows, span } from './rows.js';

const ask = (fields: Partial<DataRequest>): DataRequest =>
  request({ channel: 'candle', interval: '1m', count: 3, to: 10 * MINUTE, ...fields });

describe('storedCandles', () => {
  const store = memoryStore();
  // Nothing was traded in minutes 5 and 6; minute 0 is stored, but what lies around it is not known.
  store.write({ series: minutes, candles: [row(0), ...rows(2, 5), ...rows(7, 10)], covered: [span(2, 10)] });
  const has = (fields: Partial<DataRequest>): readonly number[] | undefined => {
    const found = storedCandles(store, ask(fields));
    return found === undefined ? undefined : opened(found);
  };

  it.each([
    ['the newest before an instant', {}, [7, 8, 9]],
    ['candles across windows without trades', { count: 5 }, [3, 4, 7, 8, 9]],
    ['all there is from an instant on, though fewer than asked', { count: 50, since: 3 * MINUTE }, [3, 4, 7, 8, 9]],
    ['none, of a time without trades', { since: 5 * MINUTE, to: 7 * MINUTE }, []],
    ['what opens before an instant within a window', { count: 1, to: 8 * MINUTE + 1 }, [8]],
    ['none, of no time', { since: 10 * MINUTE }, []],
  ] as const)('gives %s', (_, fields, expected) => {
    expect(has(fields)).toEqual(expected);
  });

  it.each([
    ['the start is not known', { count: 7 }],
    ['more may be older', { count: 50 }],
    ['the end is not known', { to: 11 * MINUTE }],
    ['a part between is not known', { since: 0, count: 50 }],
    ['another interval is wanted', { interval: '3m' }],
    ['one of its markets is not known', { markets: ['KRW-BTC', 'KRW-ETH'] }],
    ['it is about trades', { channel: 'trade' }],
  ] as const)('leaves a request to the exchange when %s', (_, fields) => {
    expect(has(fields)).toBeUndefined();
  });

  it('leaves to the exchange what has no end, for the newest candle is still forming', () => {
    const endless = request({ channel: 'candle', interval: '1m', count: 3 });
    expect(storedCandles(store, endless)).toBeUndefined();
  });
});
