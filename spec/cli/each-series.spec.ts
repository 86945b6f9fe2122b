import { describe, expect, it } from '@jest/globals';
import { lastValueFrom, of } from 'rxjs';
import { eachSeries } from '../../src/cli/each-series.js';
import { parseFlags, verifyOptions } from '../../src/cli/options.js';
import type { DataRequest } from '../../src/model/request.js';
import { memoryStore, repair, verify } from '../../src/store/index.js';
import { scriptedExchange } from '../store/backfill/scripted-exchange.js';
import { MINUTE, minutes, row, rows, span } from '../store/rows.js';

const all = Array.from({ length: 20 }, (_, minute) => minute);
const options = parseFlags(verifyOptions, { markets: ['KRW-BTC', 'KRW-ETH'], sample: '1' });

const ground = () => {
  const { fetch, requests } = scriptedExchange({ traded: all });
  const store = memoryStore();
  store.write({ series: minutes, candles: rows(0, 9), covered: [span(0, 9)] });
  const candles = [row(0, { market: 'KRW-ETH' }), row(12, { market: 'KRW-ETH' })];
  store.write({ series: { ...minutes, market: 'KRW-ETH' }, candles, covered: [span(0, 1)] });
  return { scope: { source: { exchange: minutes.exchange, fetch }, store }, requests };
};

describe('eachSeries', () => {
  it('is done with one market before it begins with the next, each as the options say', async () => {
    const { scope } = ground();
    const seen: unknown[] = [];
    const work = eachSeries(options, { ...scope, to: 5 * MINUTE }, ({ market, interval, sample, from, to }) => {
      seen.push([market, interval, sample, from, to]);
      return of(market);
    });
    expect(await lastValueFrom(work)).toBe('KRW-ETH');
    expect(seen).toEqual(['KRW-BTC', 'KRW-ETH'].map((market) => [market, '1m', 1, undefined, 5 * MINUTE]));
  });

  it.each([
    ['verify', verify],
    ['repair', repair],
  ])('has %s ask the exchange after everybody else', async (_, work) => {
    const { scope, requests } = ground();
    await lastValueFrom(eachSeries<unknown>(options, scope, work));
    const markets = new Set(requests.flatMap((request: DataRequest) => request.markets));
    expect(markets).toEqual(new Set(options.markets));
    expect(new Set(requests.map(({ priority }) => priority))).toEqual(new Set(['low']));
  });
});
