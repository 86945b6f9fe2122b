import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { concat, defer, of, throwError, timer } from 'rxjs';
import { MarketDataError } from '../../src/errors.js';
import { RECONNECT, backoff, backoffDelay, type BackoffPolicy } from '../../src/routing/backoff.js';
import { marbles } from '../marbles.js';

const policy: BackoffPolicy = { initial: 2, factor: 2, max: 10, jitter: 0, stableAfter: 6 };
const exact = { random: () => 0 };

const lost = (details: Record<string, unknown> = {}): MarketDataError =>
  new MarketDataError('lost', { code: 'SOCKET_LOST', retryable: true, details });
const refused = new MarketDataError('no', { code: 'SUBSCRIPTION_REFUSED', retryable: false });

describe('backoffDelay', () => {
  it('grows up to its cap', () => {
    expect([0, 1, 2, 3, 4, 5, 6].map((attempt) => backoffDelay(RECONNECT, attempt, 0))).toEqual([
      50, 150, 450, 1_350, 1_500, 1_500, 1_500,
    ]);
  });

  it('takes off at most the share the jitter allows, and never goes over the cap', () => {
    fc.assert(
      fc.property(fc.nat(2_000), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
        const delay = backoffDelay(RECONNECT, attempt, random);
        const full = backoffDelay(RECONNECT, attempt, 0);
        expect(delay).toBeLessThanOrEqual(1_500);
        expect(delay).toBeGreaterThanOrEqual(Math.floor(full / 2));
      }),
    );
  });
});

describe('backoff', () => {
  it(
    'subscribes again after each failure, later each time, up to the cap',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  #', {}, lost());
      const unsub = '        ----------------------------!';
      const subs = [
        '                    (^!)',
        '                    --(^!)',
        '                    ------(^!)',
        '                    --------------(^!)',
        '                    ------------------------(^!)',
      ];
      expectObservable(source.pipe(backoff(policy, exact)), unsub).toBe('-');
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'counts a failure as the first again once the source had delivered and held',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('  a------#', undefined, lost());
      const unsub = '        -------------------!';
      const subs = ['        ^------!', '        ---------^------!', '------------------^!'];
      expectObservable(source.pipe(backoff(policy, exact)), unsub).toBe('a--------a--------a');
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'goes on counting while the source delivers but does not hold',
    marbles(({ cold, expectObservable }) => {
      const source = cold('  a-#', undefined, lost());
      const expected = '     a---a-----a---------a';
      expectObservable(source.pipe(backoff(policy, exact)), '----------------------!').toBe(expected);
    }),
  );

  it(
    'passes on an error that says trying again is pointless',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-#', {}, refused);
      expectObservable(source.pipe(backoff(policy, exact))).toBe('-#', {}, refused);
      expectSubscriptions(source.subscriptions).toBe('^!');
    }),
  );

  it(
    'passes on an error that is none of ours as it is',
    marbles(({ expectObservable }) => {
      const bug = new TypeError('a bug');
      expectObservable(throwError(() => bug).pipe(backoff(policy, exact))).toBe('#', {}, bug);
    }),
  );

  it(
    'waits as long as the exchange asks, however short its own delay',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('#', {}, lost({ retryAfter: 15 }));
      expectObservable(source.pipe(backoff(policy, exact)), '----------------!').toBe('-');
      expectSubscriptions(source.subscriptions).toBe(['(^!)', '---------------(^!)']);
    }),
  );

  it(
    'completes when the source does, and stops waiting when nobody listens',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      expectObservable(cold('-a|').pipe(backoff(policy, exact))).toBe('-a|');
      const failing = cold('#', {}, lost());
      expectObservable(failing.pipe(backoff(policy, exact)), '-!').toBe('-');
      expectSubscriptions(failing.subscriptions).toBe('(^!)');
    }),
  );

  it(
    'shares no state between two subscriptions',
    marbles(({ expectObservable }) => {
      let tries = 0;
      const source = defer(() => {
        tries += 1;
        return tries % 2 === 1 ? throwError(() => lost()) : concat(of('a'), timer(50));
      }).pipe(backoff(policy, exact));
      expectObservable(source, '^--!').toBe('        --a');
      expectObservable(source, '-----^--!').toBe('-------a');
    }),
  );
});
