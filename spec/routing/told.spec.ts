import { describe, expect, it } from '@jest/globals';
import type { MarketEvent } from '../../src/model/events.js';
import { Told } from '../../src/routing/told.js';
import { candle, ticker, trade } from '../events.js';

const after = (...events: MarketEvent[]): Told => {
  const told = new Told();
  for (const event of events) told.add(event);
  return told;
};

describe('Told', () => {
  const at = (timestamp: number, id = String(timestamp)) => trade({ timestamp, id });

  it('knows nothing before anything was told', () => {
    const { first, last, latest, count } = new Told();
    expect([first, last, latest, count]).toEqual([undefined, undefined, undefined, 0]);
  });

  it('keeps the first and the last trade, and counts those between', () => {
    const { first, last, latest, count } = after(at(1), at(2), at(2, '3'), at(5));
    expect([first, last, latest, count]).toEqual([at(1), at(5), at(5), 3]);
  });

  it('does not go back for one that comes late', () => {
    const { last, latest, count } = after(at(1), at(5), at(3));
    expect([last, latest, count]).toEqual([at(5), at(5), 1]);
  });

  it('knows which of the trades of one millisecond is the latest, however they come', () => {
    const { last, latest } = after(at(1), at(2, '13'), at(2, '12'));
    expect([last, latest]).toEqual([at(2, '12'), at(2, '13')]);
  });

  it('keeps the latest state, of which none is missing', () => {
    const { last, latest } = after(ticker({ timestamp: 5 }), ticker({ timestamp: 3 }));
    expect([last, latest]).toEqual([undefined, ticker({ timestamp: 5 })]);
  });

  it('counts windows of candles, not their states', () => {
    const each = (openTime: number, close: number) => candle({ openTime, timestamp: openTime + close, close });
    const { last, count } = after(each(0, 1), each(0, 2), each(60_000, 3), each(60_000, 4));
    expect([last, count]).toEqual([each(60_000, 4), 1]);
  });

  it('is not sure of what lies before a candle that answered a subscription, until others come', () => {
    const before = candle({ openTime: 0, timestamp: 1 });
    const answer = candle({ openTime: 60_000, timestamp: 60_001, snapshot: true });
    const told = after(before, answer);
    expect([told.last, told.latest]).toEqual([before, answer]);
    const next = candle({ openTime: 60_000, timestamp: 60_002 });
    told.add(next);
    expect([told.last, told.latest]).toEqual([next, next]);
  });
});
