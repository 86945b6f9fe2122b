import { describe, expect, it } from '@jest/globals';
import type { EngineEvent } from 'market-data-backbone';
import { candle, recording, seen, trade, trueCandle, trueTrade, truthOf, watched } from './fabricated.js';
import { judge } from './verdict.js';

const TRUE = [1_000, 2_000, 3_000].map((time) => trueTrade(time));
const truth = truthOf({ trades: TRUE, candles: [trueCandle(1_000, 5)] });
const rulesOf = async (changes: Parameters<typeof recording>[0]): Promise<string[]> =>
  (await judge(recording(changes), truth)).violations.map(({ rule }) => rule);

const stats = recording().stats;
const status = recording().status;
const rejected: EngineEvent = { type: 'rejected', exchange: 'simulated', at: 500, via: 'rest', reason: 'no', raw: '' };
const stale: EngineEvent = {
  type: 'stale',
  topic: 'simulated/ticker/KRW-SOL',
  market: 'KRW-SOL',
  at: 500,
  reason: 'newer-elsewhere',
  silentFor: 3,
};
const struck = [{ fault: 'garbage-frame', at: 0, forMs: 0, channel: 'trade', from: 400, until: 450 }] as const;

describe('the verdict', () => {
  it('is clean for a clean run', async () => {
    const trades = watched(
      'trade',
      TRUE.map((each) => seen(trade(each))),
    );
    const candles = watched('candle', [seen(candle(1_000, 5))]);
    expect(await judge(recording({ watched: [trades, candles] }), truth)).toEqual({
      recoveries: [],
      trades: { made: 3, delivered: 3, declared: 0, late: 0, omitted: 0 },
      violations: [],
    });
  });

  it('tells each trade that was lost', async () => {
    const trades = watched(
      'trade',
      TRUE.slice(0, 2).map((each) => seen(trade(each))),
    );
    expect(await rulesOf({ watched: [trades] })).toEqual(['lost']);
  });

  it.each([
    ['calls over the budget', { stats: { ...stats, overBudget: { ticker: 1 } } }, 'limits'],
    ['too many calls in a second', { stats: { ...stats, maxPerSecond: { ticker: 11 } } }, 'limits'],
    ['calls during a block', { stats: { ...stats, calledWhileBlocked: [1_600] } }, 'limits'],
    ['messages over the limit', { stats: { ...stats, wsMessagesRefused: 1 } }, 'limits'],
    ['frames unaccounted for', { status: { ...status, frames: { ...status.frames, received: 1 } } }, 'ledger'],
    ['events unaccounted for', { status: { ...status, ledger: { ...status.ledger, dropped: 1 } } }, 'ledger'],
    ['good frames rejected', { signals: [rejected] }, 'rejected although good'],
    ['a healthy stream called stale', { signals: [stale] }, 'stale although healthy'],
    ['an error to a subscriber', { errors: [{ at: 1, what: 'x' }] }, 'error to a subscriber'],
  ])('tells of %s', async (_, changes, rule) => {
    expect(await rulesOf(changes)).toEqual([rule]);
  });

  it('tells of a trade that came after a later one, unless REST had to find what the exchange left out', async () => {
    const [first, second, third] = TRUE.map((each) => seen(trade(each)));
    if (first === undefined || second === undefined || third === undefined) throw new Error('there are three');
    const late = { ...second, event: { ...second.event, tier: 'cold-rest' } as const };
    const topic = watched('trade', [first, third, late]);
    const omitting = [{ ...struck[0], fault: 'trade-gap' }];
    expect(await rulesOf({ watched: [topic] })).toEqual(['out of order']);
    expect(await rulesOf({ watched: [topic], struck: omitting })).toEqual([]);
    const live = watched('trade', [first, third, second]);
    expect(await rulesOf({ watched: [live], struck: omitting })).toEqual(['out of order']);
  });

  it('counts apart what nobody could notice', async () => {
    const topic = watched(
      'trade',
      TRUE.slice(0, 2).map((each) => seen(trade(each))),
    );
    const omitting = [{ ...struck[0], fault: 'trade-gap', from: 2_500, until: 3_500 }];
    const verdict = await judge(recording({ watched: [topic], struck: omitting }), truth);
    expect(verdict).toMatchObject({ trades: { omitted: 1 }, violations: [] });
  });

  it('forgives what a fault brought about by itself', async () => {
    expect(await rulesOf({ signals: [rejected, stale], struck })).toEqual([]);
    expect(await rulesOf({ stats: { ...stats, calledWhileBlocked: [100], rejected429: { ticker: 3 } } })).toEqual([]);
  });
});
