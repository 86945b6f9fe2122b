import { describe, expect, it } from '@jest/globals';
import { firstValueFrom, takeUntil, timer, toArray } from 'rxjs';
import { isClosed } from '../../src/candles/closed-only.js';
import type { Candle } from '../../src/model/events.js';
import type { Interval } from '../../src/model/interval.js';
import type { Simulator } from '../../src/simulator/index.js';
import { memoryStore } from '../../src/store/index.js';
import { startEngine, startExchange } from './engine.js';

const quick = { reconnect: { initial: 50, factor: 2, max: 400, jitter: 0, stableAfter: 5_000 }, pollEvery: 200 };
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const figures = ({ openTime, open, high, low, close, volume, turnover }: Candle) => ({
  openTime,
  open,
  high,
  low,
  close,
  volume,
  turnover,
});

/** The exchange's own candles that open before an instant, oldest first. */
const truth = async (exchange: Simulator, interval: Interval, to: number, count: number) => {
  const rows = await exchange.market.candles('KRW-BTC', interval, to, count);
  return rows
    .map(({ start, open, high, low, close, volume, turnover }) => ({
      openTime: start,
      open: Number(open),
      high: Number(high),
      low: Number(low),
      close: Number(close),
      volume: Number(volume),
      turnover: Number(turnover),
    }))
    .reverse();
};

describe('candles with history', () => {
  it('go on live without a seam, through a break of the socket', async () => {
    const exchange = await startExchange({ markets: 20, seed: 4, activity: 10 });
    const backbone = startEngine(exchange, quick);
    const stream$ = backbone.watchCandles('KRW-BTC', '1s', { history: 300 });
    const watching = firstValueFrom(stream$.pipe(takeUntil(timer(10_000)), toArray()));
    await pause(3_000);
    exchange.setFault('handshake-503', { forMs: 1_000 });
    exchange.setFault('drop-connections');

    const candles = await watching;
    const opens = candles.map(({ openTime }) => openTime);
    const first = Math.min(...opens);
    const last = new Map(candles.map((candle) => [candle.openTime, candle]));
    const closed = [...last.values()].filter(isClosed);
    expect(opens[0]).toBe(first);
    expect(closed.length).toBeGreaterThan(303);
    // Of a repair that a busy machine delays, the windows may come late; none is missing, and none is wrong.
    const until = Math.max(...closed.map(({ openTime }) => openTime)) + 1_000;
    const known = await truth(exchange, '1s', until, 1_000);
    expect(
      closed
        .filter(({ openTime }) => openTime < until)
        .map(figures)
        .sort((a, b) => a.openTime - b.openTime),
    ).toEqual(known.filter(({ openTime }) => openTime >= first));
    const finals = candles.filter(({ state }) => state === 'final').map(({ openTime }) => openTime);
    expect(new Set(finals).size).toBe(finals.length);
  }, 40_000);

  it('of days go on from shorter ones, to the last digit', async () => {
    const exchange = await startExchange({ markets: 20, seed: 4, activity: 10 });
    const backbone = startEngine(exchange, quick);
    const days$ = backbone.watchCandles('KRW-BTC', '1d', { history: 5 });
    const days = await firstValueFrom(days$.pipe(takeUntil(timer(4_000)), toArray()));
    const opens = [...new Set(days.map(({ openTime }) => openTime))];
    expect(opens).toEqual([...opens].sort((a, b) => a - b));
    const newest = days.at(-1);
    if (newest === undefined) throw new Error('no day came');
    // What the day had when it was told last: all of its trades until then.
    const [whole] = await truth(exchange, '1d', newest.timestamp + 1, 1);
    if (whole === undefined) throw new Error('the exchange knows no day');
    // A day's turnover in won has more digits than a double holds, and so has each of the candles it is summed from.
    const ulp = Number.EPSILON * whole.turnover;
    expect(Math.abs(newest.turnover - whole.turnover)).toBeLessThanOrEqual(2 * ulp);
    expect({ ...figures(newest), turnover: 0 }).toEqual({ ...whole, turnover: 0 });
    expect(newest).toMatchObject({ interval: '1d', state: 'open', origin: 'simulation' });
    expect(days.filter(({ openTime }) => openTime === newest.openTime).length).toBeGreaterThan(2);
  }, 40_000);

  it('come from the store as far as it knows them', async () => {
    const exchange = await startExchange({ markets: 20, seed: 4 });
    const store = memoryStore();
    const backbone = startEngine(exchange, { ...quick, store });
    const to = Math.floor(Date.now() / 3_600_000) * 3_600_000;
    const from = to - 600 * 60_000;
    await firstValueFrom(backbone.backfill('KRW-BTC', '1m', from, to).pipe(toArray()));
    const asked = exchange.stats();
    const rows = await firstValueFrom(backbone.fetchCandles('KRW-BTC', '1m', { count: 500, to }));
    expect(rows).toHaveLength(500);
    expect(rows.every(({ tier }) => tier === 'warm-cache')).toBe(true);
    expect(exchange.stats().requests).toEqual(asked.requests);
  }, 40_000);
});
