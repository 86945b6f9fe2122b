import { describe, expect, it } from '@jest/globals';
import { VirtualTimeScheduler } from 'rxjs';
import { MarketDataError } from '../../src/errors.js';
import { Circuits } from '../../src/routing/circuits.js';

const failure = (): MarketDataError => new MarketDataError('it broke', { code: 'HTTP_FAILED', retryable: true });

const started = () => {
  const clock = new VirtualTimeScheduler();
  const circuits = new Circuits(clock);
  const told: string[] = [];
  circuits.changes$.subscribe(({ tier, channel, at, from, to, reason }) =>
    told.push(`${at} ${tier}/${channel} ${from} → ${to}: ${reason}`),
  );
  const fail = (times: number): void => {
    for (let i = 0; i < times; i += 1) circuits.failed('cold-rest', 'trade', failure());
  };
  return { clock, circuits, told, fail };
};

describe('Circuits', () => {
  it('holds back a tier for the channel it fails, and for no other', () => {
    const { circuits, fail } = started();
    fail(4);
    expect(circuits.heldBack('cold-rest', 'trade')).toBeUndefined();
    fail(1);
    expect(circuits.heldBack('cold-rest', 'trade')).toEqual({
      ms: 500,
      why: 'circuit open for another 0.5 s after 5 failures in a row',
    });
    expect(circuits.heldBack('cold-rest', 'ticker')).toBeUndefined();
    expect(circuits.heldBack('batch-snapshot', 'trade')).toBeUndefined();
  });

  it('lets a probe in when the time is over, and no second one', () => {
    const { circuits, fail, clock } = started();
    fail(5);
    clock.frame = 500;
    expect(circuits.heldBack('cold-rest', 'trade')).toBeUndefined();
    circuits.tried('cold-rest', 'trade');
    expect(circuits.heldBack('cold-rest', 'trade')?.why).toBe(
      'circuit half-open, next probe in 1 s, after 5 failures in a row',
    );
    circuits.succeeded('cold-rest', 'trade');
    expect(circuits.heldBack('cold-rest', 'trade')).toBeUndefined();
  });

  it('tells of each change, with the reason', () => {
    const { circuits, fail, clock, told } = started();
    fail(9);
    clock.frame = 600;
    circuits.tried('cold-rest', 'trade');
    fail(1);
    clock.frame = 2_000;
    circuits.tried('cold-rest', 'trade');
    clock.frame = 2_100;
    circuits.succeeded('cold-rest', 'trade');
    expect(told).toEqual([
      '0 cold-rest/trade closed → open: 5 failures in a row',
      '600 cold-rest/trade open → half-open: its time is over',
      '600 cold-rest/trade half-open → open: the probe failed',
      '2000 cold-rest/trade open → half-open: its time is over',
      '2100 cold-rest/trade half-open → closed: a try succeeded',
    ]);
  });

  it('counts a failure once, however many shared the call', () => {
    const { circuits } = started();
    const shared = failure();
    for (let i = 0; i < 50; i += 1) circuits.failed('batch-snapshot', 'ticker', shared);
    expect(circuits.heldBack('batch-snapshot', 'ticker')).toBeUndefined();
  });

  it("does not count the caller's mistakes, nor what is known of the budget", () => {
    const { circuits } = started();
    for (const code of ['UNKNOWN_MARKET', 'RATE_LIMITED', 'BLOCKED'] as const) {
      for (let i = 0; i < 20; i += 1) {
        circuits.failed('cold-rest', 'trade', new MarketDataError('no', { code, retryable: false }));
      }
    }
    expect(circuits.heldBack('cold-rest', 'trade')).toBeUndefined();
  });

  it('never holds back a cache', () => {
    const { circuits } = started();
    for (let i = 0; i < 20; i += 1) circuits.failed('hot-cache', 'ticker', failure());
    expect([circuits.heldBack('hot-cache', 'ticker'), circuits.snapshot()]).toEqual([undefined, []]);
  });

  it('shows what was tried', () => {
    const { circuits, fail, clock } = started();
    circuits.succeeded('batch-snapshot', 'ticker');
    fail(5);
    clock.frame = 100;
    expect(circuits.snapshot()).toEqual([
      { tier: 'batch-snapshot', channel: 'ticker', state: 'closed' },
      { tier: 'cold-rest', channel: 'trade', state: 'open', reason: '5 failures in a row', heldBackFor: 400 },
    ]);
    clock.frame = 500;
    expect(circuits.snapshot()[1]).toMatchObject({ state: 'half-open', heldBackFor: 0 });
  });
});
