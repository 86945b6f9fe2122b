import { describe, expect, it } from '@jest/globals';
import type { Struck } from '../run/recording.js';
import { recording, seen, ticker, trueTrade, truthOf, watched } from './fabricated.js';
import { judgeRecovery, percentile } from './recovery.js';

const truth = truthOf({ trades: [1_000, 2_000, 3_000, 4_000, 5_000, 6_000].map((time) => trueTrade(time)) });
const struck = (fault: string, from: number, until: number): Struck => ({
  fault,
  at: from,
  forMs: until - from,
  channel: 'ticker',
  from,
  until,
});
const judge = (faults: readonly Struck[], ...told: readonly (readonly [time: number, at: number])[]) =>
  judgeRecovery(
    recording({
      struck: faults,
      watched: [
        watched(
          'ticker',
          told.map(([time, at]) => seen(ticker(time), at - time)),
        ),
      ],
    }),
    truth,
  );

describe('the judge of recovery', () => {
  it('counts from the first news after the fault to the first event that tells it', () => {
    const drop = struck('drop-connections', 1_500, 1_500);
    expect(judge([drop], [1_000, 1_600], [2_000, 2_300])).toMatchObject([{ open: true, ms: 300 }]);
    expect(judge([drop], [1_000, 2_300], [3_000, 3_050])).toMatchObject([{ open: true, ms: 1_050 }]);
  });

  it('counts from when a road was open again where both were closed', () => {
    const down = struck('network-down', 1_500, 4_500);
    expect(judge([down], [5_000, 5_100])).toMatchObject([{ open: false, ms: 600 }]);
  });

  it('takes two faults together for what they close between them', () => {
    const socket = struck('handshake-503', 1_500, 4_500);
    const other = struck('network-down', 2_500, 3_500);
    expect(judge([socket], [5_000, 5_100])).toMatchObject([{ open: true, ms: 3_100 }]);
    expect(judge([socket, other], [5_000, 5_100])).toMatchObject([
      { fault: 'handshake-503', open: false, ms: 1_600 },
      { fault: 'network-down', open: false, ms: 1_600 },
    ]);
  });

  it('never ends where nothing came, and is not asked where there was no news', () => {
    expect(judge([struck('socket-cut', 1_500, 1_500)])).toMatchObject([{ ms: Infinity }]);
    expect(judge([struck('socket-cut', 6_500, 6_500)])).toEqual([]);
  });

  it('is summed up by shares', () => {
    expect([percentile([3, 1, 2], 0.5), percentile([3, 1, 2], 0.99), percentile([], 0.5)]).toEqual([2, 3, 0]);
  });
});
