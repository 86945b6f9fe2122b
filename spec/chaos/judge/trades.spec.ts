import { describe, expect, it } from '@jest/globals';
import type { Gap } from 'market-data-backbone';
import { MARKET, seen, trade, trueTrade, truthOf, watched } from './fabricated.js';
import { judgeTrades } from './trades.js';

const TRUE = [1_000, 2_000, 3_000, 4_000, 5_000].map((time) => trueTrade(time));
const truth = truthOf({ trades: TRUE });
const [first, second, third, fourth, fifth] = TRUE.map((each) => trade(each)) as [
  ReturnType<typeof trade>,
  ReturnType<typeof trade>,
  ReturnType<typeof trade>,
  ReturnType<typeof trade>,
  ReturnType<typeof trade>,
];

const judge = (trades: readonly ReturnType<typeof trade>[], gaps: readonly Gap[] = [], until = 6_000) =>
  judgeTrades(
    watched(
      'trade',
      trades.map((each) => seen(each)),
    ),
    gaps,
    truth,
    until,
  );

const gap = (after: string, before: string, topic = `simulated/trade/${MARKET}`): Gap => ({
  type: 'gap',
  topic,
  at: 0,
  after: { time: Number(after.slice(0, -4)), id: after },
  before: { time: Number(before.slice(0, -4)), id: before },
  reason: 'unreachable',
});

describe('the judge of trades', () => {
  it('has nothing to say when each came once and in order', () => {
    expect(judge([first, second, third, fourth, fifth])).toEqual({
      made: 5,
      delivered: 5,
      declared: 0,
      lost: [],
      duplicated: [],
      invented: [],
      disordered: [],
    });
  });

  it('asks for what was made from the first one delivered on, and had time to come', () => {
    expect(judge([third, fourth], [], 5_000)).toMatchObject({ made: 2, delivered: 2, lost: [] });
    expect(judge([])).toMatchObject({ made: 0, lost: [] });
  });

  it('knows what came after the end, whatever was told last', () => {
    expect(judge([first, second, fourth, fifth, third], [], 2_500)).toMatchObject({ made: 2, invented: [] });
  });

  it('finds one that is missing', () => {
    expect(judge([first, second, fourth, fifth]).lost.map((each) => each.trade.id)).toEqual([third.id]);
  });

  it('forgives what lies inside a declared gap, and only that', () => {
    expect(judge([first, second, fifth], [gap(second.id, fifth.id)])).toMatchObject({ declared: 2, lost: [] });
    expect(judge([first, second, fifth], [gap(second.id, fourth.id)]).lost.map((each) => each.trade.id)).toEqual([
      fourth.id,
    ]);
    expect(judge([first, second, fifth], [gap(second.id, fifth.id, 'simulated/trade/KRW-BTC')]).lost).toHaveLength(2);
  });

  it('finds what came twice, late, or from nowhere', () => {
    expect(judge([first, second, second]).duplicated.map((each) => each.trade.id)).toEqual([second.id]);
    expect(judge([first, third, second]).disordered.map((each) => each.trade.id)).toEqual([second.id]);
    expect(judge([first, { ...second, id: '20000001' }]).invented).toHaveLength(1);
    expect(judge([first, { ...second, price: 101 }]).invented).toHaveLength(1);
  });
});
