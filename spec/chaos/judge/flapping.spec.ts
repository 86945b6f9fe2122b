import { describe, expect, it } from '@jest/globals';
import type { TierChange } from 'market-data-backbone';
import type { Struck } from '../run/recording.js';
import { MARKET, recording, watched } from './fabricated.js';
import { judgeFlapping } from './flapping.js';

const change = (at: number, topic = `simulated/orderbook/${MARKET}/15/0`): TierChange => ({
  type: 'tier-change',
  topic,
  at,
  from: 'live-subscription',
  to: 'batch-snapshot',
  reason: 'connection-down',
});
const back = (at: number): TierChange => ({ ...change(at), to: 'live-subscription', reason: 'returned' });
const struck = (fault: string, from: number, until: number): Struck => ({
  fault,
  at: 0,
  forMs: 0,
  channel: 'ticker',
  from,
  until,
});
const judge = (faults: readonly Struck[], ...signals: readonly TierChange[]) =>
  judgeFlapping(recording({ struck: faults, signals, watched: [watched('orderbook', [])] }));

describe('the judge of flapping', () => {
  const alone = struck('socket-refused', 1_000, 3_000);

  it('lets a topic leave once and return once', () => {
    expect(judge([alone], change(1_100), back(3_200))).toEqual([]);
    expect(judge([alone], back(1_050), change(1_100), back(3_200))).toEqual([]);
  });

  it('finds one that goes back and forth', () => {
    expect(judge([alone], change(1_100), back(1_500), change(1_600), back(3_200))).toMatchObject([
      { rule: 'flapping', at: 1_000 },
    ]);
  });

  it('does not take another topic for it', () => {
    const other = 'simulated/orderbook/KRW-BTC/15/0';
    expect(judge([alone], change(1_100), change(1_500, other), back(3_200))).toEqual([]);
  });

  it('is silent where faults overlap, and where one spoils now and then', () => {
    const changes = [change(1_100), back(1_500), change(1_600), back(3_200)];
    expect(judge([alone, struck('socket-cut', 2_000, 2_100)], ...changes)).toEqual([]);
    expect(judge([struck('garbage-frame', 1_000, 3_000)], ...changes)).toEqual([]);
  });
});
