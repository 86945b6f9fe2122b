import { describe, expect, it } from '@jest/globals';
import { NEVER, VirtualTimeScheduler } from 'rxjs';
import { MarketDataError, type ErrorCode } from '../../src/errors.js';
import type { TierName } from '../../src/model/provenance.js';
import { Circuits } from '../../src/routing/circuits.js';
import { Spared } from '../../src/routing/spared.js';
import type { Tier } from '../../src/routing/tier.js';
import { request } from '../requests.js';

const tier = (name: TierName, endpoint?: string): Tier => ({
  name,
  cannotServe: () => undefined,
  timeLimit: () => 10,
  endpoint: () => endpoint,
  fetch: () => NEVER,
});
const error = (code: ErrorCode, retryable = true, details = {}): MarketDataError =>
  new MarketDataError('it broke', { code, retryable, details });

const LIVE = tier('live-subscription');
const BATCH = tier('batch-snapshot', 'rest/ticker');
const COLD = tier('cold-rest', 'rest/ticker');

const started = () => {
  const circuits = new Circuits(new VirtualTimeScheduler());
  const open = ({ name }: Tier): void => {
    for (let i = 0; i < 5; i += 1) circuits.failed(name, 'ticker', error('HTTP_FAILED'));
  };
  return { open, spared: new Spared(circuits, request()) };
};

describe('Spared', () => {
  it('leaves nothing alone without a reason', () => {
    const { spared } = started();
    expect([LIVE, BATCH, COLD].map((each) => spared.why(each))).toEqual([undefined, undefined, undefined]);
    expect(spared.report([])).toEqual({ reasons: [], retryAfter: undefined });
  });

  it('leaves alone a tier whose circuit is open, and one that shares its endpoint', () => {
    const { spared, open } = started();
    open(BATCH);
    const why = 'circuit open for another 0.5 s after 5 failures in a row';
    expect([LIVE, BATCH, COLD].map((each) => spared.why(each))).toEqual([undefined, why, `as batch-snapshot: ${why}`]);
    expect(spared.report([])).toEqual({
      reasons: [`batch-snapshot: ${why}`, `cold-rest: as batch-snapshot: ${why}`],
      retryAfter: 500,
    });
  });

  it.each([
    ['HTTP_FAILED', true, true],
    ['RATE_LIMITED', true, true],
    ['BLOCKED', true, true],
    // The exchange is there, and says no.
    ['HTTP_FAILED', false, false],
    ['PARTIAL_ANSWER', true, false],
    ['BAD_PAYLOAD', true, false],
    ['TIER_TIMEOUT', true, false],
  ] as const)('says of %s, retryable %s, that the endpoint is in trouble: %s', (code, retryable, trouble) => {
    const { spared } = started();
    expect(spared.failed(BATCH, error(code, retryable))).toBe(trouble);
    expect(spared.why(COLD) !== undefined).toBe(trouble);
    expect(spared.failed(LIVE, error(code, retryable))).toBe(false);
  });

  it('says to come back when the first of all may work again, and nothing where that may be now', () => {
    const { spared, open } = started();
    open(LIVE);
    spared.why(LIVE);
    const failed = (details: object) => ({
      tier: 'batch-snapshot',
      outcome: 'failed' as const,
      reason: '',
      elapsed: 0,
      error: error('RATE_LIMITED', true, details),
    });
    expect(spared.report([failed({ retryAfter: 9_000 })]).retryAfter).toBe(500);
    expect(spared.report([failed({ retryAfter: 9_000 }), failed({})]).retryAfter).toBeUndefined();
  });
});
