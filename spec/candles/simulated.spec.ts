import { describe, expect, it } from '@jest/globals';
import { from } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { closedOnly } from '../../src/candles/closed-only.js';
import { resampleAll } from '../../src/candles/resample-all.js';
import { toCandles } from '../../src/candles/to-candles.js';
import type { Candle, Trade } from '../../src/model/events.js';
import { isMarketCode } from '../../src/model/market.js';
import { createExchange } from '../../src/simulator/market/market.js';
import { createTruth, type TrueCandle } from '../../src/simulator/market/truth.js';
import { trade } from '../events.js';

const HOUR = 3_600_000;
const FROM = Date.UTC(2026, 8, 2, 7);
const truth = createTruth(createExchange({ seed: 7, markets: 200, otherMarkets: 10, activity: 1 }));
/** Busy and thin ones, of all three quote currencies. */
const MARKETS = truth.markets
  .filter((_, i) => i % 5 === 0 || i >= 200)
  .filter(isMarketCode)
  .slice(0, 50);

const tradesOf = (market: (typeof MARKETS)[number]): Trade[] =>
  truth
    .trades(market, FROM, FROM + HOUR)
    .map(({ id, time, price, volume, side }) =>
      trade({ market, id, timestamp: time, price: Number(price), volume: Number(volume), side, origin: 'simulation' }),
    );

/** An hour of all markets' trades as one stream, as it would have come. */
const trades = MARKETS.flatMap(tradesOf).sort((a, b) => a.timestamp - b.timestamp);

const built = (interval: '1m' | '5m' | '1h', list: readonly Trade[] = trades): Map<string, Candle[]> => {
  const byMarket = new Map<string, Candle[]>(MARKETS.map((market) => [market, []]));
  from(list)
    .pipe(
      toCandles(interval, { since: FROM, until: FROM + HOUR, scheduler: new TestScheduler(() => undefined) }),
      closedOnly(),
    )
    .subscribe((each) => byMarket.get(each.market)?.push(each));
  return byMarket;
};

const served = async (market: string, interval: string, count: number): Promise<readonly TrueCandle[]> =>
  (await truth.candles(market, interval, FROM + HOUR, count)).filter(({ start }) => start >= FROM).reverse();

const asServed = ({ start, open, high, low, close, volume, turnover }: TrueCandle) => ({
  openTime: start,
  open: Number(open),
  high: Number(high),
  low: Number(low),
  close: Number(close),
  volume: Number(volume),
  turnover: Number(turnover),
  state: 'final',
});

const figures = ({ openTime, open, high, low, close, volume, turnover, state }: Candle) => ({
  openTime,
  open,
  high,
  low,
  close,
  volume,
  turnover,
  state,
});

describe('an hour of trades on 50 markets', () => {
  it.each([
    ['1m', '1m', 60],
    ['5m', '5m', 12],
    ['1h', '60m', 1],
  ] as const)('comes to the %s candles the exchange serves, to the last digit', async (interval, name, count) => {
    expect(MARKETS).toHaveLength(50);
    const byMarket = built(interval);
    for (const market of MARKETS) {
      expect([market, (byMarket.get(market) ?? []).map(figures)]).toEqual([
        market,
        (await served(market, name, count)).map(asServed),
      ]);
    }
  });

  it('comes to the same when trades are repeated and out of order within the grace, as after a reconnect', () => {
    const shaken = trades
      .map((each, i) => ({ each, arrival: each.timestamp + ((i * 7_919) % 1_900) }))
      .sort((a, b) => a.arrival - b.arrival)
      .map(({ each }) => each);
    const reconnected = shaken.flatMap((each, i) =>
      i % 5_000 === 4_999 ? [...shaken.slice(i - 500, i), each] : [each],
    );
    const plain = built('1m');
    for (const [market, candles] of built('1m', reconnected)) {
      expect([market, candles.map(figures)]).toEqual([market, plain.get(market)?.map(figures)]);
    }
  });

  it('comes to the same by way of minutes', () => {
    const covered = { since: FROM, until: FROM + HOUR };
    const hours = built('1h');
    for (const [market, minutes] of built('1m')) {
      expect([market, resampleAll(minutes, '1h', covered).map(figures)]).toEqual([
        market,
        hours.get(market)?.map(figures),
      ]);
    }
  });
});
