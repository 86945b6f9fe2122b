import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { Candle, Ticker } from '../../../src/model/events.js';
import { closeTime } from '../../../src/model/interval.js';
import { isCandle, isTrade } from '../../../src/sources/upbit/guards.js';
import {
  CANDLE_GRACE,
  fromRestCandle,
  fromRestMarket,
  fromRestOrderbook,
  fromRestTicker,
  fromRestTrade,
  readCandle,
  readOrderbook,
  readTicker,
  readTrade,
  type Message,
} from '../../../src/sources/upbit/mapper.js';
import * as messages from '../../../src/sources/upbit/messages.js';
import { isObject, parseJson, stamp } from './reference.js';

const NOW = 1_788_335_181_000;
const fixtures = new URL('../../fixtures/upbit/', import.meta.url);
const fixture = (name: string): string => readFileSync(new URL(name, fixtures), 'utf8');

const DAY = {
  opening_price: 106_000_000,
  high_price: 107_000_000,
  low_price: 105_500_000,
  trade_price: 105_691_000,
  prev_closing_price: 106_000_000,
  signed_change_price: -309_000,
  signed_change_rate: -0.0029150943,
  trade_volume: 9.4123e-4,
  acc_trade_volume_24h: 931.0012003,
  acc_trade_price_24h: 99_234_567_890.54321,
  timestamp: 1_788_335_180_412,
};
const UNSIGNED = { change: 'FALL', change_price: 309_000, change_rate: 0.0029150943 };

describe('one fact in three spellings gives one event', () => {
  it('as a ticker, except that REST does not know the side', () => {
    const rest: Omit<Ticker, 'side'> = fromRestTicker({ market: 'KRW-BTC', ...DAY, trade_timestamp: 7 }, stamp, NOW);
    const long: Message = { type: 'ticker', code: 'KRW-BTC', ...DAY, ...UNSIGNED, ask_bid: 'ASK', trade_timestamp: 7 };
    const short: Message = {
      ty: 'ticker',
      cd: 'KRW-BTC',
      op: DAY.opening_price,
      hp: DAY.high_price,
      lp: DAY.low_price,
      tp: DAY.trade_price,
      pcp: DAY.prev_closing_price,
      scp: DAY.signed_change_price,
      scr: DAY.signed_change_rate,
      c: 'FALL',
      cp: 309_000,
      cr: 0.0029150943,
      tv: DAY.trade_volume,
      atv24h: DAY.acc_trade_volume_24h,
      atp24h: DAY.acc_trade_price_24h,
      tms: DAY.timestamp,
      ab: 'ASK',
      ttms: 7,
    };
    expect(rest).toEqual({
      type: 'ticker',
      ...stamp,
      market: 'KRW-BTC',
      receivedAt: NOW,
      timestamp: DAY.timestamp,
      price: 105_691_000,
      open: 106_000_000,
      high: 107_000_000,
      low: 105_500_000,
      prevClose: 106_000_000,
      change: -309_000,
      changeRate: -0.0029150943,
      volume24h: 931.0012003,
      turnover24h: 99_234_567_890.54321,
      tradeVolume: 9.4123e-4,
      tradedAt: 7,
    });
    expect('side' in rest).toBe(false);
    expect(readTicker(long, stamp, NOW)).toEqual({ ...rest, side: 'sell' });
    expect(readTicker(short, stamp, NOW)).toEqual({ ...rest, side: 'sell' });
  });

  it('as a trade, by its execution time and not by the time it was sent', () => {
    const id = '17883351803770001';
    const rest = fromRestTrade(
      { market: 'KRW-BTC', timestamp: 5, trade_price: 2, trade_volume: 3, ask_bid: 'BID', sequential_id: id },
      stamp,
      NOW,
    );
    expect(rest).toEqual({
      type: 'trade',
      ...stamp,
      market: 'KRW-BTC',
      receivedAt: NOW,
      timestamp: 5,
      id,
      price: 2,
      volume: 3,
      side: 'buy',
    });
    expect(
      readTrade(
        {
          type: 'trade',
          code: 'KRW-BTC',
          timestamp: 9,
          trade_timestamp: 5,
          trade_price: 2,
          trade_volume: 3,
          ask_bid: 'BID',
        },
        stamp,
        NOW,
        id,
      ),
    ).toEqual(rest);
    expect(readTrade({ ty: 'trade', cd: 'KRW-BTC', tms: 9, ttms: 5, tp: 2, tv: 3, ab: 'BID' }, stamp, NOW, id)).toEqual(
      rest,
    );
  });

  it('as an order book, without the places a thin side is padded with', () => {
    const units = [
      { ask_price: 11, bid_price: 10, ask_size: 1, bid_size: 2 },
      { ask_price: 12, bid_price: 0, ask_size: 3, bid_size: 0 },
    ];
    const rest = fromRestOrderbook({ market: 'KRW-BTC', timestamp: 5, orderbook_units: units, level: 1 }, stamp, NOW);
    expect(rest).toEqual({
      type: 'orderbook',
      ...stamp,
      market: 'KRW-BTC',
      receivedAt: NOW,
      timestamp: 5,
      level: 1,
      bids: [{ price: 10, size: 2 }],
      asks: [
        { price: 11, size: 1 },
        { price: 12, size: 3 },
      ],
    });
    expect(
      readOrderbook({ type: 'orderbook', code: 'KRW-BTC', timestamp: 5, level: 1, orderbook_units: units }, stamp, NOW),
    ).toEqual(rest);
    const short = units.map((u) => ({ ap: u.ask_price, bp: u.bid_price, as: u.ask_size, bs: u.bid_size }));
    expect(readOrderbook({ ty: 'orderbook', cd: 'KRW-BTC', tms: 5, lv: 1, obu: short }, stamp, NOW)).toEqual(rest);
  });

  it.each([undefined, null])('as a raw book when the level is %p', (level) => {
    const book = fromRestOrderbook({ market: 'KRW-BTC', timestamp: 5, orderbook_units: [], level }, stamp, NOW);
    expect(book.level).toBe(0);
    expect(
      readOrderbook({ type: 'orderbook', code: 'KRW-BTC', timestamp: 5, level, orderbook_units: [] }, stamp, NOW),
    ).toEqual(book);
  });

  it('as a candle, placed by its open time', () => {
    const row = {
      opening_price: 1,
      high_price: 4,
      low_price: 1,
      trade_price: 3,
      candle_acc_trade_volume: 5,
      candle_acc_trade_price: 6,
      timestamp: 7,
      candle_date_time_utc: '2026-09-02T07:46:00',
    };
    const rest = fromRestCandle({ market: 'KRW-BTC', ...row }, stamp, NOW, '1m');
    expect(rest).toMatchObject({
      openTime: Date.UTC(2026, 8, 2, 7, 46),
      interval: '1m',
      open: 1,
      high: 4,
      low: 1,
      close: 3,
      volume: 5,
      turnover: 6,
      timestamp: 7,
    });
    expect(
      readCandle(
        { type: 'candle.1m', code: 'KRW-BTC', candle_date_time_kst: '2026-09-02T16:46:00', ...row },
        stamp,
        NOW,
        '1m',
      ),
    ).toEqual(rest);
    expect(
      readCandle(
        {
          ty: 'candle.1m',
          cd: 'KRW-BTC',
          cdttmu: row.candle_date_time_utc,
          cdttmk: '2026-09-02T16:46:00',
          op: 1,
          hp: 4,
          lp: 1,
          tp: 3,
          catv: 5,
          catp: 6,
          tms: 7,
        },
        stamp,
        NOW,
        '1m',
      ),
    ).toEqual(rest);
  });

  it('as it was on the wire: one trade over REST and over the socket', () => {
    const frames = new Map(
      fixture('ws-frames-default-2026-07-30.jsonl')
        .trim()
        .split('\n')
        .map((line) => parseJson(line))
        .filter(isObject)
        .map(({ name, raw }) => [String(name), messages.quoteIds(String(raw))] as const),
    );
    const [row] = z.array(messages.restTrade).parse(parseJson(frames.get('LIVE_TICK_OF_ONE_TRADE') ?? ''));
    const message = parseJson(frames.get('LIVE_STREAM_FRAME_OF_ONE_TRADE') ?? '');
    if (row === undefined || !isObject(message)) throw new Error('the fixture has changed');
    const event = readTrade(message, stamp, NOW, String(message['sequential_id']));
    expect(isTrade(event)).toBe(true);
    expect(event).toEqual(fromRestTrade(row, stamp, NOW));
    expect(event.id).toMatch(/^\d{17}$/);
  });
});

describe('the state of a candle', () => {
  const at = (now: number): Candle['state'] =>
    fromRestCandle(
      {
        market: 'KRW-BTC',
        candle_date_time_utc: '2026-12-31T23:59:00',
        opening_price: 1,
        high_price: 1,
        low_price: 1,
        trade_price: 1,
        candle_acc_trade_volume: 1,
        candle_acc_trade_price: 1,
        timestamp: 1,
      },
      stamp,
      now,
      '1m',
    ).state;
  const close = Date.UTC(2027, 0, 1);

  it('is open until its window has passed, provisional during the grace, final after it', () => {
    expect(at(close - 60_000)).toBe('open');
    expect(at(close - 1)).toBe('open');
    expect(at(close)).toBe('provisional');
    expect(at(close + CANDLE_GRACE - 1)).toBe('provisional');
    expect(at(close + CANDLE_GRACE)).toBe('final');
  });
});

describe('what a message does not say', () => {
  it('is not made up', () => {
    expect(readTicker({ type: 'ticker' }, stamp, NOW)).toMatchObject({
      market: undefined,
      price: undefined,
      side: undefined,
    });
    expect(readTrade({ ty: 'trade', ab: 'SELL' }, stamp, NOW, undefined)).toMatchObject({
      id: undefined,
      side: undefined,
    });
    expect(readCandle({ type: 'candle.1m' }, stamp, NOW, '1m').openTime).toBeNaN();
  });

  it.each([
    [undefined],
    [null],
    [[null]],
    [[{ ap: 1, bp: 1, as: 1 }]],
    [[{ ap: 1, bp: -1, as: 1, bs: 1 }]],
    [[{ ap: '1', bp: 1, as: 1, bs: 1 }]],
  ])('makes no half book of the units %j', (obu) => {
    expect(readOrderbook({ ty: 'orderbook', obu }, stamp, NOW)).toMatchObject({ bids: undefined, asks: undefined });
  });
});

describe('fromRestMarket', () => {
  it('names what is known of a market', () => {
    const caution = { PRICE_FLUCTUATIONS: true, TRADING_VOLUME_SOARING: false, GLOBAL_PRICE_DIFFERENCES: true };
    expect(
      fromRestMarket({
        market: 'KRW-BTC',
        korean_name: '비트코인',
        english_name: 'Bitcoin',
        market_event: { warning: true, caution },
      }),
    ).toEqual({
      market: 'KRW-BTC',
      quote: 'KRW',
      base: 'BTC',
      koreanName: '비트코인',
      englishName: 'Bitcoin',
      warning: true,
      cautions: ['PRICE_FLUCTUATIONS', 'GLOBAL_PRICE_DIFFERENCES'],
    });
  });

  it('leaves out what was not asked', () => {
    expect(fromRestMarket({ market: 'BTC-ETH' })).toStrictEqual({ market: 'BTC-ETH', quote: 'BTC', base: 'ETH' });
  });
});

describe('recorded candles (2020-02-19/20)', () => {
  const pages = readdirSync(fixtures).filter((name) => name.startsWith('rest-candles-'));
  const minute = 60_000;
  const load = (unit: '1m' | '3m'): readonly Candle[] =>
    pages
      .filter((name) => name.includes(`-${unit}_`))
      .flatMap((name) => z.array(messages.restCandle).parse(parseJson(fixture(name))))
      .map((row) => fromRestCandle(row, stamp, NOW, unit))
      .sort((a, b) => a.openTime - b.openTime);

  it('parse whole: 240 of one minute and 300 of three', () => {
    expect([load('1m').length, load('3m').length]).toEqual([240, 300]);
    expect([...load('1m'), ...load('3m')].every((candle) => isCandle(candle) && candle.state === 'final')).toBe(true);
  });

  it('stand where they open, although the timestamps of 35 lie past their own end', () => {
    const candles = load('1m');
    expect(candles.every(({ openTime }, i) => i === 0 || openTime === (candles[i - 1]?.openTime ?? 0) + minute)).toBe(
      true,
    );
    expect(candles.filter(({ timestamp, openTime }) => timestamp >= closeTime('1m', openTime))).toHaveLength(35);
  });

  it('of one minute make those of three', () => {
    const minutes = load('1m');
    const threes = load('3m').filter(({ openTime }) => minutes.some((candle) => candle.openTime === openTime));
    expect(threes).toHaveLength(60);
    for (const { openTime, open, high, low, close, volume, turnover, timestamp } of threes) {
      const parts = minutes.filter((candle) => candle.openTime >= openTime && candle.openTime < openTime + 3 * minute);
      expect([parts.length, parts[0]?.open, parts.at(-1)?.close, parts.at(-1)?.timestamp]).toEqual([
        3,
        open,
        close,
        timestamp,
      ]);
      expect([Math.max(...parts.map((part) => part.high)), Math.min(...parts.map((part) => part.low))]).toEqual([
        high,
        low,
      ]);
      expect(parts.reduce((sum, part) => sum + part.volume, 0)).toBeCloseTo(volume, 6);
      expect(parts.reduce((sum, part) => sum + part.turnover, 0)).toBeCloseTo(turnover, 2);
    }
  });
});
