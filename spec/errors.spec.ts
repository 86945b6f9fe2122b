import { describe, expect, it } from '@jest/globals';
import {
  AllTiersFailedError,
  InvalidRequestError,
  MarketDataError,
  isTheCallers,
  toMarketDataError,
  type Attempt,
  type ErrorCode,
} from '../src/errors.js';

const failed = (tier: string, code: ErrorCode, retryable = true): Attempt => ({
  tier,
  outcome: 'failed',
  reason: `said ${code}`,
  elapsed: 12,
  error: new MarketDataError(code, { code, retryable }),
});

const missed: Attempt = { tier: 'hot-cache', outcome: 'missed', reason: 'nothing held', elapsed: 0 };

describe('MarketDataError', () => {
  it('is an Error that carries its facts', () => {
    const cause = new Error('below');
    const error = new MarketDataError('above', { code: 'SOCKET_LOST', retryable: true, details: { n: 1 }, cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'MarketDataError', message: 'above', code: 'SOCKET_LOST', retryable: true });
    expect(error.details).toEqual({ n: 1 });
    expect(error.cause).toBe(cause);
  });

  it('has no cause and no details when none are given', () => {
    const error = new MarketDataError('m', { code: 'CLOSED', retryable: false });
    expect('cause' in error).toBe(false);
    expect(error.details).toEqual({});
  });
});

describe('InvalidRequestError', () => {
  it('is never retryable', () => {
    const error = new InvalidRequestError('no such interval', { interval: '2m' });
    expect(error).toBeInstanceOf(MarketDataError);
    expect(error).toMatchObject({ name: 'InvalidRequestError', code: 'INVALID_REQUEST', retryable: false });
    expect(error.details).toEqual({ interval: '2m' });
  });
});

describe('AllTiersFailedError', () => {
  it('tells every attempt in order: tier, reason, elapsed', () => {
    const error = new AllTiersFailedError('upbit/ticker/KRW-BTC', [missed, failed('cold-rest', 'HTTP_FAILED')]);
    expect(error.message).toBe(
      'no tier could serve upbit/ticker/KRW-BTC: hot-cache: nothing held (0 ms); cold-rest: said HTTP_FAILED (12 ms)',
    );
    expect(error.attempts.map(({ tier }) => tier)).toEqual(['hot-cache', 'cold-rest']);
  });

  it('says so when no tier was eligible, which no later try changes', () => {
    const error = new AllTiersFailedError('it', []);
    expect(error.message).toContain('none was eligible');
    expect(error.retryable).toBe(false);
    expect(error.cause).toBeUndefined();
  });

  it('has the last failure as its cause', () => {
    const last = failed('cold-rest', 'RATE_LIMITED');
    expect(new AllTiersFailedError('it', [failed('batch-snapshot', 'HTTP_FAILED'), last, missed]).cause).toBe(
      last.error,
    );
  });

  it('is retryable when a tier failed for reasons that may pass', () => {
    expect(new AllTiersFailedError('it', [missed, failed('cold-rest', 'HTTP_FAILED')]).retryable).toBe(true);
  });

  it.each(['UNKNOWN_MARKET', 'INVALID_REQUEST'] as const)('is not retryable when one failure was %s', (code) => {
    const attempts = [failed('live-subscription', 'SOCKET_LOST'), failed('cold-rest', code, false)];
    expect(new AllTiersFailedError('it', attempts).retryable).toBe(false);
  });

  it('tells of tiers that were left alone, and when to come back', () => {
    const heldBack = { reasons: ['cold-rest: circuit open'], retryAfter: 500 };
    const error = new AllTiersFailedError('it', [missed], [], heldBack);
    expect(error.message).toContain('cold-rest: circuit open');
    expect(error).toMatchObject({ retryable: true, details: { retryAfter: 500 } });
    expect(new AllTiersFailedError('it', [missed]).details).not.toHaveProperty('retryAfter');
  });

  it('is not retryable when every tier merely missed', () => {
    expect(new AllTiersFailedError('it', [missed]).retryable).toBe(false);
  });
});

describe('isTheCallers', () => {
  it('blames the caller for what was asked, and nothing else', () => {
    const codes: readonly ErrorCode[] = [
      'INVALID_REQUEST',
      'UNKNOWN_MARKET',
      'SOCKET_LOST',
      'SUBSCRIPTION_REFUSED',
      'HTTP_FAILED',
      'RATE_LIMITED',
      'BLOCKED',
      'BAD_PAYLOAD',
      'TIER_TIMEOUT',
      'PARTIAL_ANSWER',
      'ALL_TIERS_FAILED',
      'CAPACITY',
      'CLOSED',
    ];
    expect(codes.filter(isTheCallers)).toEqual(['INVALID_REQUEST', 'UNKNOWN_MARKET']);
  });
});

describe('toMarketDataError', () => {
  it('leaves an error of ours as it is', () => {
    const error = new InvalidRequestError('x');
    expect(toMarketDataError(error)).toBe(error);
  });

  it('keeps a foreign error as the cause, with its message', () => {
    const cause = new TypeError('x is not a function');
    const error = toMarketDataError(cause);
    expect(error).toMatchObject({ message: 'x is not a function', retryable: false });
    expect(error.cause).toBe(cause);
  });

  it.each([
    ['a string', 'boom', 'boom'],
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a number', 7, '7'],
  ])('makes an error of %s', (_, thrown, message) => {
    expect(toMarketDataError(thrown)).toMatchObject({ message, name: 'MarketDataError' });
  });
});
