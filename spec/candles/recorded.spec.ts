import { describe, expect, it } from '@jest/globals';
import { Decimal } from 'decimal.js';
import { from } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { closedOnly } from '../../src/candles/closed-only.js';
import { resampleAll } from '../../src/candles/resample-all.js';
import { resample } from '../../src/candles/resample.js';
import { toCandles } from '../../src/candles/to-candles.js';
import { validateCandle } from '../../src/candles/validate.js';
import type { Candle } from '../../src/model/events.js';
import { closeTime, openTimeOf } from '../../src/model/interval.js';
import { recordedCandles, recordedTrades, type RecordedTrade } from './recorded.js';

const Exact = Decimal.clone({ precision: 100 });

const PAGES = [
  'rest-candles-1m_20200220_202000-20200220_210000.json',
  'rest-candles-1m_20200220_170000-20200220_202000.json',
];
const minutes = recordedCandles('1m', ...PAGES).reverse();
const threes = recordedCandles('3m', 'rest-candles-3m_20200220_170000-20200220_200000.json').reverse();

/** What was made of minutes, in the hours that were recorded in both intervals. */
const within = (made: readonly Candle[]): Candle[] =>
  made.filter(({ openTime }) => openTime <= (threes.at(-1)?.openTime ?? 0));

const closedOf = (lowers: readonly Candle[]): Candle[] => {
  const told: Candle[] = [];
  from(lowers)
    .pipe(resample('3m', { scheduler: new TestScheduler(() => undefined) }), closedOnly())
    .subscribe((each) => told.push(each));
  return told;
};

describe('candles recorded on Upbit', () => {
  it('are those the exchange makes of its own minutes, to the last digit', () => {
    expect(threes).toHaveLength(60);
    expect(within(resampleAll(minutes, '3m'))).toEqual(threes);
    expect(within(closedOf(minutes))).toEqual(threes);
  });

  it('are so whatever is told in between, or twice as at the seam of two pages', () => {
    const noisy = minutes.flatMap((each, i) => [
      { ...each, state: 'open' as const, close: each.open, volume: each.volume / 2 },
      each,
      ...(i === 39 || i === 40 ? [each] : []),
    ]);
    expect(within(closedOf(noisy))).toEqual(threes);
    expect(within(resampleAll([...minutes.slice(100), ...minutes.slice(0, 110)], '3m'))).toEqual(threes);
  });

  it('are placed by their open time, though every seventh has a timestamp after its end', () => {
    const after = minutes.filter(({ timestamp, openTime }) => timestamp >= closeTime('1m', openTime));
    expect(after).toHaveLength(35);
    const made = resampleAll(minutes, '1h');
    expect(made.map(({ openTime }) => new Date(openTime).toISOString().slice(11, 16))).toEqual([
      '08:00',
      '09:00',
      '10:00',
      '11:00',
    ]);
  });

  it('are sound', () => {
    expect([...minutes, ...threes].flatMap((each) => validateCandle(each, { tickSize: () => 1_000 }))).toEqual([]);
  });
});

/** A window's candle by decimal arithmetic on the texts that were recorded. */
const byHand = (trades: readonly RecordedTrade[]) => {
  const sorted = trades.toSorted(
    (a, b) => a.trade.timestamp - b.trade.timestamp || Number(BigInt(a.trade.id) - BigInt(b.trade.id)),
  );
  const prices = trades.map(({ price }) => new Exact(price));
  const sum = (parts: readonly Decimal[]) => parts.reduce((a, b) => a.plus(b), new Exact(0)).toNumber();
  return {
    open: sorted[0]?.trade.price,
    close: sorted.at(-1)?.trade.price,
    high: Exact.max(...prices).toNumber(),
    low: Exact.min(...prices).toNumber(),
    volume: sum(trades.map(({ volume }) => new Exact(volume))),
    turnover: sum(trades.map(({ volume, price }) => new Exact(volume).times(price))),
  };
};

describe('trades recorded on Upbit', () => {
  const recorded = recordedTrades();
  const grouped = (interval: '1s' | '1m'): Map<string, RecordedTrade[]> => {
    const groups = new Map<string, RecordedTrade[]>();
    for (const each of recorded) {
      const key = `${each.trade.market} ${openTimeOf(interval, each.trade.timestamp)}`;
      groups.set(key, [...(groups.get(key) ?? []), each]);
    }
    return groups;
  };

  it.each(['1s', '1m'] as const)('add up to %s candles as by hand, late ones included', (interval) => {
    expect(recorded).toHaveLength(304);
    const groups = grouped(interval);
    const last = new Map<string, Candle>();
    from(recorded.map(({ trade }) => trade))
      .pipe(toCandles(interval, { since: 0, scheduler: new TestScheduler(() => undefined) }))
      .subscribe((each) => last.set(`${each.market} ${each.openTime}`, each));
    expect([...last.keys()].sort()).toEqual([...groups.keys()].sort());
    for (const [key, trades] of groups) expect(last.get(key)).toMatchObject(byHand(trades));
  });
});
