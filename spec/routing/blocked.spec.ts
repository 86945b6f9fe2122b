import { describe, it } from '@jest/globals';
import { MarketDataError } from '../../src/errors.js';
import { blocks } from '../../src/routing/blocked.js';
import { marbles } from '../marbles.js';

const blocked = (details: Record<string, unknown> = {}): MarketDataError =>
  new MarketDataError('blocked', { code: 'BLOCKED', retryable: true, details });
const errors = {
  b: blocked({ retryAfter: 5 }),
  B: blocked(),
  e: new MarketDataError('it broke', { code: 'HTTP_FAILED', retryable: true }),
};

describe('blocks', () => {
  it(
    'tells of a block once, until it has ended',
    marbles(({ cold, expectObservable, scheduler }) => {
      const errors$ = cold('ebbb--bb', errors).pipe(blocks(() => scheduler.now()));
      expectObservable(errors$).toBe('-x----y', {
        x: { type: 'blocked', at: 1, until: 6, reason: 'blocked' },
        y: { type: 'blocked', at: 6, until: 11, reason: 'blocked' },
      });
    }),
  );

  it(
    'takes it to last a minute when the exchange does not say',
    marbles(({ cold, expectObservable, scheduler }) => {
      const errors$ = cold('B 59998ms B B', errors).pipe(blocks(() => scheduler.now()));
      expectObservable(errors$).toBe('x 59999ms y', {
        x: { type: 'blocked', at: 0, until: 60_000, reason: 'blocked' },
        y: { type: 'blocked', at: 60_000, until: 120_000, reason: 'blocked' },
      });
    }),
  );
});
