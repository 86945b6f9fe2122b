import { describe, expect, it } from '@jest/globals';
import type { MarketTruth, TrueTrade } from '../../src/simulator/index.js';
import { createExchange } from '../../src/simulator/market/market.js';
import { createTruth } from '../../src/simulator/market/truth.js';
import { tickOf } from '../../src/simulator/market/tick-size.js';
import { createClock, DAY, get, MINUTE, NOON, rawRows, simulate } from './harness.js';

const HOUR = 60 * MINUTE;
const market = (seed = 7, activity = 1): MarketTruth =>
  createTruth(createExchange({ seed, markets: 200, otherMarkets: 10, activity }));

const scaleOf = (text: string): number => text.split('.')[1]?.length ?? 0;
const unitsAt = (text: string, scale: number): bigint =>
  BigInt(text.replace('.', '') + '0'.repeat(scale - scaleOf(text)));
const textAt = (units: bigint, scale: number): string => {
  const digits = String(units).padStart(scale + 1, '0');
  return `${digits.slice(0, digits.length - scale)}.${digits.slice(digits.length - scale)}`.replace(/\.?0+$/, '');
};

/** Adds trades up by long-hand decimal arithmetic. */
const summed = (trades: readonly TrueTrade[]) => {
  const prices = trades.map(({ price }) => Number(price));
  let [volume, turnover] = [0n, 0n];
  for (const trade of trades) {
    volume += unitsAt(trade.volume, 12);
    turnover += unitsAt(trade.volume, 12) * unitsAt(trade.price, 12);
  }
  return {
    open: trades[0]?.price,
    high: prices.reduce((a, b) => Math.max(a, b)),
    low: prices.reduce((a, b) => Math.min(a, b)),
    close: trades.at(-1)?.price,
    volume: textAt(volume, 12),
    turnover: textAt(turnover, 24),
    trades: trades.length,
  };
};

const isOnGrid = (code: string, price: number): boolean => {
  const { mantissa, exponent } = tickOf(code.split('-')[0] ?? '', price);
  const ticks = price / (mantissa * 10 ** exponent);
  return Math.abs(ticks - Math.round(ticks)) < 1e-6;
};

describe('the simulated market', () => {
  it('is the same in two instances with one seed, and another with another seed', () => {
    const [a, b, c] = [market(), market(), market(8)];
    const from = NOON - 10 * MINUTE;
    expect(a.trades('KRW-BTC', from, NOON)).toEqual(b.trades('KRW-BTC', from, NOON));
    expect(a.book('KRW-XRP', NOON)).toEqual(b.book('KRW-XRP', NOON));
    expect(a.trades('KRW-BTC', from, NOON)).not.toEqual(c.trades('KRW-BTC', from, NOON));
  });

  it('tells the same about a moment whatever was asked before', async () => {
    const [fresh, used] = [market(), market()];
    await used.candles('KRW-ETH', '1d', NOON, 30);
    used.trades('KRW-ETH', NOON - 40 * DAY, NOON - 40 * DAY + HOUR);
    expect(used.trades('KRW-ETH', NOON - HOUR, NOON)).toEqual(fresh.trades('KRW-ETH', NOON - HOUR, NOON));
    expect(await used.candles('KRW-ETH', '60m', NOON, 5)).toEqual(await fresh.candles('KRW-ETH', '60m', NOON, 5));
  });

  it.each(['KRW-BTC', 'KRW-XRP', 'KRW-BTT', 'KRW-AQT', 'BTC-ETH', 'USDT-BTC'])(
    'has candles of %s that are its trades added up, to the last digit',
    async (code) => {
      const truth = market();
      for (const [interval, length, count] of [
        ['1m', MINUTE, 30],
        ['60m', HOUR, 3],
        ['1d', DAY, 2],
      ] as const) {
        for (const candle of await truth.candles(code, interval, NOON, count)) {
          const trades = truth.trades(code, candle.start, Math.min(NOON, candle.start + length));
          const expected = summed(trades);
          expect({ ...candle, high: Number(candle.high), low: Number(candle.low) }).toEqual({
            start: candle.start,
            ...expected,
          });
        }
      }
    },
  );

  it('has no candle for a window without trades', async () => {
    const truth = market();
    const candles = await truth.candles('KRW-AQT', '1m', NOON, 50);
    const windows = ((candles[0]?.start ?? 0) - (candles.at(-1)?.start ?? 0)) / MINUTE + 1;
    expect(candles).toHaveLength(50);
    expect(windows).toBeGreaterThan(60);
    for (const { start, trades } of candles)
      expect(truth.trades('KRW-AQT', start, start + MINUTE)).toHaveLength(trades);
  });

  it.each(['KRW-BTC', 'KRW-AQT'])(
    'pages back 10,000 one-minute candles of %s without overlap or hole',
    async (code) => {
      const truth = market();
      const all = await truth.candles(code, '1m', NOON, 10_000);
      const paged: number[] = [];
      for (let to = NOON; paged.length < 10_000; to = paged.at(-1) ?? 0)
        paged.push(...(await truth.candles(code, '1m', to, 200)).map(({ start }) => start));
      expect(paged).toEqual(all.map(({ start }) => start));
      expect(new Set(paged).size).toBe(10_000);
    },
  );

  it('has trades with unique, rising ids that exceed 2^53, several in one millisecond', () => {
    const trades = market().trades('KRW-BTC', NOON - HOUR, NOON);
    const ids = trades.map(({ id }) => BigInt(id));
    expect(new Set(ids).size).toBe(trades.length);
    expect(ids).toEqual([...ids].sort((a, b) => (a < b ? -1 : 1)));
    expect(ids[0]).toBeGreaterThan(2n ** 53n);
    expect(ids.some((id) => id % 10_000n > 0n)).toBe(true);
  });

  it('trades on the tick grid, below one won as well as above a million', () => {
    const truth = market();
    for (const code of truth.markets)
      for (const { price } of truth.trades(code, NOON - 20 * MINUTE, NOON))
        expect([code, price, isOnGrid(code, Number(price))]).toEqual([code, price, true]);
  });

  it('keeps each day within its extremes and reaches both', async () => {
    const exchange = createExchange({ seed: 7, markets: 60, otherMarkets: 5, activity: 0.01 });
    for (const { code } of exchange.instruments.slice(0, 40)) {
      const listing = exchange.listing(code);
      for (let day = Math.floor(NOON / DAY) - 5; day < Math.floor(NOON / DAY); day += 1) {
        const tally = listing?.ledger.sum(day * DAY, (day + 1) * DAY);
        const frame = listing?.series.frame(day);
        expect([code, day, tally?.high, tally?.low]).toEqual([code, day, frame?.high, frame?.low]);
      }
    }
    await Promise.resolve();
  });

  it('has books that never cross, lie on the grid and change over time', () => {
    const truth = market();
    for (const code of truth.markets.filter((_, i) => i % 3 === 0)) {
      for (const at of [NOON - DAY, NOON - 1_000, NOON]) {
        const book = truth.book(code, at);
        const asks = book?.asks.map(({ price }) => Number(price)) ?? [];
        const bids = book?.bids.map(({ price }) => Number(price)) ?? [];
        expect(Math.max(asks.length, bids.length)).toBe(30);
        expect(asks).toEqual([...asks].sort((a, b) => a - b));
        expect(bids).toEqual([...bids].sort((a, b) => b - a));
        expect(bids[0]).toBeLessThan(asks[0] ?? 0);
        expect([...asks, ...bids].every((price) => price > 0 && isOnGrid(code, price))).toBe(true);
        expect((book?.changedAt ?? 0) % 100).toBe(0);
      }
    }
    expect(truth.book('KRW-BTC', NOON)).not.toEqual(truth.book('KRW-BTC', NOON + 200));
  });

  it('has a book of one side shorter than thirty in some thin markets', () => {
    const truth = market();
    const short = truth.markets.filter((code) => {
      const book = truth.book(code, NOON);
      return book !== undefined && book.asks.length !== book.bids.length;
    });
    expect(short.length).toBeGreaterThan(5);
  });

  it('has a best price on the side that the last taker hit', () => {
    const truth = market();
    for (const code of ['KRW-BTC', 'KRW-ETH', 'KRW-DOGE']) {
      const grid = Math.floor(NOON / 100) * 100;
      const last = truth.trades(code, grid - HOUR, grid + 1).at(-1);
      const book = truth.book(code, grid);
      expect(last?.side === 'buy' ? book?.asks[0]?.price : book?.bids[0]?.price).toBe(last?.price);
    }
  });

  it('has tickers that are the trades and candles of the day, to the last digit', async () => {
    const simulator = await simulate({ now: createClock().now });
    simulator.setFault('plain-numbers');
    const { text } = await get(simulator, '/ticker?markets=KRW-BTC,KRW-BTT,BTC-ETH');
    for (const row of rawRows(text)) {
      const code = String(row['market']);
      const truth = simulator.market;
      const [day] = await truth.candles(code, '1d', NOON + 1, 1);
      const today = Math.floor(NOON / DAY) * DAY;
      const rolling = summed(truth.trades(code, NOON + 1 - DAY, NOON + 1));
      expect(row).toMatchObject({
        opening_price: day?.open,
        high_price: day?.high,
        low_price: day?.low,
        trade_price: day?.close,
        acc_trade_price: day?.turnover,
        acc_trade_volume: day?.volume,
        acc_trade_price_24h: rolling.turnover,
        acc_trade_volume_24h: rolling.volume,
        prev_closing_price: truth.trades(code, today - DAY, today).at(-1)?.price,
        trade_timestamp: String(truth.trades(code, today, NOON + 1).at(-1)?.time),
      });
    }
  });

  it('has a rolling day that begins one millisecond after the same moment of the day before', async () => {
    const [first] = market().trades('KRW-BTC', NOON - DAY, NOON);
    const moment = first?.time ?? 0;
    const simulator = await simulate({ now: createClock(moment + DAY).now });
    simulator.setFault('plain-numbers');
    const [row] = rawRows((await get(simulator, '/ticker?markets=KRW-BTC')).text);
    const rolling = summed(simulator.market.trades('KRW-BTC', moment + 1, moment + DAY + 1));
    expect(row?.['acc_trade_volume_24h']).toBe(rolling.volume);
  });

  it('has 52-week extremes that the daily candles confirm', async () => {
    const simulator = await simulate({ now: createClock().now });
    const [row] = rawRows((await get(simulator, '/ticker?markets=KRW-BTT')).text);
    const days = await simulator.market.candles('KRW-BTT', '1d', NOON + 1, 365);
    expect(Number(row?.['highest_52_week_price'])).toBe(Math.max(...days.map(({ high }) => Number(high))));
    expect(Number(row?.['lowest_52_week_price'])).toBe(Math.min(...days.map(({ low }) => Number(low))));
  });

  it('knows hundreds of markets, each with a unique code and a price', () => {
    const truth = createTruth(createExchange({ seed: 7, markets: 300, otherMarkets: 20, activity: 1 }));
    expect(new Set(truth.markets).size).toBe(340);
    for (const code of truth.markets) expect(truth.book(code, NOON)?.bids.length).toBeGreaterThan(0);
  });
});
