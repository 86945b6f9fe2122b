import { describe, expect, it } from '@jest/globals';
import { clocked, type Clockwork } from '../../src/candles/clocked.js';
import { MarketDataError } from '../../src/errors.js';
import type { Trade } from '../../src/model/events.js';
import { trade } from '../events.js';
import { marbles } from '../marbles.js';

/** Says what it is told, strikes ten after each value, and has last words. */
class Echo implements Clockwork<Trade, string> {
  due = Infinity;

  take({ market, price }: Trade, now: number): string[] {
    if (price === 0) throw new Error('no price');
    this.due = now + 10;
    return [market];
  }

  tick(now: number): string[] {
    this.due = Infinity;
    return [`at ${now}`];
  }

  end(): string[] {
    return ['bye'];
  }
}

const [b, e] = [trade(), trade({ market: 'KRW-ETH' })];

describe('clocked', () => {
  it(
    'runs one for each series, and one timer for all',
    marbles(({ cold, expectObservable, scheduler }) => {
      const source = cold('b-e-b----------------|', { b, e });
      const expected = '   b-e-b-------x-y------(zz|)';
      const values = { b: 'KRW-BTC', e: 'KRW-ETH', x: 'at 12', y: 'at 14', z: 'bye' };
      expectObservable(source.pipe(clocked(() => new Echo(), scheduler))).toBe(expected, values);
    }),
  );

  it(
    'errors with what a series throws, typed, and lets go of the source',
    marbles(({ cold, expectObservable, expectSubscriptions, scheduler }) => {
      const source = cold('b-x-b', { b, x: trade({ price: 0 }) });
      const error = new MarketDataError('no price', { code: 'BAD_PAYLOAD', retryable: false });
      expectObservable(source.pipe(clocked(() => new Echo(), scheduler))).toBe('b-#', { b: 'KRW-BTC' }, error);
      expectSubscriptions(source.subscriptions).toBe('^-!');
    }),
  );

  it(
    'stops its timer when nobody listens',
    marbles(({ cold, expectObservable, scheduler, flush }) => {
      const ticks: number[] = [];
      class Counting extends Echo {
        override tick(now: number): string[] {
          ticks.push(now);
          return super.tick(now);
        }
      }
      expectObservable(cold('b---', { b }).pipe(clocked(() => new Counting(), scheduler)), '^-!').toBe('b--', {
        b: 'KRW-BTC',
      });
      flush();
      expect(ticks).toEqual([]);
    }),
  );
});
