import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Candle, Trade } from '../../src/model/events.js';
import type { Interval } from '../../src/model/interval.js';
import { isMarketCode } from '../../src/model/market.js';
import { candle, trade } from '../events.js';

const fixture = (name: string): string => readFileSync(new URL(`../fixtures/upbit/${name}`, import.meta.url), 'utf8');

const row = z.object({
  candle_date_time_utc: z.string(),
  opening_price: z.number(),
  high_price: z.number(),
  low_price: z.number(),
  trade_price: z.number(),
  timestamp: z.number(),
  candle_acc_trade_price: z.number(),
  candle_acc_trade_volume: z.number(),
});

/** Rows of Upbit's candle pages, newest first as served, read without the package's own mapper. */
export const recordedCandles = (interval: Interval, ...files: readonly string[]): Candle[] =>
  files
    .flatMap((file) => z.array(row).parse(JSON.parse(fixture(file))))
    .map((each) =>
      candle({
        interval,
        openTime: Date.parse(`${each.candle_date_time_utc}Z`),
        timestamp: each.timestamp,
        open: each.opening_price,
        high: each.high_price,
        low: each.low_price,
        close: each.trade_price,
        volume: each.candle_acc_trade_volume,
        turnover: each.candle_acc_trade_price,
        tier: 'cold-rest',
        origin: 'rest',
        state: 'final',
      }),
    );

const line = z.object({ t: z.string(), data: z.string().optional() });
const frame = z.object({
  ty: z.literal('trade'),
  cd: z.string().refine(isMarketCode),
  ttms: z.number(),
  tp: z.number(),
  tv: z.number(),
  ab: z.enum(['ASK', 'BID']),
});

/** A trade as recorded, and the texts of its price and size. */
export interface RecordedTrade {
  readonly trade: Trade;
  readonly price: string;
  readonly volume: string;
}

/** The trades of the recorded socket of 2021-04-17, in the order they came. */
export const recordedTrades = (): RecordedTrade[] =>
  fixture('ws-capture-simple-2021-04-17.jsonl')
    .trim()
    .split('\n')
    .flatMap((text) => {
      const { t, data = '' } = line.parse(JSON.parse(text));
      if (t !== 'recv' || !data.includes('"ty":"trade"')) return [];
      const { cd, ttms, tp, tv, ab } = frame.parse(JSON.parse(data));
      const textOf = (key: string): string => new RegExp(`"${key}":([^,}]+)`).exec(data)?.[1] ?? '';
      const side = ab === 'BID' ? 'buy' : 'sell';
      const fields = { market: cd, id: textOf('sid'), timestamp: ttms, price: tp, volume: tv, side } as const;
      return [{ trade: trade(fields), price: textOf('tp'), volume: textOf('tv') }];
    });
