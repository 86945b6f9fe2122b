import { describe, expect, it } from '@jest/globals';
import { recording, truthOf } from '../judge/fabricated.js';
import type { Recovery } from '../judge/recovery.js';
import type { Outcome } from '../run/lanes.js';
import { summarize } from './summary.js';
import { tables } from './tables.js';

const recovery = (ms: number, open = true): Recovery => ({
  fault: 'socket-cut',
  topic: 'ticker KRW-SOL',
  at: 0,
  open,
  ms,
});
const outcome = (recoveries: readonly Recovery[]): Outcome => ({
  lane: { seed: 7, schedule: [], own: false },
  recording: recording({
    struck: [{ fault: 'socket-cut', at: 0, forMs: 100, channel: 'trade', from: 1_000, until: 1_100 }],
  }),
  truth: truthOf({}),
  verdict: {
    recoveries,
    trades: { made: 10, delivered: 8, late: 1, declared: 1, omitted: 0 },
    violations: [{ rule: 'lost', at: 1_050, what: 'one' }],
  },
});

describe('the summary', () => {
  it('adds up the lanes, and says what was going on', () => {
    const summary = summarize(7, [outcome([recovery(10)]), outcome([recovery(30)])], []);
    expect(summary).toMatchObject({
      struck: 2,
      open: { count: 2, p50: 10, p99: 30 },
      back: { count: 0 },
      trades: { made: 20, delivered: 16, late: 2, declared: 2, omitted: 0 },
      faults: [{ fault: 'socket-cut', times: 2 }],
    });
    expect(summary.violations).toMatchObject([
      { rule: 'lost', lane: 0, during: ['socket-cut'] },
      { rule: 'lost', lane: 1, during: ['socket-cut'] },
    ]);
  });

  it('takes for broken what nobody handled, and what took too long', () => {
    const { violations, unhandled } = summarize(
      7,
      [outcome([recovery(1_001), recovery(3_001, false)])],
      [{ at: 1, what: 'x' }],
    );
    expect(unhandled).toBe(1);
    expect(violations.map(({ rule }) => rule)).toEqual(['lost', 'unhandled', 'recovery', 'recovery']);
  });

  it('can be read', () => {
    const text = tables(summarize(7, [outcome([recovery(10)])], []), 0);
    expect(text).toMatch(/socket-cut +1 +1 +10 +10 +0 +– +–/);
    expect(text).toMatch(/trades lost +1\n/);
    expect(text).toMatch(/1\.05 s lane 0 lost: one \[socket-cut\]/);
  });
});
