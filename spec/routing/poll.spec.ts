import { describe, it } from '@jest/globals';
import { defer, map } from 'rxjs';
import { MarketDataError } from '../../src/errors.js';
import type { MarketEvent } from '../../src/model/events.js';
import { poll } from '../../src/routing/poll.js';
import { ticker } from '../events.js';
import { marbles } from '../marbles.js';

const retry = { initial: 2, factor: 2, max: 8, jitter: 0, stableAfter: 5 };
const options = { every: 5, retry, random: () => 0 };
const a = ticker({ price: 1 });
const b = ticker({ price: 2 });

describe('poll', () => {
  it(
    'fetches again and again, the pause counted from the end of a fetch',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const fetch = cold<MarketEvent[]>('--(x|)', { x: [a] });
      const subs = ['                     ^-!', '-------^-!', '--------------^-!'];
      expectObservable(
        poll(() => fetch, options),
        '^----------------!',
      ).toBe('--a------a------a', { a });
      expectSubscriptions(fetch.subscriptions).toBe(subs);
    }),
  );

  it(
    'asks anew after each fetch how long to pause',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const fetch = cold<MarketEvent[]>('(x|)', { x: [a] });
      const pauses = [1, 2, 4];
      const every = () => pauses.shift() ?? 8;
      expectObservable(
        poll(() => fetch, { ...options, every }),
        '^---------!',
      ).toBe('aa-a---a', { a });
      expectSubscriptions(fetch.subscriptions).toBe(['(^!)', '-(^!)', '---(^!)', '-------(^!)']);
    }),
  );

  it(
    'hands out the events of a fetch one by one',
    marbles(({ cold, expectObservable }) => {
      const fetch = cold<MarketEvent[]>('-(x|)', { x: [a, b] });
      expectObservable(
        poll(() => fetch, options),
        '^--!',
      ).toBe('-(ab)', { a, b });
    }),
  );

  it(
    'spaces failures by its retry policy and goes on',
    marbles(({ cold, expectObservable }) => {
      const lost = new MarketDataError('down', { code: 'HTTP_FAILED', retryable: true });
      const answers = [
        cold<MarketEvent[]>('#', {}, lost),
        cold<MarketEvent[]>('#', {}, lost),
        cold<MarketEvent[]>('(x|)', { x: [a] }),
      ];
      let tries = -1;
      const fetch = () => answers[(tries += 1)] ?? answers[2] ?? cold<MarketEvent[]>('|');
      expectObservable(
        poll(() => defer(fetch), options),
        '^-------!',
      ).toBe('------a', { a });
    }),
  );

  it(
    'errors when a fetch fails for good',
    marbles(({ cold, expectObservable }) => {
      const unknown = new MarketDataError('no such market', { code: 'UNKNOWN_MARKET', retryable: false });
      const fetch = cold<MarketEvent[]>('-#', {}, unknown);
      expectObservable(poll(() => fetch, options).pipe(map(() => 'x'))).toBe('-#', {}, unknown);
    }),
  );
});
